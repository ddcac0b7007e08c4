"""A render explained before it runs: its command as text, for people; its graph as nodes, for programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from editing.engine.graph import Graph
from editing.engine.render.command import Command

PICTURE, SOUND = "picture", "sound"
# the guards of every input
HIDDEN = {"protocol_whitelist", "format_whitelist", "max_pixels", "max_streams", "threads", "f"}


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the graph. `role`: input, filter or output; `medium`: picture or sound; `takes_from`: ids
    of the nodes whose streams it reads."""

    id: int
    role: str
    name: str
    settings: str
    medium: str
    takes_from: tuple[int, ...]


def explain(command: Command) -> str:
    """What comes out, the command with one line per filter chain, and the files it reads."""
    width, height = command.size
    lines = [
        f"{command.frames} frames, {width}×{height}, {command.fps} a second, {command.seconds:.3f} s",
        "",
    ]
    for argument in command.args:
        chains = argument.replace(";", ";\n    ") if "[" in argument else argument
        is_option = argument.startswith("-") and not argument.lstrip("-").isdigit()
        lines += [f"  {chains}"] if is_option else []
        lines[-1] += "" if is_option else f" {chains}"
    for name, text in command.files.items():
        lines += ["", f"{name}:", *(f"    {line}" for line in text.splitlines())]
    return "\n".join(lines)


def graph_nodes(graph: Graph) -> tuple[Node, ...]:
    """Every node, each after all that it takes from. An input counts once for each medium that is used."""
    reader = _Reader()
    outputs = {"picture": graph.video, "sound": graph.audio, "cover": graph.cover}
    for name, stream in outputs.items():
        if stream is not None:
            reader.add_output(name, stream)
    return tuple(reader.found)


class _Reader:
    """Walks ffmpeg-python's nodes from the outputs back to the inputs."""

    def __init__(self) -> None:
        self.found: list[Node] = []
        self._ids: dict[tuple[Any, str], int] = {}

    def add_output(self, name: str, stream: Any) -> None:
        medium = SOUND if name == "sound" else PICTURE
        self._add("output", name, "", medium, (self._id(stream.node, medium),))

    def _id(self, node: Any, medium: str) -> int:
        key = (node, medium)
        if key not in self._ids:
            takes_from = tuple(dict.fromkeys(self._id(source, medium) for source in _sources(node)))
            role = "filter" if takes_from else "input"
            name, settings = _described(node, role)
            self._ids[key] = self._add(role, name, settings, medium, takes_from)
        return self._ids[key]

    def _add(self, role: str, name: str, settings: str, medium: str, takes_from: tuple[int, ...]) -> int:
        self.found.append(Node(len(self.found), role, name, settings, medium, takes_from))
        return len(self.found) - 1


def _sources(node: Any) -> Iterator[Any]:
    for _, edge in sorted(node.incoming_edge_map.items()):
        yield edge[0]


def _described(node: Any, role: str) -> tuple[str, str]:
    """(name, settings) of a node; of an input's path only the file's own name."""
    if role == "filter":
        return node.name, ":".join([*map(str, node.args), *_pairs(node.kwargs)])
    hidden = HIDDEN | {"filename", "format"}
    shown = {name: value for name, value in node.kwargs.items() if name not in hidden}
    return PurePath(str(node.kwargs["filename"])).name, " ".join(_pairs(shown))


def _pairs(kwargs: dict[str, Any]) -> list[str]:
    return [f"{name}={value}" for name, value in sorted(kwargs.items())]
