"""Models that stay loaded between runs: on the device, then in RAM, then only on disk."""

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

Key = tuple[str, str, tuple[tuple[str, str], ...]]  # version of the weights, device, optimizations
VRAM_SHARE, RAM_SHARE = 0.7, 0.5  # of what there is; the rest is for the run itself
WEIGHTS = ("*.safetensors", "*.bin")


@dataclass(slots=True)
class CachedModel:
    """A loaded model of `size` bytes; `on_device`: not moved to RAM."""

    adapter: ModelAdapter
    folder: Path
    size: int
    on_device: bool = True

    @property
    def in_ram(self) -> bool:
        return self.adapter.device == "cpu" or not self.on_device


class ModelCache:
    """Least recently used first, models are moved from the device to RAM and then dropped, by their bytes.

    One run at a time. `vram` and `ram` are the most bytes of weights; a model larger than that stands alone.
    """

    def __init__(self, vram: int | None = None, ram: int | None = None) -> None:
        self._vram = _vram() if vram is None else vram
        self._ram = _ram() if ram is None else ram
        self._models: OrderedDict[Key, CachedModel] = OrderedDict()
        self._lock = RLock()

    @contextmanager
    def borrow(self, folder: Path, model: ModelSpec, device: str, version: str) -> Iterator[ModelAdapter]:
        """The model in `folder`, loaded, for nobody else while the block lasts; `version` tells weights
        apart. Raises OptimizationRefused."""
        with self._lock:
            yield self._get(_key(version, device, model), folder, model)

    def has(self, version: str, device: str, model: ModelSpec) -> bool:
        """Whether the model is loaded."""
        return _key(version, device, model) in self._models

    @property
    def folders(self) -> set[Path]:
        """Of the models that are loaded."""
        return {each.folder for each in self._models.values()}

    def clear(self) -> None:
        """Drop every model."""
        with self._lock:
            self._models.clear()
            _empty_device_cache()

    def _get(self, key: Key, folder: Path, model: ModelSpec) -> ModelAdapter:
        if key not in self._models:
            self._make_room(_bytes(folder), key[1])
            adapter = loading.load(model, folder, key[1])
            self._models[key] = CachedModel(adapter, folder, adapter.weight_bytes)
        self._models.move_to_end(key)
        self._to_device(self._models[key])
        return self._models[key].adapter

    def _to_device(self, cached: CachedModel) -> None:
        if not cached.on_device:
            self._make_room(cached.size, cached.adapter.device, but=cached)
            cached.adapter.to_device()
            cached.on_device = True

    def _make_room(self, size: int, device: str, but: CachedModel | None = None) -> None:
        """For `size` more bytes on `device`, at the cost of every model `but` one."""
        others = [(key, each) for key, each in self._models.items() if each is not but]
        for key, each in others if device != "cpu" else ():
            if each.on_device and self._used(ram=False) + size > self._vram:
                each.on_device = not each.adapter.to_cpu()
                if each.on_device:
                    del self._models[key]
        arriving = size if device == "cpu" else 0
        for key, each in others:
            if key in self._models and each.in_ram and self._used(ram=True) + arriving > self._ram:
                del self._models[key]
        _empty_device_cache()

    def _used(self, *, ram: bool) -> int:
        """Bytes of the weights in RAM, or on devices."""
        return sum(each.size for each in self._models.values() if each.in_ram == ram)


def _key(version: str, device: str, model: ModelSpec) -> Key:
    return version, device, tuple(sorted(model.optimizations.items()))


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for kind in WEIGHTS for path in folder.rglob(kind))


def _vram() -> int:
    return int(torch.cuda.mem_get_info()[1] * VRAM_SHARE) if torch.cuda.is_available() else 0


def _ram() -> int:
    return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * RAM_SHARE)


def _empty_device_cache() -> None:
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


MODEL_CACHE = ModelCache()


def best_device() -> str:
    """`cuda` where torch sees a GPU, else `cpu`."""
    return "cuda" if torch.cuda.is_available() else "cpu"
