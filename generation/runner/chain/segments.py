"""The segments of a chain, sampled and decoded one behind the other; those that are kept are passed over."""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain as joined
from itertools import islice

import numpy as np
import torch

from generation.runner.chain import color_match
from generation.runner.chain.encoder_thread import EncoderThread
from generation.runner.chain.store import Natives, Store
from generation.runner.families.adapter import ModelAdapter, Sampled, SegmentRequest
from generation.runner.families.sampling import Step
from generation.runner.frames.canvas import Frame
from generation.runner.frames.deflicker import steadied
from generation.runner.model_spec import ModelSpec
from generation.runner.plan import Segment, within
from generation.runner.preview import Preview
from generation.runner.progress import Progress
from generation.runner.runtime.machine import reduced
from generation.runner.spec import GenerationSpec

KEEP_EVERY = 3.0  # seconds of sampling that a killed run loses at most


@dataclass(slots=True)
class Segments:
    """`prompts`: what each segment is of. `lead`: native frames the first one begins with, (n, height, width,
    3), or None. `last`: the native frame the last one ends on, or None. `keyframes`: those on the way, by
    their number in the whole chain."""

    brief: GenerationSpec
    model: ModelSpec
    segments: Sequence[Segment]
    prompts: Sequence[str]
    family: ModelAdapter
    preview: Preview
    progress: Progress
    store: Store
    lead: Natives | None = None
    last: Frame | None = None
    keyframes: Sequence[tuple[int, Frame]] = ()
    _kept_at: float = field(default=0.0, init=False)

    def shoot(self, finishing: EncoderThread) -> None:
        """Give `finishing` the native frames of every segment that is not committed, without those that it
        has in common with the one before."""
        if committed := self.store.committed:
            self.lead = self.store.tail()
        for segment in self.segments:
            resumed = segment.index < committed
            data = {"segment": segment.index, "segments": len(self.segments), "frames": segment.frames}
            self.progress.tell("segment", **data, resumed=resumed)
            if resumed:
                self.progress.skip(steps=self._steps, natives=segment.frames)
            else:
                self._shoot(segment, finishing)

    @property
    def _steps(self) -> int:
        return self.brief.steps or self.model.steps

    def _shoot(self, segment: Segment, finishing: EncoderThread) -> None:
        lead = (
            None
            if self.lead is None or not segment.conditioning_frames
            else np.array(self.lead[-segment.conditioning_frames :])
        )
        sampled = self.store.latents(segment.index)
        if sampled is None:
            sampled = self._sampled(segment, lead)
        else:
            self.progress.skip(steps=self._steps)
        if heard := self.family.listen(sampled):
            self.store.keep_sound(segment.index, heard)
        if segment is self.segments[-1]:
            self.progress.tell("sampled")
        self._decode(segment, sampled, lead, finishing)

    def _sampled(self, segment: Segment, lead: Natives | None) -> Sampled:
        since = self.store.moment(segment.index)
        self.progress.skip(steps=since.step if since else 0)
        with self.progress.stage("sampling"):
            self._kept_at = time.monotonic()
            self.progress.start_steps()
            sampled = self.family.sample(self._shot(segment, lead), partial(self._stepped, segment), since)
        self.store.keep_latents(segment.index, sampled)
        return sampled

    def _shot(self, segment: Segment, lead: Natives | None) -> SegmentRequest:
        brief, model = self.brief, self.model
        return SegmentRequest(
            prompt=self.prompts[segment.index],
            negative_prompt=brief.negative_prompt,
            size=model.sizes[brief.aspect],
            frames=segment.frames,
            steps=self._steps,
            guidance=model.guidance if brief.guidance is None else brief.guidance,
            seed=segment.seed,
            lead=lead,
            last=self.last if segment is self.segments[-1] else None,
            keyframes=self._on_the_way(segment),
        )

    def _on_the_way(self, segment: Segment) -> tuple[tuple[int, Frame], ...]:
        placed = ((within(segment, self.segments, number), frame) for number, frame in self.keyframes)
        return tuple((place, frame) for place, frame in placed if place)

    def _stepped(self, segment: Segment, step: Step) -> None:
        """Tell of a step; the preview comes first, so that whoever cancels has seen the newest one."""
        where = {"segment": segment.index, "step": step.done}
        self.progress.tell("preview", **where, jpeg=self.preview.jpeg(step.clean()))
        if time.monotonic() - self._kept_at >= KEEP_EVERY and (moment := step.moment()):
            self.store.keep_moment(segment.index, moment)
            self._kept_at = time.monotonic()
        self.progress.step(**where, steps=self._steps)

    def _decode(
        self, segment: Segment, sampled: Sampled, lead: Natives | None, finishing: EncoderThread
    ) -> None:
        decoded = self._decoded(segment, sampled.video)
        overlap = list(islice(decoded, segment.conditioning_frames))
        correction = None if lead is None else color_match.correction(overlap, lead)
        if correction:
            self.progress.tell("color_match", segment=segment.index, drift=correction.drift)
        natives = map(correction.apply, joined(overlap, decoded)) if correction else joined(overlap, decoded)
        last: deque[Frame] = deque(maxlen=max(1, self.model.max_conditioning_frames))
        for number, native in enumerate(self._steadied(natives, known=segment.conditioning_frames)):
            last.append(native)
            if number >= segment.dropped:
                finishing.take(native)
        self.lead = np.stack(last)
        finishing.end(segment.index, {"drift": correction.drift if correction else None})

    def _steadied(self, natives: Iterator[Frame], *, known: int) -> Iterator[Frame]:
        return steadied(natives, known=known) if self.model.flickers else natives

    def _decoded(self, segment: Segment, latents: torch.Tensor) -> Iterator[Frame]:
        decoding, done = self.family.decode(latents), 0
        while True:
            began = time.monotonic()
            with self.progress.stage("decoding"), reduced(self.family.device):
                frames = next(decoding, None)
            if frames is None:
                return
            done += len(frames)
            self.progress.decoded(len(frames), time.monotonic() - began)
            self.progress.tell("decode", segment=segment.index, done=done, total=segment.frames)
            self.progress.check()
            yield from frames
