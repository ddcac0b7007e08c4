"""What a chain has on disk: a folder per committed segment, and how far the one in work is.

A commit holds the encoded part and the last native frames: all that is needed to go on. It is written beside
its place and renamed into it, so it is there whole or not at all. The next commit takes the tail's place.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from generation.runner.families.adapter import SampledLatents, Waveform
from generation.runner.families.checkpoint import Checkpoint

Frames = NDArray[np.uint8]  # native ones: (n, height, width, 3)
PART, TAIL, MANIFEST = "part.mp4", "tail.npy", "manifest.json"
UNFINISHED = ".part"  # suffix of what is being written


class Store:
    """The folder of one chain; chains that could differ by a byte have different ones."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def committed(self) -> int:
        """How many segments are committed."""
        index = 0
        while self._commit(index).exists():
            index += 1
        return index

    def tail(self) -> Frames:
        """The last native frames of the newest commit."""
        return np.load(self._commit(self.committed - 1) / TAIL)

    def parts(self) -> list[Path]:
        """The encoded parts, in order; a segment too short to complete a group of pictures has none."""
        paths = (self._commit(index) / PART for index in range(self.committed))
        return [path for path in paths if path.exists()]

    def begin(self, index: int) -> Path:
        """Where to write the part of segment `index`."""
        shutil.rmtree(folder := self._unfinished(index), ignore_errors=True)
        folder.mkdir()
        return folder / PART

    def commit(self, index: int, tail: Frames, manifest: Mapping[str, Any]) -> None:
        """Segment `index`, whose part is written, is done with; what was saved of its sampling goes."""
        folder = self._unfinished(index)
        _write(folder / TAIL, partial(np.save, arr=tail))
        (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
        folder.replace(self._commit(index))
        (self._commit(index - 1) / TAIL).unlink(missing_ok=True)
        for file in (self._checkpoint(index), self._latents(index)):
            file.unlink(missing_ok=True)

    def save_checkpoint(self, index: int, checkpoint: Checkpoint) -> None:
        """Segment `index` is sampled this far."""
        _replace(self._checkpoint(index), checkpoint.save)

    def load_checkpoint(self, index: int) -> Checkpoint | None:
        """The newest one of segment `index`, if there is one."""
        return Checkpoint.load(path) if (path := self._checkpoint(index)).exists() else None

    def save_latents(self, index: int, latents: SampledLatents) -> None:
        """Segment `index` is sampled."""
        tensors = {
            "video": latents.video.cpu(),
            "audio": None if latents.audio is None else latents.audio.cpu(),
        }
        _replace(self._latents(index), partial(torch.save, tensors))

    def load_latents(self, index: int) -> SampledLatents | None:
        """Those of segment `index`, if it is sampled."""
        path = self._latents(index)
        return SampledLatents(**torch.load(path, weights_only=True)) if path.exists() else None

    def save_audio(self, index: int, audio: Waveform) -> None:
        """The sound of segment `index`."""
        _replace(self._audio(index), partial(np.savez, samples=audio.samples, rate=audio.rate))

    def load_audio(self) -> list[Waveform]:
        """The sound of every committed segment, in order; none where the model makes none."""
        paths = [path for index in range(self.committed) if (path := self._audio(index)).exists()]
        return [Waveform(saved["samples"], int(saved["rate"])) for saved in map(np.load, paths)]

    @property
    def audio_track(self) -> Path:
        """Where to write the sound of the whole video."""
        return self._folder / "audio.wav"

    def _commit(self, index: int) -> Path:
        return self._folder / f"segment-{index:04}"

    def _unfinished(self, index: int) -> Path:
        return self._folder / f"segment-{index:04}{UNFINISHED}"

    def _audio(self, index: int) -> Path:
        return self._folder / f"audio-{index:04}.npz"

    def _checkpoint(self, index: int) -> Path:
        return self._folder / f"checkpoint-{index:04}.pt"

    def _latents(self, index: int) -> Path:
        return self._folder / f"latents-{index:04}.pt"


def _replace(path: Path, save: Callable[[BytesIO], object]) -> None:
    """`path` has what `save` writes, whole, or stays as it was."""
    _write(part := path.with_suffix(UNFINISHED), save)
    part.replace(path)


def _write(path: Path, save: Callable[[BytesIO], object]) -> None:
    """Written by Python itself: of a full disk torch and NumPy say that something went wrong, not what."""
    save(content := BytesIO())
    path.write_bytes(content.getbuffer())
