"""A document as one ffmpeg-python graph: pure, nothing is read or run.

Picture of one cut (a `Shot`): seek → crop → scale → effects → pace → exactly n frames, perhaps backwards;
then the cuts are joined with their transitions, stickers and captions laid over, all tagged BT.709, and a
cover taken. Sound of one cut: pace → gain → exactly as many samples; joined the same way, mixed with the
music. One file for each of these steps. Text files the filters read (captions) come
out beside the streams and are laid out where ffmpeg runs: no text of a person is ever part of the graph.
"""

from dataclasses import dataclass, field

from editing.engine.document import Document
from editing.engine.graph import finish, framing, joining, pace
from editing.engine.graph.mix import mixed
from editing.engine.graph.shot import Shot, Stream, shots
from editing.engine.graph.stickers import pasted
from editing.engine.source import Sources

__all__ = ["Graph", "Shot", "Stream", "build"]


@dataclass(frozen=True, slots=True)
class Graph:
    """The ends of the graph: `audio` is None where nothing makes any sound, `cover` where none is asked for;
    and the text `files` its filters read, by name."""

    video: Stream
    audio: Stream | None
    cover: Stream | None = None
    files: dict[str, str] = field(default_factory=dict)


def build(document: Document, sources: Sources, *, louder: float = 0.0) -> Graph:
    """The graph of a document. `sources` holds every clip, still and track it names; `louder` is the gain in
    decibels that brings the whole to the loudness it asks for, as `editing.engine.loudness` measures it."""
    laid = shots(document, sources)
    picture = joining.pictures(laid, [_picture(shot) for shot in laid])
    finished = finish.finished(document, pasted(document, sources, finish.numbered(document, picture)))
    video, cover = finish.with_cover(document, finished)
    return Graph(video, mixed(document, sources, laid, louder), cover, finish.files(document))


def _picture(shot: Shot) -> Stream:
    video = shot.opened.video
    if shot.source.silently_hd:
        video = video.filter("setparams", colorspace="bt709")
    if shot.drops_frames:  # drop them before scaling them
        return framing.shaped(pace.timed(video, shot), shot)
    return pace.timed(framing.shaped(video, shot), shot)
