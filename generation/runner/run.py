"""From a brief to a video file: load, sample, decode, deliver, encode, with events on the way."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import chain as joined
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from generation.runner import anchor, canvas, cards, footage, plan, understanding
from generation.runner.brief import Brief
from generation.runner.canvas import Frame
from generation.runner.capsule import Capsule, machine
from generation.runner.cards.card import Card
from generation.runner.chain import Chain, Part
from generation.runner.delivery import Rates, deliver
from generation.runner.events import Check, OnEvent, ignore, never
from generation.runner.families.family import Family
from generation.runner.fingerprint import fingerprint
from generation.runner.preview import Preview
from generation.runner.progress import Progress
from generation.runner.residency import WARM, best_device
from generation.runner.state import State
from generation.runner.superres import Upscaler
from generation.runner.understanding import Understanding, telling
from library.media.encode import Encoder

THREADS = int(os.environ.get("RUNNER_THREADS", "2"))
ENCODER_THREADS = 2  # fixed, for x264's bytes depend on it


def run(
    brief: Brief,
    *,
    folder: Path,
    out: Path,
    workdir: Path,
    on_event: OnEvent = ignore,
    check: Check = never,
    state: Path | None = None,
) -> Capsule:
    """Make the clip of `brief` with the model in `folder`, at `out`; answer what it takes to make it again.

    `workdir` keeps finished segments: a run that was killed goes on behind them. `check` is called at every
    step and frame and may raise; its exception goes through, nothing more is computed and no file appears.
    `state` is where this machine remembers paces, preview matrices and hashes. Raises a Refusal, before
    anything is loaded, where the model cannot do what is asked.
    """
    card = cards.read(folder)
    plan.check(brief, card)
    torch.set_num_threads(THREADS)
    understood = understanding.of(brief.prompt, folder)
    making = Making(brief, card, Path(folder), Path(workdir), State(state), best_device(), understood)
    progress = making.progress(on_event, check)
    if understood:
        told = understood.as_dict()
        progress.tell("understood", **told, detail=telling.say(told, "en"))
    progress.tell("loading", model=card.name, warm=WARM.has(making.version, making.device))
    with WARM.held(making.folder, card, making.device, making.version) as family:
        frames = making.frames(family, progress)
        progress.tell("plan", **making.plan())
        capsule = making.capsule(making.encode(frames, Path(out), progress), progress)
    progress.tell("done", capsule=capsule.as_dict())
    return capsule


@dataclass(frozen=True)
class Making:
    """One run under way: what is decided, and the steps from a loaded model to a file."""

    brief: Brief
    card: Card
    folder: Path
    workdir: Path
    state: State
    device: str
    understood: Understanding | None = None

    @property
    def drawn(self) -> Brief:
        """The brief as the model is told it."""
        return replace(self.brief, prompt=self.understood.prompt) if self.understood else self.brief

    @cached_property
    def segments(self) -> list[plan.Segment]:
        return plan.segments(self.brief, self.card)

    @cached_property
    def version(self) -> str:
        return fingerprint(self.folder, self.state)

    @cached_property
    def before(self) -> int:
        """Frames of the video that is gone on from."""
        return footage.count(self.brief.extends) if self.brief.extends else 0

    @property
    def steps(self) -> int:
        return self.brief.steps or self.card.steps

    @property
    def native(self) -> canvas.Size:
        return self.card.sizes[self.brief.aspect]

    def plan(self) -> dict[str, int]:
        segments = len(self.segments)
        return {
            "segments": segments,
            "steps": segments * self.steps,
            "frames": self.before + self.brief.frames,
        }

    def progress(self, on_event: OnEvent, check: Check) -> Progress:
        size = "x".join(map(str, (*self.native, self.segments[0].frames, *self.brief.size)))
        key, planned = f"{self.version[:12]}/{self.device}/{size}", self.plan()
        return Progress(on_event, check, self.state, key, steps=planned["steps"], frames=planned["frames"])

    def frames(self, family: Family, progress: Progress) -> Iterator[Frame]:
        """Delivered frames, as they are pulled."""
        known = plan.first_instant(self.brief)  # frames at the front that the video gone on from has already
        fresh = deliver(
            self._chain(family, progress).frames(),
            rates=Rates(self.card.fps, self.brief.fps),
            count=known + self.brief.frames,
            size=self.brief.size,
            upscaler=Upscaler(self.folder, self.device),
        )
        start = self._start()
        whole = fresh if start is None else anchor.held(fresh, start, fps=self.brief.fps)
        return joined(self._source(), islice(whole, known, None))

    def _start(self) -> Frame | None:
        """The picture the new frames begin from, as it is delivered."""
        if self.brief.extends:
            return self._fitted(footage.tail(self.brief.extends, 1, self.card.fps)[0])
        return self._fitted(footage.picture(self.brief.first_frame)) if self.brief.first_frame else None

    def encode(self, frames: Iterator[Frame], out: Path, progress: Progress) -> int:
        width, height = self.brief.size
        with Encoder(out, width=width, height=height, fps=self.brief.fps, threads=ENCODER_THREADS) as encoder:
            for frame in frames:
                encoder.write(frame)
                progress.frame()
        return encoder.frames

    def capsule(self, frames: int, progress: Progress) -> Capsule:
        return Capsule(
            model=self.card.name,
            fingerprint=self.version,
            brief=self.brief.as_dict(),
            understood=self.understood.as_dict() if self.understood else None,
            steps=self.steps,
            guidance=self.card.guidance if self.brief.guidance is None else self.brief.guidance,
            native={"size": self.native, "fps": self.card.fps},
            segments=tuple(asdict(segment) for segment in self.segments),
            frames=frames,
            machine=machine(self.device),
            seconds=progress.finish(),
        )

    def _chain(self, family: Family, progress: Progress) -> Chain:
        preview = Preview(family, self.version, self.state)
        lead, last = self._lead(), self._picture(self.brief.last_frame)
        keep = self.workdir / self._identity(lead, last)
        return Chain(self.drawn, self.card, self.segments, family, preview, progress, keep, lead, last)

    def _source(self) -> Iterator[Frame]:
        """The frames of the video that is gone on from."""
        source = footage.frames(self.brief.extends) if self.brief.extends else iter(())
        return map(self._fitted, source)

    def _fitted(self, frame: Frame) -> Frame:
        return canvas.resize(canvas.crop(frame, self.brief.size), self.brief.size)

    def _lead(self) -> Part | None:
        if self.brief.extends:
            frames = footage.tail(self.brief.extends, self.segments[0].lead, self.card.fps)
            return np.stack([canvas.onto(frame, self.native, self.brief.size) for frame in frames])
        first = self._picture(self.brief.first_frame)
        return None if first is None else first[None]

    def _picture(self, path: Path | None) -> Frame | None:
        return None if path is None else canvas.onto(footage.picture(path), self.native, self.brief.size)

    def _identity(self, lead: Part | None, last: Frame | None) -> str:
        """A name that kept segments share only if their bytes would be the same."""
        facts = [self.version, self.device, self.drawn.as_dict(), [asdict(each) for each in self.segments]]
        whole = hashlib.sha256(json.dumps(facts).encode())
        for pixels in (lead, last):
            whole.update(b"" if pixels is None else pixels.tobytes())
        return whole.hexdigest()[:16]
