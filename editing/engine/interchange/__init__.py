"""OpenTimelineIO, out and in: a document can leave for a desktop editor and come back.

Clips, speed, freezes, transitions and music become OpenTimelineIO's own objects; everything else travels as
metadata under `lingying`. On the way back, the timeline's own objects win over the metadata, and what a
document has no place for (gaps, further picture tracks, markers, unknown effects) is told by name. In a
timeline cuts abut and a transition borrows from both sides; in a document they overlap: each side gives half.
"""

from editing.engine.interchange.apart import read_timeline_apart
from editing.engine.interchange.otio_reader import NoTimeline, read_timeline, read_timeline_and_losses
from editing.engine.interchange.otio_writer import Media, write_timeline

__all__ = [
    "Media",
    "NoTimeline",
    "read_timeline",
    "read_timeline_and_losses",
    "read_timeline_apart",
    "write_timeline",
]
