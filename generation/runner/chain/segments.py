"""The segments of a chain, sampled and decoded one behind the other; those that are committed are skipped."""

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
from generation.runner.chain.store import Frames, Store
from generation.runner.families.adapter import ModelAdapter, SampledLatents, SegmentRequest
from generation.runner.families.sampling import Step
from generation.runner.frames.canvas import Frame
from generation.runner.frames.deflicker import deflicker
from generation.runner.model_spec import ModelSpec
from generation.runner.plan import Segment, within
from generation.runner.preview import Preview
from generation.runner.progress import RunProgress
from generation.runner.runtime.machine import reduced_precision
from generation.runner.spec import GenerationSpec

CHECKPOINT_EVERY = 3.0  # seconds of sampling that a killed run loses at most


@dataclass(slots=True)
class Segments:
    """`prompts`: what each segment is of. `tail`: the newest native frames so far, (n, height, width, 3): at
    first those that the chain begins from, or None. `last_frame`: the native frame the chain ends on.
    `keyframes`: those on the way, by their number in the whole chain."""

    spec: GenerationSpec
    model: ModelSpec
    segments: Sequence[Segment]
    prompts: Sequence[str]
    adapter: ModelAdapter
    preview: Preview
    progress: RunProgress
    store: Store
    tail: Frames | None = None
    last_frame: Frame | None = None
    keyframes: Sequence[tuple[int, Frame]] = ()
    _saved_at: float = field(default=0.0, init=False)

    def sample(self, encoder: EncoderThread) -> None:
        """Sample and decode every segment that is not committed, and put its native frames into `encoder`,
        without those that it has in common with the one before."""
        if committed := self.store.committed:
            self.tail = self.store.tail()
        for segment in self.segments:
            resumed = segment.index < committed
            data = {"segment": segment.index, "segments": len(self.segments), "frames": segment.frames}
            self.progress.emit("segment", **data, resumed=resumed)
            if resumed:
                self.progress.skip(steps=self._steps, native_frames=segment.frames)
            else:
                self._sample_segment(segment, encoder)

    @property
    def _steps(self) -> int:
        return self.spec.steps or self.model.steps

    def _sample_segment(self, segment: Segment, encoder: EncoderThread) -> None:
        count = segment.conditioning_frames
        conditioning = None if self.tail is None or not count else np.array(self.tail[-count:])
        latents = self.store.load_latents(segment.index)
        if latents is None:
            latents = self._latents(segment, conditioning)
        else:
            self.progress.skip(steps=self._steps)
        if audio := self.adapter.decode_audio(latents):
            self.store.save_audio(segment.index, audio)
        if segment is self.segments[-1]:
            self.progress.emit("sampled")
        self._decode(segment, latents, conditioning, encoder)

    def _latents(self, segment: Segment, conditioning: Frames | None) -> SampledLatents:
        resume_from = self.store.load_checkpoint(segment.index)
        self.progress.skip(steps=resume_from.step if resume_from else 0)
        request, on_step = self._request(segment, conditioning), partial(self._on_step, segment)
        with self.progress.stage("sampling"):
            self._saved_at = time.monotonic()
            self.progress.start_steps()
            latents = self.adapter.sample(request, on_step, resume_from)
        self.store.save_latents(segment.index, latents)
        return latents

    def _request(self, segment: Segment, conditioning: Frames | None) -> SegmentRequest:
        spec, model = self.spec, self.model
        return SegmentRequest(
            prompt=self.prompts[segment.index],
            negative_prompt=spec.negative_prompt,
            size=model.sizes[spec.aspect],
            frames=segment.frames,
            steps=self._steps,
            guidance=model.guidance if spec.guidance is None else spec.guidance,
            seed=segment.seed,
            conditioning_frames=conditioning,
            last_frame=self.last_frame if segment is self.segments[-1] else None,
            keyframes=self._keyframes_of(segment),
        )

    def _keyframes_of(self, segment: Segment) -> tuple[tuple[int, Frame], ...]:
        """Those that lie in `segment`, by their number in it; its first frame cannot be one."""
        placed = ((within(segment, self.segments, number), frame) for number, frame in self.keyframes)
        return tuple((place, frame) for place, frame in placed if place)

    def _on_step(self, segment: Segment, step: Step) -> None:
        """Report a step; the preview comes first, so that whoever cancels has seen the newest one."""
        where = {"segment": segment.index, "step": step.done}
        jpeg = self.preview.jpeg(step.clean_latents(), step.done / self._steps)
        self.progress.emit("preview", **where, jpeg=jpeg)
        if time.monotonic() - self._saved_at >= CHECKPOINT_EVERY and (checkpoint := step.checkpoint()):
            self.store.save_checkpoint(segment.index, checkpoint)
            self.progress.emit("checkpoint", **where)
            self._saved_at = time.monotonic()
        self.progress.step(**where, steps=self._steps)

    def _decode(
        self,
        segment: Segment,
        latents: SampledLatents,
        conditioning: Frames | None,
        encoder: EncoderThread,
    ) -> None:
        """Decode, match colours, deflicker, and put what is new into `encoder`."""
        decoded = self._decoded(segment, latents.video)
        overlap = list(islice(decoded, segment.conditioning_frames))
        native_frames: Iterator[Frame] = joined(overlap, decoded)
        drift = None
        if conditioning is not None:
            correction = color_match.correction(overlap, conditioning)
            native_frames, drift = map(correction.apply, native_frames), correction.drift
            self.progress.emit("color_match", segment=segment.index, drift=drift)
        tail: deque[Frame] = deque(maxlen=max(1, self.model.max_conditioning_frames))
        for number, frame in enumerate(self._deflickered(native_frames, segment.conditioning_frames)):
            tail.append(frame)
            if number >= segment.dropped:
                encoder.put(frame)
        self.tail = np.stack(tail)
        encoder.end_segment(segment.index, {"drift": drift})

    def _deflickered(self, native_frames: Iterator[Frame], given: int) -> Iterator[Frame]:
        return deflicker(native_frames, given=given) if self.model.flickers else native_frames

    def _decoded(self, segment: Segment, latents: torch.Tensor) -> Iterator[Frame]:
        """The native frames of `latents`, each decoding timed, reported, and the last chance to cancel."""
        decoding, done = self.adapter.decode(latents), 0
        while True:
            began = time.monotonic()
            with self.progress.stage("decoding"), reduced_precision(self.adapter.device):
                frames = next(decoding, None)
            if frames is None:
                return
            done += len(frames)
            self.progress.decoded(len(frames), time.monotonic() - began)
            self.progress.emit("decode", segment=segment.index, done=done, total=segment.frames)
            self.progress.check()
            yield from frames
