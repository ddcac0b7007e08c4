"""One run: all that is decided before a weight is loaded, and the parts that carry it out."""

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
from generation.runner.chain.store import Frames, Store
from generation.runner.chain.timeline import Timeline
from generation.runner.events import Check, OnEvent
from generation.runner.families import weights
from generation.runner.families.adapter import ModelAdapter
from generation.runner.families.components import blaming
from generation.runner.families.model_folder import ModelFolder
from generation.runner.frames import canvas, extended, first_frame_blend, source
from generation.runner.frames.canvas import Frame
from generation.runner.frames.delivery import deliver
from generation.runner.frames.rates import Rates
from generation.runner.frames.super_resolution import Upscaler
from generation.runner.model_spec import ModelSpec
from generation.runner.preview import Preview
from generation.runner.progress import RunProgress
from generation.runner.runtime import machine
from generation.runner.runtime.fingerprint import fingerprint
from generation.runner.runtime.state import State
from generation.runner.spec import GenerationSpec, Reference
from library.media.h264.encode import AUDIO_RATE, Encoder


@dataclass(frozen=True)
class RenderPlan:
    """`spec` by `model`, whose folder is `folder`. `workdir` keeps what is committed, `state` what this
    machine keeps between runs."""

    spec: GenerationSpec
    model: ModelSpec
    folder: Path
    workdir: Path
    state: State
    device: str

    @cached_property
    def segments(self) -> list[plan.Segment]:
        return plan.segments(self.spec, self.model)

    @cached_property
    def prompts(self) -> list[str]:
        """What the model is given, segment by segment."""
        return plan.prompts(self.spec, self.model)

    @cached_property
    def version(self) -> str:
        """The hash of the model's folder."""
        return fingerprint(self.folder, self.state)

    @cached_property
    def timeline(self) -> Timeline:
        source_frames = extended.count(self._extended, self.spec.fps) if self._extended else 0
        blends = bool(self.spec.extends or self.spec.first_frame)
        return Timeline(
            rates=Rates(self.model.fps, self.spec.fps),
            new_frames=tuple(segment.new_frames for segment in self.segments),
            frames=source_frames + self.spec.frames,
            source_frames=source_frames,
            first_number=plan.first_instant(self.spec),
            blended=source_frames + self._blend_frames if blends else 0,
            max_conditioning_frames=max(1, self.model.max_conditioning_frames),
        )

    @cached_property
    def upscaler(self) -> Upscaler:
        """Raises ModelBroken."""
        with blaming(ModelFolder(self.folder, self.model.name), weights.UPSCALER):
            return Upscaler(self.folder, self.device)

    @property
    def steps(self) -> int:
        """Of each segment."""
        return self.spec.steps or self.model.steps

    @property
    def native_size(self) -> canvas.Size:
        return self.model.sizes[self.spec.aspect]

    def totals(self) -> dict[str, int]:
        """How many segments, steps (of all segments) and delivered frames there are."""
        segments = len(self.segments)
        return {"segments": segments, "steps": segments * self.steps, "frames": self.timeline.frames}

    def progress(self, on_event: OnEvent, check: Check) -> RunProgress:
        size = "x".join(map(str, (*self.native_size, self.segments[0].frames, *self.spec.size)))
        frames = self.timeline.frames
        return RunProgress(
            on_event,
            check,
            self.state,
            f"{self.version[:12]}/{self.device}/{size}",
            steps=len(self.segments) * self.steps,
            native_frames=sum(segment.frames for segment in self.segments),
            frames=frames,
            last=frames - self.timeline.end(len(self.segments) - 2),
        )

    def store(self) -> Store:
        return Store(self.workdir / self._identity())

    def sampler(self, adapter: ModelAdapter, store: Store, progress: RunProgress) -> Segments:
        return Segments(
            spec=self.spec,
            model=self.model,
            segments=self.segments,
            prompts=self.prompts,
            adapter=adapter,
            preview=Preview(adapter, self.version, self.state, self.folder),
            progress=progress,
            store=store,
            tail=self._conditioning_frames,
            last_frame=self._native(self.spec.last_frame),
            keyframes=self._keyframes,
        )

    def encoder_thread(self, store: Store, progress: RunProgress) -> EncoderThread:
        return EncoderThread(store, self.timeline, progress, deliver=self._delivered, encoder=self._encoder)

    def audio_track(self, store: Store) -> Path | None:
        """The sound of the whole video, in a file; None where there is none."""
        made = store.load_audio()
        rate = made[0].rate if made else AUDIO_RATE
        before = sound.read(self._extended, rate) if self._extended else None
        # a model that makes none still leaves the clip that it extends its own
        placed = [*([(0.0, before)] if before else []), *zip(self._starts, made, strict=False)]
        if not placed:
            return None
        return sound.write(sound.mix(placed, self.timeline.frames / self.spec.fps), store.audio_track)

    @property
    def _starts(self) -> list[float]:
        """The second of the video that each segment's first native frame shows."""
        begins = (self.timeline.source_frames - self.timeline.first_number) / self.spec.fps
        before = [sum(each.new_frames for each in self.segments[: each.index]) for each in self.segments]
        return [
            begins + (frames - segment.dropped) / self.model.fps
            for frames, segment in zip(before, self.segments, strict=True)
        ]

    def capsule(self, out: Path, frames: int, progress: RunProgress) -> Capsule:
        segments = zip(self.segments, self.prompts, strict=True)
        return Capsule(
            model=self.model.name,
            fingerprint=self.version,
            spec=self.spec.as_dict(),
            inputs=capsule.inputs(self.spec),
            steps=self.steps,
            guidance=self.model.guidance if self.spec.guidance is None else self.spec.guidance,
            native={"size": self.native_size, "fps": self.model.fps},
            segments=tuple(asdict(segment) | {"prompt": prompt} for segment, prompt in segments),
            frames=frames,
            machine=machine.describe(self.device, self.model.optimizations),
            seconds=progress.finish(),
            sha256=capsule.digest(out),
        )

    def _delivered(self, native_frames: Iterator[Frame], first: int, start: int) -> Iterator[Frame]:
        """Frames of the video from number `start` on; see `EncoderThread`."""
        timeline = self.timeline
        resumed = start > 0  # then both the extended video and what is blended are delivered already
        new_frames = deliver(
            native_frames,
            rates=timeline.rates,
            numbers=range(timeline.number(start), timeline.first_number + self.spec.frames),
            shape=self.spec.size,
            upscaler=self.upscaler,
            first=first,
        )
        if resumed or not timeline.blended:
            return new_frames
        return joined(self._source_frames(), islice(self._blended(new_frames), timeline.first_number, None))

    def _blended(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """`frames`, of which the first ones are enlarged and blended with the picture they begin from."""
        enlarged = map(self._delivered_size, islice(frames, self._blend_frames))
        picture = self._delivered_size(self._start_picture())
        return joined(first_frame_blend.blend(enlarged, picture, fps=self.spec.fps), frames)

    @property
    def _blend_frames(self) -> int:
        return ceil(first_frame_blend.FADE * self.spec.fps)

    def _start_picture(self) -> Frame:
        """The picture that the new frames begin from."""
        if self._extended:
            return source.tail(self._extended, 1, self.model.fps)[0]
        assert self.spec.first_frame
        return source.picture(Path(self.spec.first_frame))

    def _encoder(self, path: Path) -> Encoder:
        width, height = self.spec.size
        threads = machine.ENCODER_THREADS
        return Encoder(path, width=width, height=height, fps=self.spec.fps, threads=threads, fragmented=True)

    @property
    def _extended(self) -> Path | None:
        """The file of the video that is extended."""
        return Path(self.spec.extends) if self.spec.extends else None

    def _source_frames(self) -> Iterator[Frame]:
        """The frames of the video that is extended, at the delivered rate."""
        frames = extended.frames(self._extended, self.spec.fps) if self._extended else iter(())
        return (canvas.crop(frame, self.spec.size) for frame in frames)

    def _delivered_size(self, frame: Frame) -> Frame:
        return canvas.resize(canvas.crop(frame, self.spec.size), self.spec.size)

    @cached_property
    def _conditioning_frames(self) -> Frames | None:
        """The native frames that the first segment begins with."""
        if self._extended:
            count = self.segments[0].conditioning_frames
            frames = source.tail(self._extended, count, self.model.fps)
            return np.stack([canvas.onto(frame, self.native_size, self.spec.size) for frame in frames])
        first = self._native(self.spec.first_frame)
        return None if first is None else first[None]

    @cached_property
    def _keyframes(self) -> list[tuple[int, Frame]]:
        return [
            (plan.native_number(self.spec, self.model, each.at), frame)
            for each in self.spec.keyframes
            if (frame := self._native(each.still)) is not None
        ]

    def _native(self, still: Reference | None) -> Frame | None:
        if still is None:
            return None
        return canvas.onto(source.picture(Path(still)), self.native_size, self.spec.size)

    def _identity(self) -> str:
        """A name that stores share only if their bytes would be the same."""
        segments = [asdict(segment) for segment in self.segments]
        facts: list[Any] = [self.version, self.spec.as_dict(), self.prompts, segments]
        facts += [machine.describe(self.device, self.model.optimizations), capsule.inputs(self.spec)]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
