"""What a video is computed with and on: threads, precision, versions, memory."""

import ctypes
import os
import re
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version
from pathlib import Path
from resource import RLIM_INFINITY, RLIMIT_AS, RUSAGE_SELF, getrlimit, getrusage
from typing import Any

import torch

PACKAGES = ("torch", "diffusers", "transformers", "numpy", "opencv-python-headless", "av")
#: [threads] CPU threads of torch. The bytes of a clip depend on it: keep it the same on all hosts.
THREADS = int(os.environ.get("RUNNER_THREADS", "2"))
ENCODER_THREADS = 2  # fixed, for x264's bytes depend on it
# what torch, safetensors, the C library and OpenCV say, and Python where a stack finds no place
OUT_OF_MEMORY = (
    "out of memory", "can't allocate memory", "annot allocate memory", "not enough memory", "bad_alloc",
    "Insufficient memory",
    "can't start new thread",
)  # fmt: skip
ALLOCATION = re.compile(r"tried to allocate ([\d.]+) ?(bytes|KiB|MiB|GiB)", re.IGNORECASE)
UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
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


def asked_for(error: BaseException) -> int:
    """The bytes of the allocation that failed, as `error` says; 0 where it does not."""
    found = ALLOCATION.search(str(error))
    return round(float(found[1]) * UNITS[found[2]]) if found else 0


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
    limit = getrlimit(RLIMIT_AS)[0]
    if limit != RLIM_INFINITY:  # of addresses, not of pages that are filled
        return _gigabytes(_addresses()), _gigabytes(limit)
    used = getrusage(RUSAGE_SELF).ru_maxrss * 1024
    return _gigabytes(used), _gigabytes(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def _addresses() -> int:
    """Bytes of address space that this process has had at most."""
    status = Path("/proc/self/status")  # where there is one
    lines = status.read_text().splitlines() if status.exists() else []
    peak = next((line.split()[1] for line in lines if line.startswith("VmPeak:")), None)
    return int(peak) * 1024 if peak else getrusage(RUSAGE_SELF).ru_maxrss * 1024


def _gigabytes(count: int) -> float:
    return round(count / 2**30, 1)
