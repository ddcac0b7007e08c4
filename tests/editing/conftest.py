"""Clips to edit: some promised by a job, as any other, and some that are only files."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from creator.models import User
from editing.engine.document import parse
from editing.engine.render.render import render
from editing.engine.source import Source, open_source
from jobs.ledger import actions
from jobs.models import Job
from jobs.worker.handlers import Cost, Handler, Run, register
from library.actions import Shape, promise
from library.media.guard import ffmpeg
from library.models import Clip
from library.work import Stored, break_promise, fulfil, store
from tests.editing.material import numbered, with_tone

BEEPS = "aevalsrc='0.5*sin(6000*t)*lt(mod(t,0.5),0.05)':s=48000"
MakeClip = Callable[..., Clip]
Rendered = Callable[..., Path]


@register
class NumberedClipHandler(Handler):
    """Writes a numbered clip, or fails where its params say so."""

    kind = "test.numbered-clip"
    pool = "cpu"
    attempts = 1

    def estimate(self, params: dict[str, Any]) -> Cost:
        return Cost(1.0)

    def work(self, run: Run) -> Stored:
        clip = Clip.objects.get(pk=run.params["clip"])
        if run.params["fails"]:
            raise RuntimeError("This clip was to fail.")
        path, frames = run.workdir / "clip.mp4", run.params["frames"]
        return store(numbered(path, frames=frames, size=(clip.width, clip.height), fps=clip.fps), clip.pk)

    def done(self, job: Job, result: Stored) -> None:
        fulfil(Clip.objects.get(pk=job.params["clip"]), result)

    def failed(self, job: Job, error: dict[str, Any]) -> None:
        break_promise(Clip.objects.get(pk=job.params["clip"]), error)


@pytest.fixture
def make_clip(creator: User) -> MakeClip:
    """`make_clip(owner, frames=60, size=(160, 96), actual_frames=60, fails=False)`: a pending clip of
    numbered frames. It promises `frames`, and is made with `actual_frames`."""

    def make(
        owner: User | None = None, *, frames: int = 60, size: tuple[int, int] = (160, 96), **more: Any
    ) -> Clip:
        owner = owner or creator

        def job_for(clip: Clip) -> Job:
            frames_made, fails = more.get("actual_frames", frames), more.get("fails", False)
            params = {"clip": str(clip.pk), "frames": frames_made, "fails": fails}
            return actions.submit(kind="test.numbered-clip", owner=owner, params=params)

        shape = Shape(*size, 30, frames / 30)
        return promise(
            owner=owner, origin="generation", shape=shape, job_for=job_for, generated=True, title="Boats"
        )

    return make


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="session")
def clips(folder: Path) -> dict[str, Source]:
    """`a`: 90 frames at 30 a second; `slow`: 50 at 25; `film`: 48 at 24000/1001; `wide`; `loud`: a tone;
    `beeps`: one of a twentieth of a second at every half; `red`: a still of 64×48; `song`: five seconds."""
    files = {
        "a": numbered(folder / "a.mp4", frames=90),
        "slow": numbered(folder / "slow.mp4", frames=50, fps=25),
        "film": numbered(folder / "film.mp4", frames=48, fps=Fraction(24000, 1001)),
        "wide": numbered(folder / "wide.mp4", frames=10, size=(320, 180)),
        "loud": with_tone(folder, "loud", frames=60),
        "beeps": with_tone(folder, "beeps", frames=90, tone=BEEPS),
        "red": folder / "red.png",
        "song": folder / "song.m4a",
    }
    Image.new("RGBA", (64, 48), (255, 0, 0, 255)).save(files["red"])
    ffmpeg.run(["-f", "lavfi", "-i", "sine=880:d=5", "-c:a", "aac", str(files["song"])], cwd=folder)
    return {name: open_source(path) for name, path in files.items()}


@pytest.fixture
def rendered(clips: dict[str, Source], tmp_path: Path) -> Rendered:
    def make(value: dict[str, Any], **more: Any) -> Path:
        out = tmp_path / "out.mp4"
        render(parse(value), clips, out, workdir=tmp_path, **more)
        return out

    return make


class Attempt:
    """A worker's view of a job, of which the ledger hears nothing: as after its lease is lost."""

    def __init__(self, job: Job, workdir: Path) -> None:
        workdir.mkdir(exist_ok=True)
        self.job, self.params, self.workdir, self.kept = job, job.params, workdir, workdir
        self.checkpoint: dict[str, Any] = {}

    def save(self, **checkpoint: Any) -> None:
        self.checkpoint |= checkpoint

    def stage(self, name: str, total: int = 0) -> None: ...

    def step(self, done: int, **more: Any) -> None: ...

    def check(self) -> None: ...
