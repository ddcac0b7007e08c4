"""A document as one ffmpeg-python graph: pure, nothing is read or run.

Picture of one cut (a `ClipNode`): seek → crop, which may move → scale → effects → retime → exactly n frames,
perhaps reversed; then the cuts are joined with their transitions, stickers and captions overlaid, all tagged
BT.709, and a cover taken. Sound of one cut: retime → gain → exactly as many samples; joined the same way,
mixed with the music. One file for each of these steps. Text files that filters read (captions, commands) come
out beside the streams and are written where ffmpeg runs: no text of a person is ever part of the graph.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from editing.engine.document import Document
from editing.engine.graph import finish, framing, joining, mix, retime, stickers
from editing.engine.graph.clip_node import ClipNode, Stream, clip_nodes, picture_of
from editing.engine.source import Sources
from editing.engine.tracking import CropTrack

__all__ = ["NO_CROPS", "ClipNode", "Graph", "Stream", "build"]

NO_CROPS: Mapping[int, CropTrack] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Graph:
    """The output streams: `audio` is None where nothing makes any sound, `cover` where none is asked for. And
    the text `files` that filters read, by name."""

    video: Stream
    audio: Stream | None
    cover: Stream | None = None
    files: dict[str, str] = field(default_factory=dict)


def build(
    document: Document,
    sources: Sources,
    *,
    gain: float = 0.0,
    crops: Mapping[int, CropTrack] = NO_CROPS,
) -> Graph:
    """The graph of a document. `sources` holds every clip, still and track it names; `gain`, in decibels,
    brings the whole to the loudness it asks for (measured by `render.loudness`); `crops` are the moving crops
    of tracked cuts, by the index of the cut (found by `tracking.track_cuts`)."""
    nodes = clip_nodes(document, sources, crops)
    joined = joining.join_video(nodes, [_picture(node) for node in nodes])
    overlaid = stickers.overlay(document, sources, finish.number_frames(document, joined))
    video, cover = finish.with_cover(document, finish.finished(document, overlaid))
    files = finish.files(document) | framing.command_files(nodes)
    return Graph(video, mix.mix(document, sources, nodes, gain), cover, files)


def _picture(node: ClipNode) -> Stream:
    video = framing.tracked_crop(picture_of(node.input, node.source), node)
    if node.drops_frames:  # drop them before scaling them
        return framing.framed(retime.retimed(video, node), node)
    return retime.retimed(framing.framed(video, node), node)
