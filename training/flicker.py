"""`python -m training.flicker`: temporal consistency of what the model makes, and of where clips are joined.

Warp error: mean square difference of neighbouring frames along the optical flow, where forward and backward
flow agree (Lai et al. 2018, "Learning Blind Video Temporal Consistency"), of sampled clips and of real
renders of the same scenes. First frame: PSNR of a delivered clip's first frame against the picture given.
Boundary: the frame difference where an extended clip continues, over that of its neighbours. Continuation:
drawn clips continued from their middle, PSNR against what was drawn where the subject is or was, beside that
of their last known frame, repeated: a model that does no better than a still has not learnt the motion.
Writes OUT/flicker.json.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict, dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.progress import track
from rich.table import Table

from generation.runner.families import loading, registry
from generation.runner.families.adapter import ModelAdapter, SegmentRequest
from generation.runner.frames import source
from generation.runner.run import run
from generation.runner.spec import GenerationSpec
from training.codec import psnr
from training.evaluate import held_out_prompts
from training.export import FOLDER
from training.sample import Sampler, deflicker
from training.world import render

OUT = Path("out/training/flicker.json")
LENGTHS = (9, 41)
NO_SECOND_MAP: Any = None  # the first map of cv2.remap holds both coordinates
# Frames of a continued clip, the frame of the drawn one that it begins with, how many of its own are known.
CONTINUED, MIDDLE, KNOWN = 41, 32, 9
DELIVERED = (1280, 720)
MAX_MISMATCH = 1.0  # pixels from a point to where forward and backward flow lead: more is hidden
NEIGHBOURS = 4  # frame differences on either side of a boundary
# Seconds of the clip that is extended, the usual length; after an even number, the boundary would be a key
# frame of the file, which is a step of its own.
EXTENDED_SECONDS = 5


@dataclass(frozen=True)
class WarpErrors:
    """Mean warp errors of clips as sampled, of the same deflickered, and of renders of the same scenes."""

    sampled: float
    deflickered: float
    rendered: float


@dataclass(frozen=True)
class Continuation:
    """PSNR in dB, where the subject is or was, of the model's frames and of the last known one, repeated."""

    model: float
    still: float


@dataclass(frozen=True)
class Report:
    warp_errors: dict[int, WarpErrors]  # by the length in frames
    continuation: Continuation
    first_frame_psnr: list[float]
    boundary_ratios: list[float]


def warp_error(clip: NDArray[np.uint8]) -> float:
    """Of uint8 (frames, h, w, 3): mean square difference in 0…1 along the flow."""
    return float(np.mean([_pair_error(before, after) for before, after in pairwise(clip)]))


def _pair_error(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> float:
    first, second = (cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in (before, after))
    search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0)
    forward, backward = search.calc(first, second, None), search.calc(second, first, None)
    visible = np.linalg.norm(forward + _warp(backward, forward), axis=2) < MAX_MISMATCH
    difference = before / 255.0 - _warp(after.astype(np.float32), forward) / 255.0
    error = np.square(difference).mean(axis=2)
    return float(error[visible].mean()) if visible.any() else 0.0


