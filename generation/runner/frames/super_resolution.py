"""A compact super-resolution net from a model folder's `superres/`: SRVGGNetCompact of Real-ESRGAN (2021)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from generation.runner.frames.canvas import Frame
from generation.runner.runtime.machine import reduced_precision


class CompactNet(nn.Module):
    """Convolutions with PReLU between them and a pixel shuffle, added to the enlarged picture.

    Widths and factor follow from the shapes of the weights, whose keys are `body.N.weight` and `.bias`.
    """

    def __init__(self, weights: Mapping[str, torch.Tensor]) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *(_layer(weights[f"body.{index}.weight"]) for index in range(_depth(weights)))
        )
        self.load_state_dict(dict(weights))
        self.factor = round((weights[f"body.{_depth(weights) - 1}.weight"].shape[0] / 3) ** 0.5)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """(n, 3, h, w) in 0..1 → (n, 3, h·factor, w·factor)."""
        residual = nn.functional.pixel_shuffle(self.body(pixels), self.factor)
        return residual + nn.functional.interpolate(pixels, scale_factor=self.factor, mode="nearest")


def _depth(weights: Mapping[str, torch.Tensor]) -> int:
    return 1 + max(int(name.split(".")[1]) for name in weights)


def _layer(weight: torch.Tensor) -> nn.Module:
    if weight.ndim == 1:
        return nn.PReLU(weight.shape[0])
    return nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2], padding=weight.shape[2] // 2)


class Upscaler:
    """Enlarges native frames `factor` times on each side; 1 where the model folder has no net."""

    def __init__(self, folder: Path, device: str) -> None:
        files = sorted((folder / "superres").glob("*.safetensors"))
        net: Any = CompactNet(load_file(files[0])).float().eval().to(device) if files else None
        self._net = net.to(memory_format=torch.channels_last) if net else None  # twice as fast on a CPU
        self.device = device
        self.factor = self._net.factor if self._net else 1

    @torch.inference_mode()
    def __call__(self, frame: Frame) -> Frame:
        """`frame` (height, width, 3) as (height·factor, width·factor, 3)."""
        if self._net is None:
            return frame
        pixels = torch.from_numpy(np.array(frame)).to(self.device)
        with reduced_precision(self.device):
            enlarged = self._net(pixels.permute(2, 0, 1)[None].float() / 255)[0]
        return (enlarged.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).contiguous().cpu().numpy()
