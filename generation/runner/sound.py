"""The sound of a chain: that of its segments, mixed into one track for the whole video."""

import wave
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from generation.runner.families.adapter import Waveform
from library.media.guard.container import open_container
from library.media.stereo import stereo
from library.media.streams import find_sound, sound_frames

Placed = tuple[float, Waveform]  # from which second of the video on


def mix(sounds: Iterable[Placed], seconds: float) -> Waveform:
    """One track of `seconds`; where two of `sounds` overlap, the earlier fades into the later.

    They are in order and have the same rate and channels."""
    placed = list(sounds)
    rate, channels = placed[0][1].rate, len(placed[0][1].samples)
    track, end = np.zeros((channels, round(seconds * rate)), np.float32), 0
    for start, sound in placed:
        at = round(start * rate)
        samples = sound.samples[:, max(0, -at) : track.shape[1] - at]
        at, overlap = max(0, at), max(0, end - max(0, at))
        fade = np.linspace(0, 1, overlap, dtype=np.float32)[: samples.shape[1]]
        mixed = track[:, at : at + len(fade)] * (1 - fade) + samples[:, : len(fade)] * fade
        track[:, at : at + samples.shape[1]] = samples
        track[:, at : at + len(fade)] = mixed
        end = at + samples.shape[1]
    return Waveform(track, rate)


def write(sound: Waveform, path: Path) -> Path:
    """`sound` as a WAV file of 16 bits at `path`."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(sound.samples))
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes((sound.samples.clip(-1, 1) * 32767).round().astype("<i2").T.tobytes())
    return path


def read(path: Path, rate: int) -> Waveform | None:
    """The sound of the video at `path`, in stereo at `rate` samples a second; None where it has none."""
    found = find_sound(path)
    if found is None or found.index is None:
        return None
    with open_container(path) as container:
        frames = stereo(sound_frames(container, found.index), rate)
        return Waveform(np.concatenate([frame.to_ndarray() for frame in frames], axis=1), rate)
