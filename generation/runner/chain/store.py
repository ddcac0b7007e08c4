"""What a chain has on disk: a folder per committed segment, and how far the one in hand is.

A commit holds the encoded part and the last native frames: all that is needed to go on. It is written beside
its place and renamed into it, so it is there whole or not at all. The next commit takes the tail's place.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from generation.runner.families.adapter import Sampled, Waveform
from generation.runner.families.sampling import Checkpoint

Natives = NDArray[np.uint8]  # (frames, height, width, 3)
PART, TAIL, MANIFEST = "part.mp4", "tail.npy", "manifest.json"


class Store:
    """The folder of one chain; chains that could differ by a byte have different ones."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def committed(self) -> int:
        """How many segments are done with."""
        index = 0
        while self._commit(index).exists():
            index += 1
        return index

    def tail(self) -> Natives:
        """The last native frames of the newest commit."""
        return np.load(self._commit(self.committed - 1) / TAIL)

    def parts(self) -> list[Path]:
        """The encoded parts, in order; a segment too short to complete a group of pictures has none."""
        paths = (self._commit(index) / PART for index in range(self.committed))
        return [path for path in paths if path.exists()]

    def manifests(self) -> list[dict[str, Any]]:
        """What is told of each committed segment."""
        paths = (self._commit(index) / MANIFEST for index in range(self.committed))
        return [json.loads(path.read_text("utf-8")) for path in paths]

    def begin(self, index: int) -> Path:
        """Where to write the part of segment `index`."""
        shutil.rmtree(making := self._making(index), ignore_errors=True)
        making.mkdir()
        return making / PART

    def commit(self, index: int, tail: Natives, manifest: Mapping[str, Any]) -> None:
        """Segment `index`, whose part is written, is done with."""
        making = self._making(index)
        np.save(making / TAIL, tail)
        (making / MANIFEST).write_text(json.dumps(manifest), "utf-8")
        making.replace(self._commit(index))
        (self._commit(index - 1) / TAIL).unlink(missing_ok=True)
        for file in (self._moment(index), self._latents(index)):
            file.unlink(missing_ok=True)

    def keep_moment(self, index: int, moment: Checkpoint) -> None:
        """Segment `index` is sampled this far."""
        moment.save(part := self._moment(index).with_suffix(".making"))
        part.replace(self._moment(index))

    def keep_latents(self, index: int, sampled: Sampled) -> None:
        """Segment `index` is sampled."""
        kept = {"video": sampled.video.cpu(), "audio": None if sampled.audio is None else sampled.audio.cpu()}
        torch.save(kept, part := self._latents(index).with_suffix(".making"))
        part.replace(self._latents(index))

    def keep_sound(self, index: int, sound: Waveform) -> None:
        """What is heard in segment `index`."""
        part = self._sound(index).with_suffix(".making")
        with part.open("wb") as file:
            np.savez(file, samples=sound.samples, rate=sound.rate)
        part.replace(self._sound(index))

    def sounds(self) -> list[Waveform]:
        """Of every committed segment, in order; none where the model makes none."""
        paths = [path for index in range(self.committed) if (path := self._sound(index)).exists()]
        return [Waveform(kept["samples"], int(kept["rate"])) for kept in map(np.load, paths)]

    def track(self) -> Path:
        """Where to write the sound of the whole."""
        return self._folder / "sound.wav"

    def moment(self, index: int) -> Checkpoint | None:
        return Checkpoint.load(path) if (path := self._moment(index)).exists() else None

    def latents(self, index: int) -> Sampled | None:
        path = self._latents(index)
        return Sampled(**torch.load(path, weights_only=True)) if path.exists() else None

    def _commit(self, index: int) -> Path:
        return self._folder / f"segment-{index:04}"

    def _making(self, index: int) -> Path:
        return self._folder / f"segment-{index:04}.making"

    def _sound(self, index: int) -> Path:
        return self._folder / f"sound-{index:04}.npz"

    def _moment(self, index: int) -> Path:
        return self._folder / f"moment-{index:04}.pt"

    def _latents(self, index: int) -> Path:
        return self._folder / f"latents-{index:04}.pt"
