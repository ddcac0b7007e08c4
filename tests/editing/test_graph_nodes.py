"""The graph as nodes: every filter of the command, each after its sources."""

from pathlib import Path

import pytest

from editing.engine.document import parse
from editing.engine.graph import build
from editing.engine.inspect.explain import Node, graph_nodes
from editing.engine.inspect.svg import draw_svg
from editing.engine.render.command import compile
from editing.engine.source import Source
from tests.editing.material import cut, document

VALUE = document(
    cut(0, 1, clip="loud"),
    cut(1, 2, clip="loud", reframe={"mode": "blur"}, transition={"name": "fade", "seconds": 0.2}),
    canvas={"aspect": "9:16"},
    music=[{"track": "song", "duck": True}],
    stickers=[{"still": "red", "end": 1}],
    cover=0.5,
)


@pytest.fixture
def found(clips: dict[str, Source]) -> tuple[Node, ...]:
    return graph_nodes(build(parse(VALUE), clips))


def test_the_nodes_are_the_filters_of_the_command(
    found: tuple[Node, ...], clips: dict[str, Source], tmp_path: Path
) -> None:
    args = compile(parse(VALUE), clips, tmp_path / "out.mp4").args
    graph = args[args.index("-filter_complex") + 1]

    assert sum(node.role == "filter" for node in found) == graph.count(";") + 1
    assert [node.name for node in found if node.role == "output"] == ["picture", "sound", "cover"]


def test_every_node_comes_after_its_sources_and_none_reveals_a_files_folder(
    found: tuple[Node, ...], folder: Path
) -> None:
    assert [node.id for node in found] == list(range(len(found)))
    assert all(source < node.id for node in found for source in node.takes_from)
    assert {node.name for node in found if node.role == "input"} == {"loud.mp4", "song.m4a", "red.png"}
    assert str(folder) not in str(found)


def test_the_drawing_shows_every_filter_once(found: tuple[Node, ...]) -> None:
    drawn = draw_svg(found)

    assert drawn.count("<text") == len(found)
    assert drawn.count("xfade") == 1
