"""Everything it takes to make a clip's bytes again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import torch

PACKAGES = ("torch", "diffusers", "transformers", "numpy", "opencv-python-headless", "av")


@dataclass(frozen=True, slots=True)
class Capsule:
    """`seconds` per stage is a record only; with all the rest equal, the video is equal byte for byte.

    `brief` is what was asked, `understood` what a closed-world model was told instead, if it was.
    """

    model: str
    fingerprint: str
    brief: Mapping[str, Any]
    understood: Mapping[str, Any] | None
    steps: int
    guidance: float
    native: Mapping[str, Any]
    segments: tuple[Mapping[str, Any], ...]
    frames: int
    machine: Mapping[str, Any]
    seconds: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return asdict(self)


def machine(device: str) -> dict[str, Any]:
    """What the numbers were computed with and on."""
    return {
        "device": torch.cuda.get_device_name() if device != "cpu" else "cpu",
        "precision": "float32" if device == "cpu" else "bfloat16",
        "attention": "native",
        "threads": torch.get_num_threads(),
        "batch": 1,
        "versions": {name: version(name) for name in PACKAGES},
    }
