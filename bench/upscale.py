"""The AI upscaler against lanczos: clips made large, made small, and enlarged back by the edit engine.

`python -m bench upscale` measures; `python -m bench.upscale PICTURE.jpg` shows both beside the original.
Drawn clips come from the built-in model's world at 1280×720, the generated one from the model itself at its
own size, before anything enlarged it. Each is halved, kept as H.264, and doubled by a render with either.

VMAF (libvmaf) tells how near the result is to the original, as people see it; `blurdetect` (Marziliano et
al., 2002) knows no original: it measures how wide edges are. The AI upscaler is offered because it wins both
on every clip; where it does not, it must not be. VMAF's NEG model, which gives no credit for sharpening, is
told beside them: it agrees on drawn clips, and not on the generated one, whose original is soft itself.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from bench.costs import in_turns
from editing.engine.document import UPSCALERS, parse
from editing.engine.render.render import render
from editing.engine.source import Source, open_source
from library.media.guard import ffmpeg
from library.media.h264.encode import Encoder
from training.world import draw

Picture = NDArray[np.uint8]
FRAMES = 5
SCENES = {
    "coast": ("coast", "dog", "red", "right"),
    "neon": ("neon city", "woman", "purple", "left"),
    "festival": ("festival street", "lion dancer", "yellow", "bounce"),
}
PROMPT = "端午节日气氛,赛龙舟"
BETTER_THAN = {"vmaf": 1.0, "blur": 1.0}  # ratios to lanczos; of blur, less is better


@dataclass(frozen=True)
class Clip:
    """An original, and what each upscaler made of its half: files; and the CPU seconds a frame took."""

    name: str
    original: Path
    made: dict[str, Path]
    cost: dict[str, float]


def measure() -> list[dict[str, Any]]:
    """The worst clip's ratio of each measure, with its figures; and the CPU of a frame."""
    with tempfile.TemporaryDirectory() as folder:
        made = [_enlarged(Path(folder), name, pictures) for name, pictures in _originals()]
        figures = [_quality(made, name, judge) for name, judge in JUDGES.items()]
    return [*figures, _cpu(made)]


def _originals() -> Iterator[tuple[str, list[Picture]]]:
    for seed, (name, scene) in enumerate(SCENES.items()):
        yield name, list(draw(*scene, seed=seed, frames=FRAMES, size=(1280, 720)))
    yield "generated", _generated()


