"""One run under way: all that is decided before a weight is loaded, and the parts that carry it out."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import chain as joined
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from generation.runner import capsule, plan, sound
from generation.runner.capsule import Capsule
from generation.runner.chain.encoder_thread import EncoderThread
from generation.runner.chain.segments import Segments
from generation.runner.chain.store import Natives, Store
from generation.runner.chain.timeline import Rates, Timeline
from generation.runner.events import Check, OnEvent
from generation.runner.families.adapter import ModelAdapter
from generation.runner.frames import canvas, first_frame_blend
from generation.runner.frames import source as footage
from generation.runner.frames.canvas import Frame
from generation.runner.frames.delivery import deliver
from generation.runner.frames.super_resolution import Upscaler
from generation.runner.model_spec import ModelSpec
from generation.runner.preview import Preview
from generation.runner.progress import Progress
from generation.runner.runtime import machine
from generation.runner.runtime.fingerprint import fingerprint
from generation.runner.runtime.state import State
from generation.runner.spec import GenerationSpec, Reference
from library.media.h264.encode import AUDIO_RATE, Encoder


@dataclass(frozen=True)
class RenderPlan:
    """`workdir` keeps what is committed, `state` what this machine remembers."""

    brief: GenerationSpec
    model: ModelSpec
    folder: Path
    workdir: Path
    state: State
    device: str

    @cached_property
    def segments(self) -> list[plan.Segment]:
        return plan.segments(self.brief, self.model)

    @cached_property
    def prompts(self) -> list[str]:
        """What the model is given, segment by segment."""
        return plan.prompts(self.brief, self.model)

    @cached_property
    def version(self) -> str:
        return fingerprint(self.folder, self.state)

    @cached_property
    def timeline(self) -> Timeline:
        before = footage.count(self._extended) if self._extended else 0
        leans = bool(self.brief.extends or self.brief.first_frame)
        return Timeline(
            rates=Rates(self.model.fps, self.brief.fps),
            fresh=tuple(segment.new_frames for segment in self.segments),
            frames=before + self.brief.frames,
            before=before,
            known=plan.first_instant(self.brief),
            leaning=before + ceil(first_frame_blend.FADE * self.brief.fps) if leans else 0,
            lead=max(1, self.model.max_conditioning_frames),
        )

    @property
    def steps(self) -> int:
        return self.brief.steps or self.model.steps

    @property
    def native(self) -> canvas.Size:
        return self.model.sizes[self.brief.aspect]

    def plan(self) -> dict[str, int]:
        segments = len(self.segments)
        return {"segments": segments, "steps": segments * self.steps, "frames": self.timeline.frames}

    def progress(self, on_event: OnEvent, check: Check) -> Progress:
        size = "x".join(map(str, (*self.native, self.segments[0].frames, *self.brief.size)))
        frames = self.timeline.frames
        return Progress(
            on_event,
            check,
            self.state,
            f"{self.version[:12]}/{self.device}/{size}",
            steps=len(self.segments) * self.steps,
            natives=sum(segment.frames for segment in self.segments),
            frames=frames,
            last=frames - self.timeline.end(len(self.segments) - 2),
        )

    def store(self) -> Store:
        return Store(self.workdir / self._identity())

    def shooting(self, family: ModelAdapter, store: Store, progress: Progress) -> Segments:
        return Segments(
            brief=self.brief,
            model=self.model,
            segments=self.segments,
            prompts=self.prompts,
            family=family,
            preview=Preview(family, self.version, self.state, self.folder),
            progress=progress,
            store=store,
            lead=self._lead,
            last=self._last,
            keyframes=self._keyframes,
        )

    def finishing(self, store: Store, progress: Progress) -> EncoderThread:
        return EncoderThread(store, self.timeline, progress, deliver=self._delivered, encoder=self._encoder)

    def track(self, store: Store) -> Path | None:
        """The sound of the whole video, in a file; None where there is none."""
        heard = store.sounds()
        rate = heard[0].rate if heard else AUDIO_RATE
        before = sound.of(self._extended, rate) if self._extended else None
        # a model that makes none still leaves the clip it goes on from its own
        placed = [*([(0.0, before)] if before else []), *zip(self._starts, heard, strict=False)]
        if not placed:
            return None
        return sound.write(sound.laid(placed, self.timeline.frames / self.brief.fps), store.track())

    @property
    def _starts(self) -> list[float]:
        """The second of the video that each segment's first native frame shows."""
        begins = (self.timeline.before - self.timeline.known) / self.brief.fps
        made = [sum(each.new_frames for each in self.segments[: each.index]) for each in self.segments]
        return [
            begins + (fresh - segment.dropped) / self.model.fps
            for fresh, segment in zip(made, self.segments, strict=True)
        ]

    def capsule(self, out: Path, frames: int, progress: Progress) -> Capsule:
        segments = zip(self.segments, self.prompts, strict=True)
        return Capsule(
            model=self.model.name,
            fingerprint=self.version,
            spec=self.brief.as_dict(),
            inputs=capsule.inputs(self.brief),
            steps=self.steps,
            guidance=self.model.guidance if self.brief.guidance is None else self.brief.guidance,
            native={"size": self.native, "fps": self.model.fps},
            segments=tuple(asdict(segment) | {"prompt": prompt} for segment, prompt in segments),
            frames=frames,
            machine=machine.describe(self.device, self.model.optimizations),
            seconds=progress.finish(),
            sha256=capsule.digest(out),
        )

    def _delivered(self, natives: Iterator[Frame], first: int, start: int) -> Iterator[Frame]:
        """Frames of the video from number `start` on; see `EncoderThread`."""
        timeline = self.timeline
        begun = start > 0  # then neither what goes before nor what leans on it is left to be delivered
        fresh = deliver(
            natives,
            rates=timeline.rates,
            numbers=range(timeline.number(start), timeline.known + self.brief.frames),
            shape=self.brief.size,
            upscaler=Upscaler(self.folder, self.device),
            first=first,
        )
        if begun or not timeline.leaning:
            return fresh
        return joined(self._source(), islice(self._leaning(fresh), timeline.known, None))

    def _leaning(self, fresh: Iterator[Frame]) -> Iterator[Frame]:
        """`fresh`, of which the first ones lean on the picture that they begin from, at its size."""
        enlarged = map(self._fitted, islice(fresh, ceil(first_frame_blend.FADE * self.brief.fps)))
        return joined(
            first_frame_blend.held(enlarged, self._fitted(self._picture()), fps=self.brief.fps), fresh
        )

    def _picture(self) -> Frame:
        """The picture that the new frames begin from."""
        if self._extended:
            return footage.tail(self._extended, 1, self.model.fps)[0]
        assert self.brief.first_frame
        return footage.picture(Path(self.brief.first_frame))

    def _encoder(self, path: Path) -> Encoder:
        width, height = self.brief.size
        threads = machine.ENCODER_THREADS
        return Encoder(path, width=width, height=height, fps=self.brief.fps, threads=threads, fragmented=True)

    @property
    def _extended(self) -> Path | None:
        """The file of the video that is gone on from."""
        return Path(self.brief.extends) if self.brief.extends else None

    def _source(self) -> Iterator[Frame]:
        """The frames of the video that is gone on from."""
        source = footage.frames(self._extended) if self._extended else iter(())
        return (canvas.crop(frame, self.brief.size) for frame in source)

    def _fitted(self, frame: Frame) -> Frame:
        return canvas.resize(canvas.crop(frame, self.brief.size), self.brief.size)

    @cached_property
    def _lead(self) -> Natives | None:
        if self._extended:
            frames = footage.tail(self._extended, self.segments[0].conditioning_frames, self.model.fps)
            return np.stack([canvas.onto(frame, self.native, self.brief.size) for frame in frames])
        first = self._native(self.brief.first_frame)
        return None if first is None else first[None]

    @cached_property
    def _last(self) -> Frame | None:
        return self._native(self.brief.last_frame)

    @cached_property
    def _keyframes(self) -> list[tuple[int, Frame]]:
        return [
            (plan.native_number(self.brief, self.model, each.at), frame)
            for each in self.brief.keyframes
            if (frame := self._native(each.still)) is not None
        ]

    def _native(self, still: Reference | None) -> Frame | None:
        if still is None:
            return None
        return canvas.onto(footage.picture(Path(still)), self.native, self.brief.size)

    def _identity(self) -> str:
        """A name that commits share only if their bytes would be the same."""
        segments = [asdict(segment) for segment in self.segments]
        facts: list[Any] = [self.version, self.brief.as_dict(), self.prompts, segments]
        facts += [machine.describe(self.device, self.model.optimizations), capsule.inputs(self.brief)]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
