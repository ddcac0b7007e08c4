"""A graph as ffmpeg's arguments, in time that grows with the graph and no faster.

ffmpeg-python's own `get_args` looks for every node in a list of all the others: 43 s for a document at its
bounds. The order and the words are its own.
"""

from itertools import chain
from typing import Any

from ffmpeg import _run, dag, nodes

from editing.engine.graph.clip_node import Stream

Edges = dict[Any, dict[Any, list[tuple[Any, Any, Any]]]]  # of a node: by its label, where each goes


def arguments(output: Stream) -> list[str]:
    """What `output.get_args()` gives. Raises ValueError where a stream is used twice without a split."""
    ordered, outgoing = _sorted(nodes.get_stream_spec_nodes(output))
    inputs = [node for node in ordered if isinstance(node, nodes.InputNode)]
    filters = [node for node in ordered if isinstance(node, nodes.FilterNode)]
    outputs = [node for node in ordered if isinstance(node, nodes.OutputNode)]
    names = {(node, None): str(number) for number, node in enumerate(inputs)}
    graph = _run._get_filter_arg(filters, outgoing, names)
    return [
        *chain.from_iterable(map(_run._get_input_args, inputs)),
        *(("-filter_complex", graph) if graph else ()),
        *chain.from_iterable(_run._get_output_args(node, names) for node in outputs),
    ]


def _sorted(ends: list[Any]) -> tuple[list[Any], Edges]:
    """Every node above `ends`, each after those it hangs on, and all edges from above. Without recursion: a
    graph is deeper than Python's stack."""
    done: dict[Any, None] = {}
    outgoing: Edges = {}
    for end in reversed(ends):
        path: list[tuple[Any, Any]] = [(end, iter(end.incoming_edges))] if end not in done else []
        while path:
            node, edges = path[-1]
            edge = next(edges, None)
            if edge is None:
                done[node] = None
                path.pop()
                continue
            _note(edge, outgoing)
            if edge.upstream_node not in done:
                path.append((edge.upstream_node, iter(edge.upstream_node.incoming_edges)))
    return list(done), outgoing


def _note(edge: dag.DagEdge, outgoing: Edges) -> None:
    labels = outgoing.setdefault(edge.upstream_node, {})
    goes = (edge.downstream_node, edge.downstream_label, edge.upstream_selector)
    labels.setdefault(edge.upstream_label, []).append(goes)
