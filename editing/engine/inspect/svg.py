"""The graph as a drawing: boxes from left to right; a chain of filters without branches is one box."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from editing.engine.inspect.explain import SOUND, Node

LETTER, LINE, PADDING, GAP_X, GAP_Y, MARGIN = 6.3, 15, 8, 46, 14, 20  # pixels
MAX_LETTERS = 42
COLOURS = {"picture": ("#e8f1fb", "#3b78b5"), "sound": ("#fdf1e2", "#c07a1f")}  # fill, line


@dataclass(frozen=True)
class Box:
    """Nodes drawn together, one line each."""

    lines: tuple[str, ...]
    medium: str
    ids: tuple[int, ...]
    takes_from: tuple[int, ...]  # indices of boxes
    is_end: bool  # an input or an output

    @property
    def width(self) -> float:
        return max(map(len, self.lines)) * LETTER + 2 * PADDING

    @property
    def height(self) -> int:
        return len(self.lines) * LINE + 2 * PADDING


def draw_svg(nodes: Sequence[Node]) -> str:
    """The drawing, as the text of an SVG file."""
    boxes = _boxes(nodes)
    columns = _columns(boxes)
    places, size = _place(boxes, columns)
    edges = [_edge(boxes, places, at, source) for at, box in enumerate(boxes) for source in box.takes_from]
    rectangles = [_rectangle(box, *places[at]) for at, box in enumerate(boxes)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]:.0f} {size[1]:.0f}" '
        f'width="{size[0]:.0f}" height="{size[1]:.0f}" font-family="monospace" font-size="10.5">'
    )
    background = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return "\n".join([head, background, *edges, *rectangles, "</svg>"]) + "\n"


def _boxes(nodes: Sequence[Node]) -> list[Box]:
    """A node joins the box of its source where it has no other source and the source no other consumer."""
    consumers = Counter(source for node in nodes for source in node.takes_from)
    box_of: dict[int, int] = {}
    groups: list[list[Node]] = []
    for node in nodes:
        joins = len(node.takes_from) == 1 and consumers[node.takes_from[0]] == 1 and node.role != "output"
        at = box_of[node.takes_from[0]] if joins else len(groups)
        groups[at : at + 1] = [[*groups[at], node]] if joins else [[node]]
        box_of[node.id] = at
    return [_box(group, box_of) for group in groups]


def _box(group: list[Node], box_of: dict[int, int]) -> Box:
    sources = tuple(dict.fromkeys(box_of[source] for source in group[0].takes_from))
    lines = tuple(_line(node) for node in group)
    return Box(lines, group[0].medium, tuple(node.id for node in group), sources, group[0].role != "filter")


def _line(node: Node) -> str:
    text = f"{node.name}={node.settings}" if node.settings and node.role == "filter" else node.name
    text += f" {node.settings}" if node.role == "input" and node.settings else ""
    return text if len(text) <= MAX_LETTERS else f"{text[: MAX_LETTERS - 1]}…"


def _columns(boxes: Sequence[Box]) -> list[list[int]]:
    """Indices of boxes by their distance from the inputs; in a column, near to what they take from."""
    depth: list[int] = []
    for box in boxes:
        depth.append(1 + max((depth[source] for source in box.takes_from), default=-1))
    columns: list[list[int]] = [[] for _ in range(max(depth) + 1)]
    rank: dict[int, float] = {}
    for at in sorted(range(len(boxes)), key=lambda at: depth[at]):
        columns[depth[at]].append(at)
    for column in columns:
        column.sort(key=lambda at: (boxes[at].medium == SOUND, _mean_rank(boxes[at], rank, at)))
        rank |= {at: place / len(column) for place, at in enumerate(column)}
    return columns


def _mean_rank(box: Box, rank: dict[int, float], at: int) -> float:
    sources = [rank[source] for source in box.takes_from]
    return sum(sources) / len(sources) if sources else at


Place = tuple[float, float]


def _place(boxes: Sequence[Box], columns: list[list[int]]) -> tuple[dict[int, Place], Place]:
    """The upper left corner of every box, and the size of the whole; columns are centred vertically."""
    heights = [sum(boxes[at].height + GAP_Y for at in column) - GAP_Y for column in columns]
    tallest, x, places = max(heights), float(MARGIN), {}
    for column, height in zip(columns, heights, strict=True):
        y = MARGIN + (tallest - height) / 2
        for at in column:
            places[at] = (x, y)
            y += boxes[at].height + GAP_Y
        x += max(boxes[at].width for at in column) + GAP_X
    return places, (x - GAP_X + MARGIN, tallest + 2 * MARGIN)


def _edge(boxes: Sequence[Box], places: dict[int, Place], at: int, source: int) -> str:
    (x1, y1), (x2, y2) = places[source], places[at]
    x1, y1, y2 = x1 + boxes[source].width, y1 + boxes[source].height / 2, y2 + boxes[at].height / 2
    bend = max(18.0, (x2 - x1) / 2)
    curve = f"M{x1:.0f},{y1:.0f} C{x1 + bend:.0f},{y1:.0f} {x2 - bend:.0f},{y2:.0f} {x2:.0f},{y2:.0f}"
    return f'<path d="{curve}" fill="none" stroke="{COLOURS[boxes[at].medium][1]}" stroke-width="1.3"/>'


def _rectangle(box: Box, x: float, y: float) -> str:
    fill, line = COLOURS[box.medium]
    shape = f'x="{x:.0f}" y="{y:.0f}" width="{box.width:.0f}" height="{box.height}" rx="5"'
    weight = 2 if box.is_end else 1
    texts = "".join(
        f'<text x="{x + PADDING:.0f}" y="{y + PADDING + LINE * (at + 0.75):.0f}">{escape(text)}</text>'
        for at, text in enumerate(box.lines)
    )
    return f'<rect {shape} fill="{fill}" stroke="{line}" stroke-width="{weight}"/>{texts}'
