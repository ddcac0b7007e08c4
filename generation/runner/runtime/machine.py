"""What a video is computed with and on: threads, precision, versions, memory."""

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
#: [threads] CPU threads of torch. The bytes of a clip depend on it: keep it the same on all hosts.
THREADS = int(os.environ.get("RUNNER_THREADS", "2"))
ENCODER_THREADS = 2  # fixed, for x264's bytes depend on it
# what torch, safetensors, the C library and OpenCV say
OUT_OF_MEMORY = (
    "out of memory", "can't allocate memory", "annot allocate memory", "not enough memory", "bad_alloc",
    "Insufficient memory",
)  # fmt: skip
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
#: [1 or 0] Decode and enlarge in bfloat16 on CPUs with AVX-512 BF16, 4 times as fast. 0 keeps float32,
#: for comparing with other machines.
REDUCED = os.environ.get("RUNNER_REDUCED", "1") != "0"


def reduced_precision(device: str) -> AbstractContextManager[Any]:
    """Compute in bfloat16 on CPUs with AVX-512 BF16, while the block lasts: decoding and super-resolution.

    The built-in model decodes 4 times faster so, with a PSNR of 53 dB to float32. On a GPU pipelines choose
    their precision themselves. `RUNNER_REDUCED=0` in the environment keeps float32."""
    if device == "cpu" and REDUCED and torch.cpu._is_avx512_bf16_supported():
        return torch.autocast("cpu", torch.bfloat16)
    return nullcontext()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error` says that memory ran out: on the device, or on the CPU, where each library says it in
    its own way."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, Exception) and any(words in str(error) for words in OUT_OF_MEMORY)


def trim_memory() -> None:
    """Return freed memory to the system. Glibc keeps it scattered over its arenas: while a long video is made
    the process would grow."""
    if _libc and hasattr(_libc, "malloc_trim"):
        _libc.malloc_trim(0)


def describe(device: str, optimizations: Mapping[str, str]) -> dict[str, Any]:
    """All that the bytes of a video depend on besides the model and the spec."""
    return {
        "device": torch.cuda.get_device_name() if device != "cpu" else "cpu",
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "precision": "float32" if device == "cpu" else "bfloat16",
        "decoding_precision": "float32" if isinstance(reduced_precision(device), nullcontext) else "bfloat16",
        "attention": optimizations.get("attention", "native"),
        "optimizations": dict(optimizations),
        "threads": THREADS,
        "encoder_threads": ENCODER_THREADS,
        "batch": 1,
        "versions": {name: version(name) for name in PACKAGES},
    }


def memory(device: str) -> tuple[float, float]:
    """GiB in use at most, and GiB there are, on `device`."""
    if device != "cpu":
        return _gigabytes(torch.cuda.max_memory_allocated()), _gigabytes(torch.cuda.mem_get_info()[1])
    used = getrusage(RUSAGE_SELF).ru_maxrss * 1024
    return _gigabytes(used), _gigabytes(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def _gigabytes(count: int) -> float:
    return round(count / 2**30, 1)
