"""A document as one ffmpeg-python graph: pure, nothing is read or run.

Picture of one cut (a `ClipNode`): seek → crop, which may move → scale → effects → pace → exactly n frames,
perhaps backwards; then the cuts are joined with their transitions, stickers and captions laid over, all
tagged BT.709, and a cover taken. Sound of one cut: pace → gain → exactly as many samples; joined the same
way, mixed with the music. One file for each of these steps. Text files the filters read (captions, commands)
come out beside the streams and are laid out where ffmpeg runs: no text of a person is ever part of the graph.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from editing.engine.document import Document
from editing.engine.graph import finish, framing, joining, pace, tracking
from editing.engine.graph.clip_node import ClipNode, Stream, shots
from editing.engine.graph.mix import mixed
from editing.engine.graph.stickers import pasted
from editing.engine.render.source import Sources
from editing.engine.tracking import CropTrack

__all__ = ["ClipNode", "Graph", "Stream", "build"]

NOBODY_FOLLOWED: Mapping[int, CropTrack] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Graph:
    """The ends of the graph: `audio` is None where nothing makes any sound, `cover` where none is asked for;
    and the text `files` its filters read, by name."""

    video: Stream
    audio: Stream | None
    cover: Stream | None = None
    files: dict[str, str] = field(default_factory=dict)


def build(
    document: Document,
    sources: Sources,
    *,
    louder: float = 0.0,
    crops: Mapping[int, CropTrack] = NOBODY_FOLLOWED,
) -> Graph:
    """The graph of a document. `sources` holds every clip, still and track it names; `louder` is the gain in
    decibels that brings the whole to the loudness it asks for, as `render.loudness` measures it;
    `crops` is how each cut that does so follows its subject, as `tracking.track_cuts` finds it."""
    laid = shots(document, sources, crops)
    picture = joining.pictures(laid, [_picture(shot) for shot in laid])
    finished = finish.finished(document, pasted(document, sources, finish.numbered(document, picture)))
    video, cover = finish.with_cover(document, finished)
    files = finish.files(document) | tracking.files(laid)
    return Graph(video, mixed(document, sources, laid, louder), cover, files)


def _picture(shot: ClipNode) -> Stream:
    video = tracking.followed(shot.opened.video, shot)
    if shot.source.silently_hd:
        video = video.filter("setparams", colorspace="bt709")
    if shot.drops_frames:  # drop them before scaling them
        return framing.shaped(pace.timed(video, shot), shot)
    return pace.timed(framing.shaped(video, shot), shot)
