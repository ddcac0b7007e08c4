"""`python -m training.steadiness`: is what the model makes steady, and joined without a seam?

Warp error: mean square difference of neighbouring frames along the optical flow, where the flow goes forth
and back (Lai et al. 2018, "Learning Blind Video Temporal Consistency"), of made clips and of real renders of
the very same scenes. First frame: PSNR of a delivered clip's first frame against the picture it was given.
Seam: the frame difference where an extended clip goes on, over that of its neighbours. Going on: drawn takes
gone on with from their middle, PSNR against what was drawn where the subject is or was, beside that of their
last known frame, held: who does not do better than stand still has not understood the motion. Writes
OUT/steadiness.json.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from itertools import chain, pairwise
from pathlib import Path

import cv2
import numpy as np
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
from training.export import FOLDER
from training.probe import questions
from training.sample import Maker, calm
from training.world import render

HOME = Path("out/training/steadiness.json")
LENGTHS = (9, 41)
TAKE, MIDDLE, KNOWN = 41, 32, 9  # frames of a take, the first known one, how many are known
DELIVERED = (1280, 720)
ASTRAY = 1.0  # pixels between here and forth-and-back: more is hidden, and left out
NEIGHBOURS = 4  # frame differences on either side of a seam
BEGUN = 5  # seconds, the everyday clip; after an even number the seam is a key frame: a step of its own


def warp_error(clip: np.ndarray) -> float:
    """Of uint8 (frames, h, w, 3): mean square difference in 0…1 along the flow."""
    return float(np.mean([_warped(before, after) for before, after in pairwise(clip)]))


def _warped(before: np.ndarray, after: np.ndarray) -> float:
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0)
    one, two = (cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in (before, after))
    forth, back = search.calc(one, two, None), search.calc(two, one, None)
    seen = np.linalg.norm(forth + _read(back, forth), axis=2) < ASTRAY
    error = np.square(before / 255.0 - _read(after.astype(np.float32), forth) / 255.0).mean(axis=2)
    return float(error[seen].mean()) if seen.any() else 0.0


def _read(picture: np.ndarray, field: np.ndarray) -> np.ndarray:
    rows, columns = np.mgrid[: field.shape[0], : field.shape[1]].astype(np.float32)
    place = np.dstack([columns, rows]) + field
    return cv2.remap(picture, place, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def steadiness(maker: Maker, count: int, frames: int) -> dict[str, float]:
    """Mean warp errors of `count` clips, as sampled and as made of it, and of the renders they were meant to
    be."""
    sampled, made, drawn = [], [], []
    for number, (scene, words, _) in enumerate(track(questions(count), description=f"{frames} frames")):
        clip = maker.clips([words], seeds=[number], frames=frames, steady=False)[0]
        sampled.append(warp_error(clip))
        made.append(warp_error(calm(clip)))
        drawn.append(warp_error(render(scene, frames, (128, 80))[0]))
    kinds = {"sampled": sampled, "made": made, "drawn": drawn}
    return {kind: float(np.mean(errors)) for kind, errors in kinds.items()}


def first_frames(folder: Path, count: int, home: Path) -> list[float]:
    """dB of the delivered first frame against the picture given, for `count` drawn pictures."""
    found = []
    for number, (scene, words, _) in enumerate(track(questions(count), description="first frames")):
        picture = render(scene, 9, DELIVERED, only=[0])[0][0]
        Image.fromarray(picture).save(home / "first.png")
        brief = GenerationSpec(prompt=words, seconds=1, seed=number, first_frame=home / "first.png")
        clip = _made(brief, folder, home)
        found.append(psnr(next(source.frames(clip)), picture))
    return found


def seams(folder: Path, count: int, home: Path) -> list[float]:
    """The step at the seam over the middle step beside it, for `count` clips gone on with."""
    found = []
    for number, (_, words, _) in enumerate(track(questions(count), description="seams")):
        begun = home / "begun.mp4"
        _made(GenerationSpec(prompt=words, seconds=BEGUN, seed=number), folder, home).rename(begun)
        at = source.count(begun) - 1  # the step from the last known frame to the first new one
        clip = _made(GenerationSpec(prompt=words, seconds=1, seed=number + 1, extends=begun), folder, home)
        found.append(_seam(clip, at))
    return found


def _seam(clip: Path, at: int) -> float:
    steps = [float(np.abs(one.astype(np.int16) - two).mean()) for one, two in pairwise(source.frames(clip))]
    beside = steps[at - NEIGHBOURS : at] + steps[at + 1 : at + 1 + NEIGHBOURS]
    return steps[at] / float(np.mean(beside))


def goings_on(folder: Path, count: int) -> dict[str, float]:
    """PSNR, where the subject is or was, of what the model makes behind the known frames of `count` takes,
    and of the last known one in its place."""
    model = registry.read(folder)
    adapter = loading.load(model, folder, "cpu")
    made, held, meant = [], [], []
    for number, (scene, words, _) in enumerate(track(questions(count), description="going on")):
        drawn, masks = render(scene, TAKE, model.sizes["16:9"], only=range(MIDDLE, MIDDLE + TAKE), cell=1)
        clip, last = _gone_on(adapter, words, number, drawn[:KNOWN]), KNOWN - 1
        place = (masks[KNOWN:] > 0) | (masks[last] > 0)
        made.append(clip[KNOWN:][place])
        held.append(np.broadcast_to(drawn[last], clip[KNOWN:].shape)[place])
        meant.append(drawn[KNOWN:][place])
    shown = {"made": np.concatenate(made), "held": np.concatenate(held)}
    return {kind: psnr(pixels, np.concatenate(meant)) for kind, pixels in shown.items()}


def _gone_on(adapter: ModelAdapter, prompt: str, seed: int, given: np.ndarray) -> np.ndarray:
    model = adapter.model
    size, steps, guidance = model.sizes["16:9"], model.steps, model.guidance
    request = SegmentRequest(prompt, "", size, TAKE, steps, guidance, seed, conditioning_frames=given)
    decoded = adapter.decode(adapter.sample(request, lambda step: None).video)
    return calm(np.stack(list(chain.from_iterable(decoded))), known=len(given))


def _made(brief: GenerationSpec, folder: Path, home: Path) -> Path:
    with tempfile.TemporaryDirectory() as work:
        run(brief, folder=folder, out=home / "clip.mp4", workdir=Path(work), state=home / "state")
    return home / "clip.mp4"


def table(found: dict) -> Table:
    shown = Table("steadiness", "figure", "goal")
    for frames in LENGTHS:
        pair = found[f"warp error, {frames} frames"]
        for kind, goal in (("sampled", ""), ("made", "≤ 1.5")):
            ratio = pair[kind] / pair["drawn"]
            shown.add_row(f"warp error, {kind} / drawn, {frames} frames", f"{ratio:.2f}", goal)
    shown.add_row("first frame kept, least", f"{min(found['first frame dB']):.1f} dB", "≥ 30 dB")
    seam, on = found["seam ratio"], found["going on dB"]
    shown.add_row("going on within a take, made / held", f"{on['made']:.1f} / {on['held']:.1f} dB", "more")
    shown.add_row("step at a seam, middle / most", f"{np.median(seam):.2f} / {max(seam):.2f}", "≤ 1.5")
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument(
        "--count", type=int, default=24, help="clips for the warp error; a third for the rest"
    )
    args = parser.parse_args()
    maker = Maker(args.folder)
    found: dict = {f"warp error, {n} frames": steadiness(maker, args.count, n) for n in LENGTHS}
    found["going on dB"] = goings_on(args.folder, args.count)
    with tempfile.TemporaryDirectory() as home:
        found["first frame dB"] = first_frames(args.folder, args.count // 3, Path(home))
        found["seam ratio"] = seams(args.folder, args.count // 3, Path(home))
    Console().print(table(found))
    HOME.parent.mkdir(parents=True, exist_ok=True)
    HOME.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
