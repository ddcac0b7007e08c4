"""The runner against a bare diffusers call: same folder, prompt, seed, steps, size and rate; and what the
previews among its steps take."""

import json
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

FOLDER = Path(__file__).resolve().parent.parent / "models" / "lingying-tiny"
PROMPT, SEED, PAIRS = "一只红色的小狗在海边向右走", 7, 5
PREVIEWS = 50
LATENTS = {"runner-preview": (11, 10, 16), "runner-preview-480p": (21, 60, 104)}  # frames, height, width
NOTE = (
    "Both sample one segment of the model's longest length, square, with its own steps, decode it and "
    "write its native frames at their own size and rate as H.264. The runner besides draws a preview "
    "and tells progress at every step, keeps the segment on disk for a restart and streams to its "
    "encoder; the peer is pipe(...) and export_to_video. Models warm; CPU seconds of the process and "
    "its children, in turn; the ratio is the median of the pairs' ratios. Super-resolution, deflickering "
    "and interpolation, which no peer has, are left out, and so is what the runner saves: it guides to the "
    "end and decodes in float32, as the peer does."
)
Work = Callable[[], Any]


def measure() -> list[dict[str, Any]]:
    """The runner's overhead, target ≤1.02; and a preview of every step, target ≤5 ms."""
    from generation.runner.runtime import machine

    with tempfile.TemporaryDirectory() as scratch, patch.object(machine, "REDUCED", False):
        folder = _plain(Path(scratch))
        ours, bare = _runner(folder, Path(scratch)), _bare(folder, Path(scratch))
        for warm in (ours, bare):
            warm()
        pairs = [(_seconds(ours), _seconds(bare)) for _ in range(PAIRS)]
    return [_figure(pairs), *_previews()]


def _previews() -> list[dict[str, Any]]:
    """Medians: latents of the built-in model's own size, and as many channels at 832×480 and 81 frames."""
    import torch

    from generation.runner.families import loading, registry
    from generation.runner.preview import Preview
    from generation.runner.runtime.state import State

    adapter = loading.load(registry.read(FOLDER), FOLDER, "cpu")
    preview, figures = Preview(adapter, "", State(None), FOLDER), []
    for name, size in LATENTS.items():
        latents = torch.randn(len(adapter.encode(_grey())), *size)
        spent = [_milliseconds(partial(preview.jpeg, latents)) for _ in range(PREVIEWS)]
        shown = {"ours": median(spent), "worst": max(spent), "target": 5, "unit": "ms", "runs": PREVIEWS}
        figures.append({"name": name, **shown})
    return figures


def _grey() -> Any:
    import numpy as np

    return np.full((1, 32, 32, 3), 128, np.uint8)


def _milliseconds(work: Work) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _figure(pairs: list[tuple[float, float]]) -> dict[str, Any]:
    return {
        "name": "runner-overhead",
        "ours": median(ours for ours, _ in pairs),
        "peer": median(peer for _, peer in pairs),
        "ratio": median(ours / peer for ours, peer in pairs),
        "target": 1.02,
        "unit": "CPU s",
        "runs": len(pairs),
        "note": NOTE,
    }


def _runner(folder: Path, scratch: Path) -> Work:
    from generation.runner.families import registry
    from generation.runner.run import run
    from generation.runner.spec import GenerationSpec

    model = registry.read(folder)
    side, fps = model.sizes["1:1"][0], round(model.fps)
    spec = GenerationSpec(
        PROMPT, aspect="1:1", short_side=side, fps=fps, seconds=model.max_frames / fps, seed=SEED
    )

    def once() -> None:
        with tempfile.TemporaryDirectory() as workdir:
            run(spec, folder=folder, out=scratch / "ours.mp4", workdir=Path(workdir), state=scratch / "state")

    return once


def _bare(folder: Path, scratch: Path) -> Work:
    import torch
    from diffusers import DiffusionPipeline
    from diffusers.utils import export_to_video

    from generation.runner.families import registry

    model = registry.read(folder)
    pipe = DiffusionPipeline.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    asked = {
        "height": model.sizes["1:1"][1],
        "width": model.sizes["1:1"][0],
        "num_frames": model.max_frames,
        "num_inference_steps": model.steps,
        "guidance_scale": model.guidance,
        "max_sequence_length": model.text_length,
    }

    def once() -> None:
        made = pipe(PROMPT, **asked, generator=torch.Generator().manual_seed(SEED))
        export_to_video(made.frames[0], str(scratch / "bare.mp4"), fps=round(model.fps))

    return once


def _plain(scratch: Path) -> Path:
    """The model without its optimizations, super-resolution and deflickering."""
    folder, name = scratch / "model", "lingying.json"
    folder.mkdir()
    for part in FOLDER.iterdir():
        if part.name not in ("superres", name):
            (folder / part.name).symlink_to(part)
    own = json.loads((FOLDER / name).read_text())
    own["native"]["flickers"], own["optimizations"] = False, {}
    (folder / name).write_text(json.dumps(own))
    return folder


def _seconds(work: Work) -> float:
    before = _cpu()
    work()
    return _cpu() - before


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