def _generated() -> list[Picture]:
    """What the built-in model draws, at its own size after its own second stage: 512×320."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        wish = f"--seconds 1 --aspect 16:9 --seed 1 --short-side 320 --out {clip}".split()
        argv = [sys.executable, "-m", "generation.runner", "--prompt", PROMPT, *wish]
        subprocess.run(argv, check=True, capture_output=True)
        return pictures(clip)[:FRAMES]


def _enlarged(folder: Path, name: str, originals: list[Picture]) -> Clip:
    height, width = (side // 4 * 4 for side in originals[0].shape[:2])
    whole = [np.ascontiguousarray(picture[:height, :width]) for picture in originals]
    half = [_half(picture) for picture in whole]
    original = _written(folder / f"{name}.mp4", whole, crf=1)
    source = open_source(_written(folder / f"{name}-half.mp4", half, crf=18))
    made = {upscaler: folder / f"{name}-{upscaler}.mp4" for upscaler in UPSCALERS}
    ways = {upscaler: partial(_render, source, path, upscaler) for upscaler, path in made.items()}
    cost = {upscaler: costs[0].cpu / len(whole) for upscaler, costs in in_turns(ways, 1).items()}
    return Clip(name, original, made, cost)


def _render(source: Source, out: Path, upscaler: str) -> None:
    width, height = source.size
    value = {
        "version": 1,
        "canvas": {"size": [width, height]},
        "clips": [{"clip": "half", "end": source.probe.seconds}],
        "delivery": {"short_side": 2 * min(width, height), "upscaler": upscaler},
    }
    with tempfile.TemporaryDirectory() as folder:
        render(parse(value), {"half": source}, out, workdir=Path(folder))


def _half(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    return np.asarray(cv2.resize(picture, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8)


def _written(path: Path, frames: list[Picture], *, crf: int) -> Path:
    height, width = frames[0].shape[:2]
    with Encoder(path, width=width, height=height, fps=30, crf=crf) as encoder:
        for frame in frames:
            encoder.write(frame)
    return path


def pictures(path: Path) -> list[Picture]:
    with av.open(str(path)) as container:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)]


def _vmaf(model: str) -> Callable[[Path, Path], float]:
    def judge(made: Path, original: Path) -> float:
        graph = f"libvmaf=model=version={model}"
        return _told(["-i", str(made), "-i", str(original), "-lavfi", graph], r"VMAF score: ([\d.]+)")

    return judge


def _blur(made: Path, original: Path) -> float:
    return _told(["-i", str(made), "-vf", "blurdetect"], r"blur mean: ([\d.]+)")


def _told(args: list[str], figure: str) -> float:
    argv = [ffmpeg.EXE, "-nostdin", "-hide_banner", *args, "-f", "null", "-"]
    ran = subprocess.run(argv, capture_output=True, text=True, check=True)
    return float(re.findall(figure, ran.stderr)[-1])


JUDGES: dict[str, Callable[[Path, Path], float]] = {
    "vmaf": _vmaf("vmaf_v0.6.1"),
    "vmaf-neg": _vmaf("vmaf_v0.6.1neg"),
    "blur": _blur,
}


def _quality(clips: list[Clip], name: str, judge: Callable[[Path, Path], float]) -> dict[str, Any]:
    """Of the clip where the AI upscaler is least ahead. Blur is turned round, so that more is better."""
    scores = {
        clip.name: {upscaler: judge(made, clip.original) for upscaler, made in clip.made.items()}
        for clip in clips
    }
    turned = -1 if name == "blur" else 1
    ratios = {clip: (one["ai"] / one["lanczos"]) ** turned for clip, one in scores.items()}
    worst = min(ratios, key=lambda clip: ratios[clip])
    return {
        "name": f"upscale-{name}-v-lanczos",
        "ours": round(scores[worst]["ai"], 2),
        "peer": round(scores[worst]["lanczos"], 2),
        "ratio": round(ratios[worst], 3),
        "target": BETTER_THAN.get(name),
        "unit": f"{name}, the worst of {len(clips)} clips: {worst}"
        + (" (ratio: peer/ours)" if turned < 0 else ""),
        "runs": 1,
        "clips": scores,
    }


def _cpu(clips: list[Clip]) -> dict[str, Any]:
    drawn = [clip for clip in clips if clip.name in SCENES]
    ours, peer = (median(clip.cost[upscaler] for clip in drawn) for upscaler in ("ai", "lanczos"))
    return {
        "name": "upscale-cpu-v-lanczos",
        "ours": round(ours, 3),
        "peer": round(peer, 3),
        "ratio": round(ours / peer, 1),
        "target": None,
        "unit": "CPU seconds a frame, 640×360 → 1280×720, encoded",
        "runs": len(drawn),
    }


def show(out: Path) -> None:
    """Write a picture: a row for each clip, with a part of lanczos, of the AI upscaler, of the original."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [_row(_enlarged(Path(folder), name, frames)) for name, frames in _originals()]
    sheet = np.concatenate(rows)
    cv2.imwrite(str(out), sheet[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])


def _row(clip: Clip) -> Picture:
    ways = {**clip.made, "original": clip.original}
    parts = [_part(pictures(path)[FRAMES // 2], f"{clip.name}: {way}") for way, path in ways.items()]
    return np.concatenate(parts, axis=1)


def _part(picture: Picture, label: str) -> Picture:
    """The middle 240×150 of a picture, twice as large, with its name."""
    height, width = picture.shape[:2]
    top, left = (height - 150) // 2, (width - 240) // 2
    part = picture[top : top + 150, left : left + 240]
    large = cv2.resize(part, (480, 300), interpolation=cv2.INTER_NEAREST)
    large = cv2.rectangle(large, (0, 0), (9 * len(label) + 12, 22), (0, 0, 0), -1)
    white = (255, 255, 255)
    return np.asarray(
        cv2.putText(large, label, (6, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.5, white, 1, cv2.LINE_AA), np.uint8
    )


if __name__ == "__main__":
    show(Path(sys.argv[1]))