def _warp(picture: NDArray[np.float32], flow: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, columns = np.mgrid[: flow.shape[0], : flow.shape[1]].astype(np.float32)
    place = np.dstack([columns, rows]) + flow
    warped = cv2.remap(picture, place, NO_SECOND_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.float32)


def warp_errors(sampler: Sampler, count: int, frames: int) -> WarpErrors:
    """Of `count` clips of so many frames."""
    errors = []
    for seed, prompt in enumerate(track(held_out_prompts(count), description=f"{frames} frames")):
        sampled = sampler.sample([prompt.text], seeds=[seed], frames=frames, deflickered=False)[0]
        rendered = render(prompt.scene, frames, (128, 80))[0]
        errors.append([warp_error(clip) for clip in (sampled, deflicker(sampled), rendered)])
    return WarpErrors(*(float(np.mean(column)) for column in zip(*errors, strict=True)))


def first_frame_psnr(folder: Path, count: int, workdir: Path) -> list[float]:
    """dB of the delivered first frame against the picture given, for `count` drawn pictures."""
    found = []
    for seed, prompt in enumerate(track(held_out_prompts(count), description="first frames")):
        picture = render(prompt.scene, 9, DELIVERED, indices=[0])[0][0]
        path = workdir / "first.png"
        Image.fromarray(picture).save(path)
        spec = GenerationSpec(prompt=prompt.text, seconds=1, seed=seed, first_frame=path)
        clip = _generate(spec, folder, workdir)
        found.append(psnr(next(source.frames(clip)), picture))
    return found


def boundary_ratios(folder: Path, count: int, workdir: Path) -> list[float]:
    """The frame difference at the boundary over the mean one beside it, for `count` extended clips."""
    found = []
    for seed, prompt in enumerate(track(held_out_prompts(count), description="boundaries")):
        first = workdir / "first.mp4"
        spec = GenerationSpec(prompt=prompt.text, seconds=EXTENDED_SECONDS, seed=seed)
        _generate(spec, folder, workdir).rename(first)
        boundary = source.count(first) - 1  # from the last known frame to the first new one
        extension = GenerationSpec(prompt=prompt.text, seconds=1, seed=seed + 1, extends=first)
        found.append(_boundary_ratio(_generate(extension, folder, workdir), boundary))
    return found


def _boundary_ratio(clip: Path, boundary: int) -> float:
    steps = [float(np.abs(one.astype(np.int16) - two).mean()) for one, two in pairwise(source.frames(clip))]
    beside = steps[boundary - NEIGHBOURS : boundary] + steps[boundary + 1 : boundary + 1 + NEIGHBOURS]
    return steps[boundary] / float(np.mean(beside))


def continuation(folder: Path, count: int) -> Continuation:
    """Of `count` drawn clips, continued behind their known frames."""
    model = registry.read(folder)
    adapter = loading.load(model, folder, "cpu")
    generated, still, drawn = [], [], []
    indices = range(MIDDLE, MIDDLE + CONTINUED)
    for seed, prompt in enumerate(track(held_out_prompts(count), description="continuations")):
        target, masks = render(prompt.scene, CONTINUED, model.sizes["16:9"], indices=indices, cell=1)
        clip, last = _continue(adapter, prompt.text, seed, target[:KNOWN]), KNOWN - 1
        place = (masks[KNOWN:] > 0) | (masks[last] > 0)
        generated.append(clip[KNOWN:][place])
        still.append(np.broadcast_to(target[last], clip[KNOWN:].shape)[place])
        drawn.append(target[KNOWN:][place])
    pixels = np.concatenate(drawn)
    return Continuation(*(psnr(np.concatenate(shown), pixels) for shown in (generated, still)))


def _continue(adapter: ModelAdapter, prompt: str, seed: int, known: NDArray[np.uint8]) -> NDArray[np.uint8]:
    model = adapter.model
    size, steps, guidance = model.sizes["16:9"], model.steps, model.guidance
    request = SegmentRequest(prompt, "", size, CONTINUED, steps, guidance, seed, conditioning_frames=known)
    decoded = adapter.decode(adapter.sample(request, lambda step: None).video)
    return deflicker(np.stack(list(chain.from_iterable(decoded))), known=len(known))


def _generate(spec: GenerationSpec, folder: Path, workdir: Path) -> Path:
    with tempfile.TemporaryDirectory() as scratch:
        clip = workdir / "clip.mp4"
        run(spec, folder=folder, out=clip, workdir=Path(scratch), state=workdir / "state")
    return clip


def table(report: Report) -> Table:
    shown = Table("temporal consistency", "figure", "goal")
    for frames, errors in report.warp_errors.items():
        for kind, error, goal in (
            ("sampled", errors.sampled, ""),
            ("deflickered", errors.deflickered, "≤ 1.5"),
        ):
            ratio = error / errors.rendered
            shown.add_row(f"warp error, {kind} / rendered, {frames} frames", f"{ratio:.2f}", goal)
    shown.add_row("first frame kept, least", f"{min(report.first_frame_psnr):.1f} dB", "≥ 30 dB")
    model, still = report.continuation.model, report.continuation.still
    shown.add_row("continuation, model / still", f"{model:.1f} / {still:.1f} dB", "more")
    ratios = report.boundary_ratios
    shown.add_row(
        "step at a boundary, middle / most", f"{np.median(ratios):.2f} / {max(ratios):.2f}", "≤ 1.5"
    )
    return shown


def measure(folder: Path, count: int) -> Report:
    """`count` clips for the warp error and the continuation, a third for the rest."""
    sampler = Sampler(folder)
    errors = {frames: warp_errors(sampler, count, frames) for frames in LENGTHS}
    with tempfile.TemporaryDirectory() as name:
        workdir = Path(name)
        return Report(
            warp_errors=errors,
            continuation=continuation(folder, count),
            first_frame_psnr=first_frame_psnr(folder, count // 3, workdir),
            boundary_ratios=boundary_ratios(folder, count // 3, workdir),
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument(
        "--count", type=int, default=24, help="clips for the warp error; a third for the joined ones"
    )
    args = parser.parse_args()
    report = measure(args.folder, args.count)
    Console().print(table(report))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(asdict(report), indent=1))


if __name__ == "__main__":
    main()
