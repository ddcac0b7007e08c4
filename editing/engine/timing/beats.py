"""Where the beats of a piece of music fall.

Onset strength by spectral flux, the tempo by its autocorrelation under a preference for walking pace, the
beats by dynamic programming: Ellis, Beat Tracking by Dynamic Programming (2007).
"""

from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from library.media.errors import NoSound
from library.media.guard.container import open_container

RATE, HOP, WINDOW = 11_025, 128, 512  # hertz, samples, samples
FRAMES = RATE / HOP  # onset values a second
TEMPI = (60.0, 200.0)  # beats a minute
WALKING, OCTAVES = 120.0, 0.9  # the tempo one would tap, and how far from it one still would
TIGHTNESS = 100.0  # how dear it is to leave the tempo
MOST_SECONDS = 180.0

Signal = NDArray[np.float32]


def beats(path: Path, *, seconds: float = MOST_SECONDS) -> tuple[float, ...]:
    """The beats, in seconds, of the first `seconds` of the sound in `path`; none where it is silent.

    Raises NoSound."""
    strength = onsets(_samples(path, seconds))
    if len(strength) < 2 * FRAMES or not strength.any():
        return ()
    middle = WINDOW / 2 / RATE  # an onset is seen as soon as the window reaches it
    return tuple(round(frame / FRAMES + middle, 3) for frame in _tracked(strength, period(strength)))


def onsets(samples: Signal) -> Signal:
    """How much louder each hop is than the one before, over all pitches: (hops,), of deviation one."""
    if len(samples) < WINDOW + HOP:
        return np.zeros(0, np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    level = np.log1p(100 * np.abs(np.fft.rfft(frames * np.hanning(WINDOW))))
    flux = np.maximum(np.diff(level, axis=0, prepend=level[:1]), 0).sum(axis=1)
    flux -= np.convolve(flux, np.ones(31) / 31, "same")
    flux = np.maximum(flux, 0)
    return np.asarray(flux / (flux.std() or 1), np.float32)


def period(strength: Signal) -> float:
    """Hops between two beats: the best lag of the autocorrelation, weighed by how one would tap."""
    lags = np.arange(int(60 * FRAMES / TEMPI[1]), int(60 * FRAMES / TEMPI[0]) + 1)
    spectrum = np.abs(np.fft.rfft(strength, 2 * len(strength))) ** 2
    alike = np.fft.irfft(spectrum)[: len(strength)]
    weight = np.exp(-0.5 * (np.log2(60 * FRAMES / lags / WALKING) / OCTAVES) ** 2)
    lags, weight = lags[lags < len(alike) - 1], weight[lags < len(alike) - 1]
    return float(_peak(alike, int(lags[np.argmax(alike[lags] * weight)])))


def _peak(curve: NDArray[np.float64], at: int) -> float:
    """The top of the parabola through three points: a lag is rarely whole."""
    left, middle, right = curve[at - 1 : at + 2]
    bend = left - 2 * middle + right
    return at + (0.5 * (left - right) / bend if bend else 0.0)


def _tracked(strength: Signal, hops: float) -> list[int]:
    """The chain of hops with most onset strength whose steps stay near `hops`."""
    smooth = np.convolve(strength, np.exp(-0.5 * (np.arange(-4, 5) / 1.5) ** 2), "same")
    steps = np.arange(-round(2 * hops), -round(hops / 2) + 1)
    cost = -TIGHTNESS * np.log(-steps / hops) ** 2
    score, before = smooth.astype(np.float64), np.full(len(smooth), -1)
    for now in range(-int(steps[0]), len(smooth)):
        candidates = score[now + steps] + cost
        best = int(np.argmax(candidates))
        score[now] += candidates[best]
        before[now] = now + steps[best]
    return _chain(score, before, round(hops))


def _chain(score: NDArray[np.float64], before: NDArray[np.int64], hops: int) -> list[int]:
    """Back from the best end, which lies within the last step."""
    last = len(score) - hops + int(np.argmax(score[-hops:]))
    chain = [last]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    return chain[::-1]


def _samples(path: Path, seconds: float) -> Signal:
    """The sound as one channel at RATE: (samples,), −1..1."""
    pieces: list[Signal] = []
    with open_container(path) as container:
        if not container.streams.audio:
            raise NoSound()
        resampler = AudioResampler(format="fltp", layout="mono", rate=RATE)
        try:
            for frame in container.decode(audio=0):
                pieces += [one.to_ndarray()[0] for one in resampler.resample(frame)]
                if frame.time is not None and frame.time > seconds:
                    break
        except av.FFmpegError:
            pass  # what was heard until here has beats too
    return np.concatenate(pieces or [np.zeros(0, np.float32)])[: int(seconds * RATE)]
