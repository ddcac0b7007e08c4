"""Models that stay warm between runs: on the device, then in RAM, then only on disk."""

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

import torch

from generation.runner.families import loading
from generation.runner.families.adapter import ModelAdapter
from generation.runner.model_spec import ModelSpec

Key = tuple[str, str, tuple[tuple[str, str], ...]]
VRAM_SHARE, RAM_SHARE = 0.7, 0.5  # of what there is; the rest is for the run itself
WEIGHTS = ("*.safetensors", "*.bin")


@dataclass(slots=True)
class Resident:
    """A loaded model; `awake`: on its device."""

    family: ModelAdapter
    folder: Path
    size: int
    awake: bool = True

    @property
    def in_ram(self) -> bool:
        return self.family.device == "cpu" or not self.awake


class ModelCache:
    """Least recently used first, models go from the device to RAM and from there, by their bytes. One run at
    a time. `vram` and `ram` are the most bytes of weights; a model larger than that stands alone."""

    def __init__(self, vram: int | None = None, ram: int | None = None) -> None:
        self._vram = _vram() if vram is None else vram
        self._ram = _ram() if ram is None else ram
        self._warm: OrderedDict[Key, Resident] = OrderedDict()
        self._lock = RLock()

    @contextmanager
    def held(self, folder: Path, model: ModelSpec, device: str, version: str) -> Iterator[ModelAdapter]:
        """The model in `folder`, while the block lasts; `version` tells weights apart."""
        with self._lock:
            yield self._get(_key(version, device, model), folder, model)

    def has(self, version: str, device: str, model: ModelSpec) -> bool:
        return _key(version, device, model) in self._warm

    @property
    def folders(self) -> set[Path]:
        """Of the models that are warm."""
        return {each.folder for each in self._warm.values()}

    def clear(self) -> None:
        """Let go of every model."""
        with self._lock:
            self._warm.clear()
            _return_memory()

    def _get(self, key: Key, folder: Path, model: ModelSpec) -> ModelAdapter:
        if key not in self._warm:
            self._make_room(_bytes(folder), key[1])
            family = loading.load(model, folder, key[1])
            self._warm[key] = Resident(family, folder, family.bytes)
        self._warm.move_to_end(key)
        self._wake(self._warm[key])
        return self._warm[key].family

    def _wake(self, resident: Resident) -> None:
        if not resident.awake:
            self._make_room(resident.size, resident.family.device, but=resident)
            resident.family.wake()
            resident.awake = True

    def _make_room(self, size: int, device: str, but: Resident | None = None) -> None:
        """For `size` more bytes on `device`."""
        others = [(key, each) for key, each in self._warm.items() if each is not but]
        for key, each in others if device != "cpu" else ():
            if each.awake and self._used(ram=False) + size > self._vram:
                each.awake = not each.family.rest()
                if each.awake:
                    del self._warm[key]
        arriving = size if device == "cpu" else 0
        for key, each in others:
            if key in self._warm and each.in_ram and self._used(ram=True) + arriving > self._ram:
                del self._warm[key]
        _return_memory()

    def _used(self, *, ram: bool) -> int:
        return sum(each.size for each in self._warm.values() if each.in_ram == ram)


def _key(version: str, device: str, model: ModelSpec) -> Key:
    return version, device, tuple(sorted(model.optimizations.items()))


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for kind in WEIGHTS for path in folder.rglob(kind))


def _vram() -> int:
    return int(torch.cuda.mem_get_info()[1] * VRAM_SHARE) if torch.cuda.is_available() else 0


def _ram() -> int:
    return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * RAM_SHARE)


def _return_memory() -> None:
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


MODEL_CACHE = ModelCache()


def best_device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"
