"""What an import left out. Nothing is refused for it, but whoever sent it is told."""

from typing import Any

import errors

Record = dict[str, Any]  # a Dropped as JSON, which `errors.render_message` turns into a sentence


class Dropped(errors.DomainError):
    """One kind of thing that was left out, and where it was first met. It is told, not raised."""


class CuesUnreadable(Dropped):
    code = "cues-unreadable"
    message = "Left out: {count} cues whose times cannot be read."


class CuesBackwards(Dropped):
    code = "cues-without-length"
    message = "Left out: {count} cues that end when they begin or sooner, the first at {seconds} s."


class CuesEmpty(Dropped):
    code = "cues-empty"
    message = "Left out: {count} cues without words, the first at {seconds} s."


class CuesTooLate(Dropped):
    code = "cues-too-late"
    message = "Left out: {count} cues that begin after the end of the edit, the first at {seconds} s."


class CuesCut(Dropped):
    code = "cues-cut"
    message = "Cut short: {count} cues that last longer than the edit, the first from {seconds} s on."


class GapsClosed(Dropped):
    code = "gaps-closed"
    message = (
        "Closed: {count} gaps in the picture, {seconds} s together; what comes later comes so much sooner."
    )


class TracksDropped(Dropped):
    code = "tracks-dropped"
    message = "Left out: {count} tracks that are laid over the first picture track or switched off: {names}."


class ClipsDropped(Dropped):
    code = "clips-dropped"
    message = (
        "Left out: {count} clips that are switched off or have no film of yours, such as titles: {names}."
    )


class NestedDropped(Dropped):
    code = "nested-dropped"
    message = "Opened: {count} nested sequences; of each, only the first picture track is here: {names}."


class SoundDropped(Dropped):
    code = "sound-dropped"
    message = "Left out: {count} clips of audio tracks that are no track of yours: {names}."


class MarkersDropped(Dropped):
    code = "markers-dropped"
    message = "Left out: {count} markers: {names}."


class TimelineEffectsDropped(Dropped):
    code = "timeline-effects-dropped"
    message = "Left out: {count} effects that are not known here: {names}."


class TransitionsReplaced(Dropped):
    code = "transitions-replaced"
    message = "Replaced by a fade: {count} transitions that are not known here: {names}."


class TransitionsDropped(Dropped):
    code = "transitions-dropped"
    message = "Left out: {count} transitions that do not stand between two clips."
