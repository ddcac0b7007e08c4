"""`python -m training.sample "一只红色的小狗在海边向右走" out.gif`: a quick look at what the exported folder
makes."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from diffusers import DiffusionPipeline, WanImageToVideoPipeline
from PIL import Image

from generation.runner.frames.deflicker import deflicker
from training.export import FOLDER


class Maker:
    """The exported folder, ready to make clips: text → video, first picture → video."""

    def __init__(self, folder: Path = FOLDER) -> None:
        own = json.loads((folder / "lingying.json").read_text())
        self.native, self.until = own["native"], float(own.get("optimizations", {}).get("guidance-until", 1))
        self.pipe = DiffusionPipeline.from_pretrained(
            folder, local_files_only=True, torch_dtype=torch.float32
        )
        self.pipe.set_progress_bar_config(disable=True)

    def clips(
        self,
        prompts: list[str],
        *,
        seeds: list[int],
        frames: int = 9,
        aspect: str = "16:9",
        picture: np.ndarray | None = None,
        steps: int | None = None,
        guidance: float | None = None,
        negative: str = "",
        steady: bool = True,
    ) -> np.ndarray:
        """uint8 (len(prompts), frames, height, width, 3); every clip has its own seed. `steady`: as the
        runner has them, or else as they were sampled."""
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
            "callback_on_step_end": self._unguided,
            "generator": [torch.Generator().manual_seed(s) for s in seeds],
        }
        if picture is not None:
            pipe = WanImageToVideoPipeline(**self.pipe.components, expand_timesteps=True)
            pipe.set_progress_bar_config(disable=True)
            common["image"] = Image.fromarray(picture)
            out = pipe(**common).frames
        else:
            out = self.pipe(**common).frames
        clips = (np.asarray(out) * 255).round().astype(np.uint8)
        if not (steady and self.native.get("flickers")):
            return clips
        return np.stack([calm(clip, known=0 if picture is None else 1) for clip in clips])

    def _unguided(self, pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        """Guidance ends where the folder says it does, as in the runner."""
        if index + 1 >= self.until * pipe.num_timesteps:
            pipe._guidance_scale = 1.0
        return tensors


def calm(clip: np.ndarray, known: int = 0) -> np.ndarray:
    """uint8 (frames, height, width, 3), deflickered as the runner does it."""
    return np.stack(list(deflicker(iter(clip), given=known)))


def write_gif(clip: np.ndarray, path: Path, fps: int = 8, zoom: int = 4) -> None:
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
    write_gif(
        Maker(args.folder).clips([args.prompt], seeds=[args.seed], frames=args.frames, aspect=args.aspect)[0],
        args.out,
    )


if __name__ == "__main__":
    main()
