"""The net that enlarges drawn pictures: realesr-animevideov3 (an SRVGG), run by ncnn on the CPU."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from editing.engine.prerender.intermediate import Picture

WEIGHTS = Path(__file__).parent / "weights" / "realesr-animevideov3"
BLOBS = {2: "output", 4: "112"}  # it enlarges four times; its last layer halves that
REACH = 20  # pixels: eighteen 3×3 convolutions and a resize see no further


class Net:
    """Enlarges a picture `factor` times: 2 or 4."""

    def __init__(self, factor: int) -> None:
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read on import; else idle threads spin
        import ncnn  # some megabytes that only a worker needs

        self.factor, self._ncnn = factor, ncnn
        self._net = ncnn.Net()
        self._net.load_param(f"{WEIGHTS}.param")
        self._net.load_model(f"{WEIGHTS}.bin")

    def __call__(self, picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        pixels: Any = self._ncnn.Mat.from_pixels(
            np.ascontiguousarray(picture), self._ncnn.Mat.PixelType.PIXEL_RGB, width, height
        )
        pixels.substract_mean_normalize([], [1 / 255] * 3)  # ncnn's own spelling
        run = self._net.create_extractor()
        run.input("data", pixels)
        _, large = run.extract(BLOBS[self.factor])
        bright = np.array(large).transpose(1, 2, 0).clip(0, 1)
        return np.asarray((bright * 255).round(), np.uint8)
