"""The runner against a bare diffusers call: same folder, prompt, seed, steps, size and rate."""

import resource
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "models" / "lingying-tiny"
PROMPT, SEED, PAIRS = "一只红色的小狗在海边向右走", 7, 5
NOTE = (
    "Both sample one segment of the model's longest length, square, with its own steps, decode it and "
    "write its native frames at their own size and rate as H.264. The runner besides draws a preview "
    "and tells progress at every step, keeps the segment on disk for a restart and streams to its "
    "encoder; the peer is pipe(...) and export_to_video. Models warm; CPU seconds of the process and "
    "its children, in turn; the ratio is the median of the pairs' ratios. Super-resolution and "
    "interpolation, which no peer has, are left out."
)
Work = Callable[[], None]


def measure() -> list[dict[str, Any]]:
    """One figure: the runner's overhead; target ≤1.02."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = _without_superres(Path(scratch))
        ours, bare = _runner(folder, Path(scratch)), _bare(folder, Path(scratch))
        for warm in (ours, bare):
            warm()
        pairs = [(_seconds(ours), _seconds(bare)) for _ in range(PAIRS)]
    return [_figure(pairs)]


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
    from generation.runner import cards
    from generation.runner.brief import Brief
    from generation.runner.run import run

    card = cards.read(folder)
    side, fps = card.sizes["1:1"][0], round(card.fps)
    brief = Brief(PROMPT, aspect="1:1", short_side=side, fps=fps, seconds=card.max_frames / fps, seed=SEED)

    def once() -> None:
        with tempfile.TemporaryDirectory() as workdir:
            run(
                brief, folder=folder, out=scratch / "ours.mp4", workdir=Path(workdir), state=scratch / "state"
            )

    return once


def _bare(folder: Path, scratch: Path) -> Work:
    import torch
    from diffusers import DiffusionPipeline
    from diffusers.utils import export_to_video

    from generation.runner import cards

    card = cards.read(folder)
    pipe = DiffusionPipeline.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    asked = {
        "height": card.sizes["1:1"][1],
        "width": card.sizes["1:1"][0],
        "num_frames": card.max_frames,
        "num_inference_steps": card.steps,
        "guidance_scale": card.guidance,
        "max_sequence_length": card.text_length or 512,
    }

    def once() -> None:
        made = pipe(PROMPT, **asked, generator=torch.Generator().manual_seed(SEED))
        export_to_video(made.frames[0], str(scratch / "bare.mp4"), fps=round(card.fps))

    return once


def _without_superres(scratch: Path) -> Path:
    folder = scratch / "model"
    folder.mkdir()
    for part in FOLDER.iterdir():
        if part.name != "superres":
            (folder / part.name).symlink_to(part)
    return folder


def _seconds(work: Work) -> float:
    before = _cpu()
    work()
    return _cpu() - before


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
