"""A tracked crop against a static one, typed by hand: 720p → 9:16 → 1080×1920, the same encode.

What finding the subject costs is a figure beside it, over the same hand-written command. And, on synthetic
clips whose subject is known, how much of it stays in view: `ours` of the tracked crop, `peer` of a crop of
the middle.
`python -m bench.track --draw FOLDER` draws the track of the test clip, and every reframe mode of it.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from bench.costs import figure, in_turns
from editing.engine.document import Document, parse
from editing.engine.inspect import sheet
from editing.engine.render.command import compile
from editing.engine.source import Source, open_source
from editing.engine.tracking import debug_picture
from editing.engine.tracking.track_cuts import TrackedCuts, track_cuts
from editing.engine.tracking.track_subject import track_subject
from library.media.guard import ffmpeg
from library.media.h264.encode import MASTER_X264, Encoder
from library.media.probe import probe
from training import world

RUNS, TARGET = 3, 1.10
FRAMES, SIZE = 150, (1280, 720)
SCENES = 16  # drawn clips, of which the subject is known
VALUE = {
    "version": 1,
    "canvas": {"aspect": "9:16"},
    "clips": [{"clip": "a", "end": FRAMES / 30, "reframe": {"mode": "track"}}],
    "delivery": {"short_side": 1080},
}


def measure() -> list[dict[str, Any]]:
    """The figures: CPU and wall of the render over the command by hand; CPU of finding the subject over the
    same."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = open_source(_test_clip(folder / "clip.mp4"))
        document, sources = parse(VALUE), {"a": source}
        found = track_cuts(document, sources)
        assert found.crops, "a static crop would be measured"
        ways = {
            "ours": lambda: _render(found, source, folder),
            "hand": lambda: _by_hand(source, folder),
            "analysis": lambda: _analyse(document, source),
        }
        costs = in_turns(ways, RUNS)
        kept = _kept(folder)
    pairs = (costs["ours"], costs["hand"])
    figures = [figure(f"track-{unit}-v-static", *pairs, unit, TARGET) for unit in ("cpu", "wall")]
    analysis = figure("track-looking-v-static", costs["analysis"], costs["hand"], "cpu", TARGET)
    return [*figures, analysis | {"target": None}, kept]


def _test_clip(path: Path) -> Path:
    """A woman who walks by in the mountains while the camera pans after her, more slowly."""
    clip = world.draw(
        "snow mountains", "woman", "red", "right", seed=41, frames=FRAMES, size=SIZE, camera="pan right"
    )
    with Encoder(path, width=SIZE[0], height=SIZE[1], fps=30) as encoder:
        for frame in clip:
            encoder.write(frame)
    return path


def _render(found: TrackedCuts, source: Source, folder: Path) -> None:
    command = compile(found.document, {"a": source}, folder / "ours.mp4", crops=found.crops)
    for name, text in command.files.items():
        (folder / name).write_text(text)
    ffmpeg.run(command.args, cwd=folder)
    probe(folder / "ours.mp4")


def _by_hand(source: Source, folder: Path) -> None:
    shape = "crop=404:720:438:0,scale=1080:1920:flags=lanczos,setsar=1,fps=30"
    args = ["-i", ffmpeg.file_url(source.path), "-vf", shape, *MASTER_X264, "hand.mp4"]
    ffmpeg.run(args, cwd=folder)


def _analyse(document: Document, source: Source) -> None:
    track_cuts(document, {"a": source})


def _kept(folder: Path) -> dict[str, Any]:
    """What part of the subject is in view, on average of the clips where the analysis is confident."""
    scenes = [_scene(number) for number in range(SCENES)]
    shares = [share for scene in scenes if (share := _shares(scene, folder / "drawn.mp4"))]
    ours, middle = np.mean(shares, axis=0)
    told = {"name": "track-subject-in-view", "ours": round(float(ours), 3), "peer": round(float(middle), 3)}
    ratio = round(float(ours / middle), 3)
    return told | {"ratio": ratio, "target": None, "unit": f"of {len(shares)} in {SCENES} clips", "runs": 1}


def _scene(number: int) -> world.Scene:
    dice = np.random.default_rng(number)
    choices = (world.BACKGROUNDS, world.SUBJECTS, world.COLOURS, world.MOTIONS, world.CAMERAS)
    background, subject, colour, motion, camera = (str(dice.choice(words)) for words in choices)
    return world.Scene(background, subject, colour, motion, camera, seed=number)


def _shares(scene: world.Scene, path: Path) -> tuple[float, float] | None:
    """How much of the subject is in view (of the tracked crop, of the middle); None where the whole picture
    would be shown."""
    clip, masks = world.render(scene, 32, (320, 180), cell=4)
    with Encoder(path, width=320, height=180, fps=world.FPS) as encoder:
        for frame in clip:
            encoder.write(frame)
    found = track_subject(open_source(path), (720, 1280))
    middle = (320 - found.box.width) / 2
    lefts = ([x for x, _ in found.positions], [middle] * len(masks))
    ours, static = (
        float(np.mean([_inside(mask, left, found.box.width) for mask, left in zip(masks, at, strict=True)]))
        for at in lefts
    )
    return (ours, static) if found.confident else None


def _inside(mask: np.ndarray, left: float, width: float) -> float:
    total = np.concatenate([[0.0], np.cumsum(mask.sum(axis=0))])
    low, high = np.interp([left / 320, (left + width) / 320], np.linspace(0, 1, len(total)), total)
    return float((high - low) / max(total[-1], 1e-9))


def draw(folder: Path) -> None:
    """`tracking.jpg` and `reframe.jpg` of the test clip."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        source = open_source(_test_clip(Path(name, "clip.mp4")))
        debug_picture.draw(source, track_subject(source, (720, 1280)), folder / "tracking.jpg")
        sheet.draw(source, "9:16", folder / "reframe.jpg")


if __name__ == "__main__":
    draw(Path(sys.argv[sys.argv.index("--draw") + 1]))
