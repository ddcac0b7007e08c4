"""When what an upload shows and sounds is shown and heard in its master: 30 frames a second from zero on.

Picture and sound keep the distance they have on the file's own clock. Where one of them is missing, a picture
is held and silence is written: a player that lays samples end to end, without looking at their times, then
hears what one hears that does.
"""

import math
from dataclasses import dataclass
from typing import Self

from library.media.h264.encode import AUDIO_RATE
from library.media.probe import Probe
from library.media.shapes import FRAME_RATE

# Seconds. Codecs of sound begin and end with samples that nobody recorded, as many as fill their frames: what
# lies outside the picture by less is taken for them.
CODEC_PADDING = 0.1
# Seconds. A longer hole in the sound is filled with silence and a longer overlap is cut; what is shorter is
# how clocks drift, and stretched away, by two thousandths at the most. A lost packet of Opus leaves 0.02.
STRETCHED = 0.015
STRETCH = round(0.002 * AUDIO_RATE)  # samples a second
EARLY = 1e-6  # seconds: what a float may be off


@dataclass(frozen=True)
class Timing:
    """`frames` frames of a master, the first of them at `origin`, in seconds on the clock of the file."""

    origin: float
    frames: int

    @classmethod
    def of(cls, found: Probe) -> Self:
        """From the first thing that is seen or heard to the last.

        The picture's first frame lies on the grid of the master's, whatever comes before it."""
        assert found.picture is not None, "a master needs a picture"
        begins, ends = found.picture
        if found.sound and found.sound[0] < begins - CODEC_PADDING:
            begins -= math.ceil((begins - found.sound[0] - EARLY) * FRAME_RATE) / FRAME_RATE
        for other in (found.sound[1] if found.sound else ends, found.declared_end):
            ends = other if other > ends + CODEC_PADDING else ends
        return cls(begins, max(1, round((ends - begins) * FRAME_RATE)))

    @property
    def seconds(self) -> float:
        return self.frames / FRAME_RATE

    @property
    def picture(self) -> str:
        """Filters: the nearest frame at each time, before the first one the first and after the last the last.

        That the last is shown is not left to rounding: where it would come after the end, it comes at it."""
        last = (self.frames - 1) / FRAME_RATE
        placed = f"settb=AVTB,setpts='min(PTS-{self.origin:.6f}/TB,{last:.6f}/TB)'"
        exact = f"tpad=stop=-1:stop_mode=clone,trim=end_frame={self.frames}"
        return f"{placed},fps={FRAME_RATE}:start_time=0,{exact}"

    @property
    def sound(self) -> str:
        """Filters: as many samples as the frames last, each at its time, silence where there are none."""
        filled = f"async={STRETCH}:min_hard_comp={STRETCHED}:first_pts=0"
        exact = f"apad,atrim=end_sample={self.frames * AUDIO_RATE // FRAME_RATE}"
        return f"asetpts=PTS-{self.origin:.6f}/TB,aresample={AUDIO_RATE}:{filled},{exact}"
