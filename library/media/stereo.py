"""Sound of any layout as stereo, as loud as it was recorded: one table for every way it is mixed.

The gains are those of Recommendation ITU-R BS.775-3, annex 4: what stands in the middle or behind comes
through 3 dB quieter, the low-frequency channel not at all. A single channel is heard from both sides at its
full level. Ambisonics are decoded as RFC 8486 proposes: half of the sphere's sum, plus or minus half of its
left-right difference.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

Gains = tuple[float, float]  # of one channel, on the left and on the right

LESS = 0.5**0.5  # −3 dB
LEFT = {"FL": 1.0, "DL": 1.0, "FLC": 1.0, "BIL": 1.0}
LEFT |= dict.fromkeys(("BL", "SL", "WL", "SDL", "SSL", "TFL", "TSL", "TBL", "BFL", "TTL"), LESS)
MIDDLE = {"FC": LESS} | dict.fromkeys(("BC", "TC", "TFC", "TBC", "BFC"), LESS * LESS)
SILENT = ("LFE", "LFE2")
CUSTOMARY = {6: "5.1", 8: "7.1"}  # what a file means that only counts its channels
LIMITER = {"limit": 1, "level": 0, "latency": 1}  # several channels may add up to more than full scale


def pan(layout: str) -> str:
    """The argument of ffmpeg's `pan` that makes stereo of a sound that begins in `layout`.

    A sound may change its layout on the way: channels go by their names, and those that may come are named
    with those that are there. Channels without names go by their numbers."""
    names = [channel.name for channel in av.AudioLayout(layout).channels]
    if len(names) > 1 and any(_gains_of(name) is None for name in names):
        sides = [_sum(row, [f"c{at}" for at in range(len(names))]) for row in matrix(layout)]
    else:
        gains = {name: _gains_of(name) or (0.0, 0.0) for name in (*LEFT, *MIDDLE, *map(_mirrored, LEFT))}
        if len(names) == 1:  # ffmpeg takes one that is only counted for the one in the middle
            gains["FC" if _gains_of(names[0]) is None else names[0]] = (1.0, 1.0)
        sides = [_sum([pair[side] for pair in gains.values()], list(gains)) for side in (0, 1)]
    return f"stereo|FL={sides[0]}|FR={sides[1]}"


def _sum(gains: Iterable[float], names: list[str]) -> str:
    return "+".join(f"{gain:.4f}*{name}" for gain, name in zip(gains, names, strict=True) if gain)


def filters(layout: str) -> str:
    """The filters that make stereo of a sound that begins in `layout`, as ffmpeg's command line takes them.

    They leave its times and what is stereo already as they are."""
    limiter = ":".join(f"{name}={value}" for name, value in LIMITER.items())
    return f"pan={pan(layout)}" + (f",alimiter={limiter}" if is_mixed_down(layout) else "")


def is_mixed_down(layout: str) -> bool:
    """Whether more than two channels are added up."""
    return bool(av.AudioLayout(layout).nb_channels > 2)


@lru_cache
def matrix(layout: str) -> NDArray[np.float32]:
    """The gains (2, channels) that make stereo of `layout`, as ffmpeg names it."""
    channels = av.AudioLayout(layout).channels
    return np.array(_gains(layout, [channel.name for channel in channels]), np.float32).T


def _gains(layout: str, names: list[str]) -> list[Gains]:
    if len(names) == 1:
        return [(1.0, 1.0)]
    if layout.startswith("ambisonic"):
        return [_ambisonic(at, name) for at, name in enumerate(names)]
    known = [_gains_of(name) for name in names]
    if all(gains is None for gains in known) and len(names) in CUSTOMARY:
        return [*map(tuple, matrix(CUSTOMARY[len(names)]).T.tolist())]
    share = 1 / ((len(names) + 1) // 2)  # of each of the channels that nothing is known of: by turns
    return [gains or ((share, 0.0), (0.0, share))[at % 2] for at, gains in enumerate(known)]


def _gains_of(name: str) -> Gains | None:
    if name in SILENT:
        return 0.0, 0.0
    if name in MIDDLE:
        return MIDDLE[name], MIDDLE[name]
    if name in LEFT:
        return LEFT[name], 0.0
    mirrored = next((left for left in LEFT if _mirrored(left) == name), None)
    return (0.0, LEFT[mirrored]) if mirrored else None


def _mirrored(left: str) -> str:
    """The name of the channel on the right that faces one on the left: FLC and FRC, TBL and TBR."""
    return left.replace("L", "R", 1)


def _ambisonic(at: int, name: str) -> Gains:
    """Of a channel in ACN order: 0 is the sum, 1 left minus right. Plain stereo may lie beside them."""
    if not name.startswith("AMBI"):
        return _gains_of(name) or (0.0, 0.0)
    return {0: (0.5, 0.5), 1: (0.5, -0.5)}.get(at, (0.0, 0.0))


def stereo(frames: Iterable[AudioFrame], rate: int) -> Iterator[AudioFrame]:
    """`frames` of any layout as planar floats in stereo, `rate` samples a second, without times."""
    resampler = AudioResampler(format="fltp", layout="stereo", rate=rate)
    for frame in frames:
        yield from resampler.resample(_mixed(frame))
    yield from resampler.resample(None)


def _mixed(frame: AudioFrame) -> AudioFrame:
    frame.pts = None
    if frame.layout.name == "stereo":
        return frame
    planar = frame if frame.format.name == "fltp" else AudioResampler(format="fltp").resample(frame)[0]
    sides = matrix(frame.layout.name) @ planar.to_ndarray()
    mixed = AudioFrame.from_ndarray(np.ascontiguousarray(sides.clip(-1, 1)), format="fltp", layout="stereo")
    mixed.sample_rate = frame.sample_rate
    return mixed
