"""A crop that moves: ffmpeg's `sendcmd` reads from a file when it goes where, no program sees a frame.

It comes first of all, on the clock of the source: whatever happens to the pace of the cut later.
"""

from collections.abc import Iterable

from editing.engine.graph.clip_node import ClipNode, Stream
from editing.engine.tracking import commands


def followed(video: Stream, shot: ClipNode) -> Stream:
    """Cropped to what the shot follows; as it was, if it follows nothing."""
    if shot.crop is None:
        return video
    if _commands(shot):
        video = video.filter("sendcmd", filename=_file(shot))
    box, (x, y) = shot.crop.box, shot.crop.places[0]
    return video.filter(_name(shot), box.width, box.height, x, y, exact=1)


def files(shots: Iterable[ClipNode]) -> dict[str, str]:
    """The commands of every shot that moves its crop, by file name."""
    texts = {_file(shot): _commands(shot) for shot in shots}
    return {name: text for name, text in texts.items() if text}


def _commands(shot: ClipNode) -> str:
    return commands(shot.crop, _name(shot), since=float(shot.window.seek)) if shot.crop else ""


def _name(shot: ClipNode) -> str:
    """One filter of the graph, not every crop in it, hears the commands."""
    return f"crop@cut{shot.index}"


def _file(shot: ClipNode) -> str:
    return f"cut{shot.index}.cmd"
