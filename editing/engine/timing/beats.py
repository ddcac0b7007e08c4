"""Beat tracking: where the beats of a piece of music fall.

Onset strength by spectral flux, the tempo by its autocorrelation with a preference for tempi around 120 a
minute, the beats by dynamic programming: Ellis, "Beat Tracking by Dynamic Programming" (2007).
"""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from library.media.errors import NoSound
from library.media.guard.container import open_container
from library.media.stereo import stereo
from library.media.streams import find_sound, sound_frames

RATE, HOP, WINDOW = 11_025, 128, 512  # hertz, samples, samples
FRAMES = RATE / HOP  # onset values a second
TEMPI = (60.0, 200.0)  # beats a minute
PREFERRED_TEMPO, TEMPO_SIGMA = 120.0, 0.9  # beats a minute, octaves: the tempo most listeners would tap
TIGHTNESS = 100.0  # the weight of deviations from the tempo against onset strength
MAX_SECONDS = 180.0

Signal = NDArray[np.float32]


def beats(path: Path, *, seconds: float = MAX_SECONDS) -> tuple[float, ...]:
    """The beats, in seconds, of the first `seconds` of the sound in `path`; none where it is silent.

    Raises NoSound."""
    strength = onset_strength(_samples(path, seconds))
    if len(strength) < 2 * FRAMES or not strength.any():
        return ()
    middle = WINDOW / 2 / RATE  # an onset shows as soon as the window reaches it
    return tuple(round(frame / FRAMES + middle, 3) for frame in _track(strength, beat_period(strength)))


def onset_strength(samples: Signal) -> Signal:
    """How much louder each hop is than the one before, over all pitches: (hops,), standard deviation one."""
    if len(samples) < WINDOW + HOP:
        return np.zeros(0, np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    level = np.log1p(100 * np.abs(np.fft.rfft(frames * np.hanning(WINDOW))))
    flux = np.maximum(np.diff(level, axis=0, prepend=level[:1]), 0).sum(axis=1)
    flux -= np.convolve(flux, np.ones(31) / 31, "same")
    flux = np.maximum(flux, 0)
    return np.asarray(flux / (flux.std() or 1), np.float32)


def beat_period(strength: Signal) -> float:
    """Hops between two beats: the best lag of the autocorrelation, weighted towards the preferred tempo."""
    lags = np.arange(int(60 * FRAMES / TEMPI[1]), int(60 * FRAMES / TEMPI[0]) + 1)
    spectrum = np.abs(np.fft.rfft(strength, 2 * len(strength))) ** 2
    autocorrelation = np.fft.irfft(spectrum)[: len(strength)]
    weight = np.exp(-0.5 * (np.log2(60 * FRAMES / lags / PREFERRED_TEMPO) / TEMPO_SIGMA) ** 2)
    inside = lags < len(autocorrelation) - 1
    lags, weight = lags[inside], weight[inside]
    return float(_peak(autocorrelation, int(lags[np.argmax(autocorrelation[lags] * weight)])))


def _peak(curve: NDArray[np.float64], at: int) -> float:
    """The vertex of the parabola through three points: a lag is rarely whole."""
    left, middle, right = curve[at - 1 : at + 2]
    bend = left - 2 * middle + right
    return at + (0.5 * (left - right) / bend if bend else 0.0)


def _track(strength: Signal, hops: float) -> list[int]:
    """The sequence of hops with most onset strength whose steps stay near `hops`."""
    smooth = np.convolve(strength, np.exp(-0.5 * (np.arange(-4, 5) / 1.5) ** 2), "same")
    steps = np.arange(-round(2 * hops), -round(hops / 2) + 1)
    cost = -TIGHTNESS * np.log(-steps / hops) ** 2
    score, before = smooth.astype(np.float64), np.full(len(smooth), -1)
    for now in range(-int(steps[0]), len(smooth)):
        candidates = score[now + steps] + cost
        best = int(np.argmax(candidates))
        score[now] += candidates[best]
        before[now] = now + steps[best]
    return _backtrack(score, before, round(hops))


def _backtrack(score: NDArray[np.float64], before: NDArray[np.int64], hops: int) -> list[int]:
    """Back from the best last beat, which lies within the last step."""
    last = len(score) - hops + int(np.argmax(score[-hops:]))
    found = [last]
    while before[found[-1]] >= 0:
        found.append(int(before[found[-1]]))
    return found[::-1]


def _samples(path: Path, seconds: float) -> Signal:
    """The sound as one channel at RATE: (samples,), −1..1."""
    pieces: list[Signal] = []
    most = int(seconds * RATE)
    found = find_sound(path)
    if found is None or found.index is None:
        raise NoSound()
    with open_container(path) as container:
        try:
            for frame in stereo(sound_frames(container, found.index), RATE):
                pieces.append(frame.to_ndarray().mean(axis=0))
                if sum(map(len, pieces)) >= most:
                    break
        except av.FFmpegError:
            pass  # a file that is broken later on still has beats until there
    return np.concatenate(pieces or [np.zeros(0, np.float32)])[:most]
