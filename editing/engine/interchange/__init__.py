"""OpenTimelineIO, out and in: a document can leave for a desktop editor and come back.

Clips, speed, freezes, transitions and music are said in OpenTimelineIO's own words; all else travels as
metadata under `lingying`. On the way back, what the timeline itself says wins over the metadata. In a
timeline cuts abut and a transition borrows from both sides; in a document they overlap: each gives half.
"""

from editing.engine.interchange.reading import NoTimeline, value_of
from editing.engine.interchange.writing import Media, timeline

__all__ = ["Media", "NoTimeline", "timeline", "value_of"]
