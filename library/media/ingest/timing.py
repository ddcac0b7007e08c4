"""When what an upload shows and sounds is shown and heard in its master: 30 frames a second from zero on.

Picture and sound keep the distance they have on the file's own clock. Where one of them is missing, a picture
is held and silence is written: a player that lays samples end to end, without looking at their times, then
hears what one hears that does.
"""

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
# Filters: each sample at its time from zero on, silence where there are none.
GAPLESS = f"aresample={AUDIO_RATE}:async={STRETCH}:min_hard_comp={STRETCHED}:first_pts=0"
BEFORE_NEXT = 0.4  # of a frame: a time that is nearer to this frame than to the next, and after its beginning
NEARER_TO_SECOND = 0.5 / FRAME_RATE  # seconds: halves are rounded up


@dataclass(frozen=True)
class Timing:
    """`frames` frames of a master, the first of them at `origin`, in seconds on the clock of the file."""

    origin: float
    frames: int

    @classmethod
    def of(cls, found: Probe) -> Self:
        """From the first thing that is seen or heard to the last.

        The picture's first frame lies on the grid of the master's, whatever comes before it."""
        begins, ends = found.picture or (0.0, found.seconds)
        if found.sound and found.sound[0] < begins - CODEC_PADDING:
            begins -= round((begins - found.sound[0]) * FRAME_RATE) / FRAME_RATE
        lasts = found.sound[1] if found.sound else found.declared_end
        ends = lasts if lasts > ends + CODEC_PADDING else ends
        return cls(begins, max(1, round((ends - begins) * FRAME_RATE)))

    @property
    def seconds(self) -> float:
        return self.frames / FRAME_RATE

    @property
    def picture(self) -> str:
        """Filters: the nearest picture at each time, before the first the first and after the last the last.

        The first and the last are not left to rounding. Of several that are near the beginning, which a fast
        camera takes, those after the first are for the second frame; all that come later than the last frame
        are for the last."""
        last = (self.frames - 1 + BEFORE_NEXT) / FRAME_RATE
        later = f"if(gt(ld(0),1)*lt(ld(0),{NEARER_TO_SECOND:.6f}/TB),{NEARER_TO_SECOND:.6f}/TB,ld(0))"
        placed = f"settb=AVTB,setpts='st(0,PTS-{self.origin:.6f}/TB);min({later},{last:.6f}/TB)'"
        sampled = f"fps={FRAME_RATE}:start_time=0:eof_action=pass"
        return f"{placed},{sampled},tpad=stop=-1:stop_mode=clone,trim=end_frame={self.frames}"

    @property
    def sound(self) -> str:
        """Filters, for what `decode_sound` wrote: as many samples as the frames last."""
        return f"{GAPLESS},apad,atrim=end_sample={self.frames * AUDIO_RATE // FRAME_RATE}"
