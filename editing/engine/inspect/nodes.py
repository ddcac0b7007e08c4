"""A graph as plain nodes that name what they take from: for programs to read, and for `drawing` to draw."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from editing.engine.graph import Graph

PICTURE, SOUND = "picture", "sound"
HIDDEN = {"protocol_whitelist", "format_whitelist", "max_pixels", "max_streams"}  # the guards of every input


@dataclass(frozen=True, slots=True)
class Node:
    """An input, a filter, or an end of the graph: its `role` is input, filter or output."""

    id: int
    role: str
    name: str
    settings: str
    medium: str
    takes_from: tuple[int, ...]


def nodes(graph: Graph) -> tuple[Node, ...]:
    """Every node, each after all it takes from. An input counts once for each medium that is used of it."""
    reader = _Reader()
    ends = {"picture": graph.video, "sound": graph.audio, "cover": graph.cover}
    for name, stream in ends.items():
        if stream is not None:
            reader.end(name, stream)
    return tuple(reader.found)


class _Reader:
    """Walks ffmpeg-python's nodes from the ends back to the inputs."""

    def __init__(self) -> None:
        self.found: list[Node] = []
        self.seen: dict[tuple[Any, str], int] = {}

    def end(self, name: str, stream: Any) -> None:
        medium = SOUND if name == "sound" else PICTURE
        self._add("output", name, "", medium, (self._of(stream.node, medium),))

    def _of(self, node: Any, medium: str) -> int:
        key = (node, medium)
        if key not in self.seen:
            takes_from = tuple(dict.fromkeys(self._of(up, medium) for up in _upstream(node)))
            role = "filter" if takes_from else "input"
            name, settings = _told(node, role)
            self.seen[key] = self._add(role, name, settings, medium, takes_from)
        return self.seen[key]

    def _add(self, role: str, name: str, settings: str, medium: str, takes_from: tuple[int, ...]) -> int:
        self.found.append(Node(len(self.found), role, name, settings, medium, takes_from))
        return len(self.found) - 1


def _upstream(node: Any) -> Iterator[Any]:
    for _, edge in sorted(node.incoming_edge_map.items()):
        yield edge[0]


def _told(node: Any, role: str) -> tuple[str, str]:
    if role == "filter":
        return node.name, ":".join([*map(str, node.args), *_pairs(node.kwargs)])
    named = {
        name: value for name, value in node.kwargs.items() if name not in HIDDEN | {"filename", "format"}
    }
    return PurePath(str(node.kwargs["filename"])).name, " ".join(_pairs(named))


def _pairs(kwargs: dict[str, Any]) -> list[str]:
    return [f"{name}={value}" for name, value in sorted(kwargs.items())]
