"""`python -m training.sample "一只红色的小狗在海边向右走" out.gif`: one clip of the exported folder
as a GIF."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from diffusers import DiffusionPipeline, WanImageToVideoPipeline
from numpy.typing import NDArray
from PIL import Image

from generation.runner.families import registry
from generation.runner.frames import deflicker as deflickering
from training.export import FOLDER


class Sampler:
    """The exported folder, ready to sample: text → video, first frame → video."""

    def __init__(self, folder: Path = FOLDER) -> None:
        own = json.loads((folder / "lingying.json").read_text())
        self.native = own["native"]
        self.guidance_until = float(registry.read(folder).optimizations.get("guidance-until", 1))
        self.pipe = DiffusionPipeline.from_pretrained(
            folder, local_files_only=True, torch_dtype=torch.float32
        )
        self.pipe.set_progress_bar_config(disable=True)

    def sample(
        self,
        prompts: list[str],
        *,
        seeds: list[int],
        frames: int = 9,
        aspect: str = "16:9",
        first_frame: NDArray[np.uint8] | None = None,
        steps: int | None = None,
        guidance: float | None = None,
        negative: str = "",
        deflickered: bool = True,
    ) -> NDArray[np.uint8]:
        """uint8 (len(prompts), frames, height, width, 3); every clip has its own seed.
        `deflickered`: as the runner delivers them, or else as they were sampled."""
        width, height = self.native["sizes"][aspect]
        common: dict[str, Any] = {
            "prompt": prompts,
            "negative_prompt": [negative] * len(prompts),
            "width": width,
            "height": height,
            "num_frames": frames,
            "num_inference_steps": steps or self.native["steps"],
            "max_sequence_length": self.native["max_sequence_length"],
            "guidance_scale": self.native["guidance"] if guidance is None else guidance,
            "output_type": "np",
            "callback_on_step_end": self._end_guidance,
            "generator": [torch.Generator().manual_seed(s) for s in seeds],
        }
        if first_frame is not None:
            pipe = WanImageToVideoPipeline(**self.pipe.components, expand_timesteps=True)
            pipe.set_progress_bar_config(disable=True)
            common["image"] = Image.fromarray(first_frame)
            out = pipe(**common).frames
        else:
            out = self.pipe(**common).frames
        clips = (np.asarray(out) * 255).round().astype(np.uint8)
        if not (deflickered and self.native.get("flickers")):
            return clips
        return np.stack([deflicker(clip, known=0 if first_frame is None else 1) for clip in clips])

    def _end_guidance(self, pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        """Guidance ends where the folder says it does, as in the runner."""
        if index + 1 >= self.guidance_until * pipe.num_timesteps:
            pipe._guidance_scale = 1.0
        return tensors


def deflicker(clip: NDArray[np.uint8], known: int = 0) -> NDArray[np.uint8]:
    """uint8 (frames, height, width, 3), deflickered as the runner does it behind `known` given frames."""
    return np.stack(list(deflickering.deflicker(iter(clip), given=known)))


def write_gif(clip: NDArray[np.uint8], path: Path, fps: int = 8, zoom: int = 4) -> None:
    frames = [
        Image.fromarray(cv2.resize(f, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)) for f in clip
    ]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=1000 // fps, loop=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prompt")
    parser.add_argument("out", type=Path)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--frames", type=int, default=9)
    parser.add_argument("--aspect", default="16:9")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    sampler = Sampler(args.folder)
    clips = sampler.sample([args.prompt], seeds=[args.seed], frames=args.frames, aspect=args.aspect)
    write_gif(clips[0], args.out)


if __name__ == "__main__":
    main()
