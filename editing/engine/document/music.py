"""A track laid under the clips: music, a voice, a sound."""

from dataclasses import dataclass
from fractions import Fraction

from editing.engine import errors
from editing.engine.document.cut import GAINS, LONGEST_CLIP
from editing.engine.fields import Fields
from editing.engine.timing.exact import exact

LONGEST_FADE = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Music:
    """`start` to `end` (None: all there is) of a track, from `at` in the edit on and no longer than the edit.

    `gain` in decibels; fades in seconds; with `duck` it steps back while the clips are heard."""

    track: str
    at: float = 0.0
    start: float = 0.0
    end: float | None = None
    gain: float = 0.0
    fade_in: float = 0.0
    fade_out: float = 0.0
    duck: bool = False

    def seconds(self, track: float, edit: Fraction) -> Fraction:
        """How long it is heard, of a track and in an edit of so many seconds; not above zero: not at all."""
        last = exact(track) if self.end is None else min(exact(self.end), exact(track))
        return min(last - exact(self.start), edit - exact(self.at))


def read_music(fields: Fields, most: float) -> Music:
    music = Music(
        fields.text("track", 500),
        fields.number("at", 0, most, default=0.0),
        fields.number("start", 0, LONGEST_CLIP, default=0.0),
        fields.number("end", 0, LONGEST_CLIP, default=None),
        fields.number("gain", *GAINS, default=0.0),
        fields.number("fade_in", 0, LONGEST_FADE, default=0.0),
        fields.number("fade_out", 0, LONGEST_FADE, default=0.0),
        fields.boolean("duck"),
    )
    if music.end is not None and music.end <= music.start:
        fields.note(errors.EndBeforeStart(least=music.start, field=fields.at("end")))
    fields.end()
    return music
