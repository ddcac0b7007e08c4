"""What the numbers are computed with and on."""

import ctypes
import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version
from resource import RUSAGE_SELF, getrusage
from typing import Any

import torch

PACKAGES = ("torch", "diffusers", "transformers", "numpy", "opencv-python-headless", "av")
THREADS = int(os.environ.get("RUNNER_THREADS", "2"))
ENCODER_THREADS = 2  # fixed, for x264's bytes depend on it
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
REDUCED = os.environ.get("RUNNER_REDUCED", "1") != "0"


def reduced(device: str) -> AbstractContextManager[Any]:
    """Compute in bfloat16 what a picture does not show: decoding and enlarging, on processors that know how.

    The built-in model decodes 4 times faster so, at 53 dB of what float32 gives. On a GPU pipelines choose
    themselves. `RUNNER_REDUCED=0` in the environment keeps float32."""
    if device == "cpu" and REDUCED and torch.cpu._is_avx512_bf16_supported():
        return torch.autocast("cpu", torch.bfloat16)
    return nullcontext()


def give_back() -> None:
    """Hand freed memory back to the system. Glibc keeps it scattered over its arenas: a long video would seem
    to grow."""
    if _libc and hasattr(_libc, "malloc_trim"):
        _libc.malloc_trim(0)


def describe(device: str, optimizations: Mapping[str, str]) -> dict[str, Any]:
    """All that the bytes of a video depend on besides model and brief."""
    return {
        "device": torch.cuda.get_device_name() if device != "cpu" else "cpu",
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "precision": "float32" if device == "cpu" else "bfloat16",
        "pictures": "float32" if isinstance(reduced(device), nullcontext) else "bfloat16",
        "attention": optimizations.get("attention", "native"),
        "optimizations": dict(optimizations),
        "threads": THREADS,
        "encoder_threads": ENCODER_THREADS,
        "batch": 1,
        "versions": {name: version(name) for name in PACKAGES},
    }


def memory(device: str) -> tuple[float, float]:
    """GB in use at most, and GB there are, on `device`."""
    if device != "cpu":
        return _gigabytes(torch.cuda.max_memory_allocated()), _gigabytes(torch.cuda.mem_get_info()[1])
    used = getrusage(RUSAGE_SELF).ru_maxrss * 1024
    return _gigabytes(used), _gigabytes(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def _gigabytes(count: int) -> float:
    return round(count / 2**30, 1)
