"""Segments, parts and joins: what a long clip is put together from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from generation.runner import plan
from generation.runner import run as runner
from generation.runner.chain.timeline import Timeline
from generation.runner.events import Event
from generation.runner.families import loading
from generation.runner.families.adapter import ModelAdapter, SampledLatents, SegmentRequest
from generation.runner.families.sampling import OnStep
from generation.runner.frames import source
from generation.runner.frames.rates import Rates
from generation.runner.model_spec import ModelSpec
from generation.runner.runtime import model_cache
from generation.runner.spec import GenerationSpec, Scene
from library.media.h264.encode import GOP, Encoder
from library.media.h264.join import join
from library.media.probe import probe

TINT = np.array([5, -3, 4])  # levels of 255 that the drifting model adds at every decoding


@given(
    fps=st.sampled_from([8, 16, 23.976, 24, 25, 30, 50]),
    new_frames=st.lists(st.integers(1, 121), min_size=1, max_size=12),
    before=st.integers(0, 400),
)
def test_parts_end_with_groups_of_pictures_and_what_follows_can_be_drawn_from_the_tail(
    fps: float, new_frames: list[int], before: int
) -> None:
    rates = Rates(fps, 30)
    frames = before + rates.count(sum(new_frames))
    timeline = Timeline(rates, tuple(new_frames), frames, before, blended=before and before + 30)

    for segment in range(len(new_frames) - 1):
        end, number = timeline.end(segment), timeline.number(timeline.end(segment))
        assert end % GOP == 0 and end >= timeline.end(segment - 1)
        assert timeline.native_frames(segment) - timeline.tail(segment) <= rates.position(number)
        if end:  # the last frame of the part lies between native frames that are there
            assert rates.position(number - 1) <= timeline.native_frames(segment) - 1
    assert timeline.end(len(new_frames) - 1) == timeline.frames


def test_joined_parts_are_one_master_with_every_frame_and_key_frames_every_two_seconds(
    tmp_path: Path,
) -> None:
    counts, parts = (120, 60, 60, 1), []
    for number, count in enumerate(counts):
        parts.append(tmp_path / f"{number}.mp4")
        with Encoder(parts[-1], width=64, height=36, fps=30, threads=1, fragmented=True) as encoder:
            for frame in range(count):
                encoder.write_scaled(np.full((18, 32, 3), (number * 60 + frame) % 256, np.uint8))

    whole = tmp_path / "whole.mp4"

    assert join(parts, whole, fps=30) == sum(counts)

    found = probe(whole)
    assert (found.frames, found.fps, found.variable_rate) == (241, 30, False)
    with av.open(str(whole)) as file:
        keys = [
            float(p.pts * p.time_base) for p in file.demux(video=0) if p.pts is not None and p.is_keyframe
        ]
    assert keys == [0, 2, 4, 6, 8]
    greys = [int(frame.mean()) for frame in source.frames(whole)]
    assert np.abs(np.diff(greys)[:59] - 1).max() <= 1 and len(greys) == 241


def test_parts_that_were_encoded_otherwise_are_not_joined(tmp_path: Path) -> None:
    for width in (64, 96):
        with Encoder(tmp_path / f"{width}.mp4", width=width, height=36, fps=30, fragmented=True) as encoder:
            encoder.write(np.zeros((36, width, 3), np.uint8))

    with pytest.raises(ValueError, match="encoded otherwise"):
        join([tmp_path / "64.mp4", tmp_path / "96.mp4"], tmp_path / "whole.mp4", fps=30)
    assert not list(tmp_path.glob("whole*"))


class Drifting(ModelAdapter):
    """Repeats the picture it begins from, and tints it at every decoding."""

    def __init__(self, model: ModelSpec) -> None:
        self.model, self.device = model, "cpu"

    def sample(self, request: SegmentRequest, on_step: OnStep, resume_from: Any = None) -> SampledLatents:
        picture = _gradient(request.size) if request.start_frame is None else request.start_frame
        return SampledLatents(self.encode(np.stack([picture] * request.frames))[None])

    def decode(self, latents: torch.Tensor) -> Iterator[list[NDArray[np.uint8]]]:
        for frame in latents[0].permute(1, 2, 3, 0).numpy():
            yield [np.clip(frame * 0.97 + TINT, 0, 255).astype(np.uint8)]

    def encode(self, frames: NDArray[np.uint8]) -> torch.Tensor:
        return torch.from_numpy(frames).permute(3, 0, 1, 2).float()


def test_the_colours_of_a_chain_hold_though_the_model_drifts_at_every_join(
    monkeypatch: pytest.MonkeyPatch, tiny: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr(loading, "load", lambda model, *_: Drifting(model))
    monkeypatch.setattr(runner, "MODEL_CACHE", model_cache.ModelCache())
    drifts: list[float] = []

    def hear(event: Event) -> None:
        if event.kind == "color_match":
            drifts.append(event.data["drift"])

    spec, out = GenerationSpec("一只猴子", seconds=8, short_side=96), tmp_path / "clip.mp4"
    runner.run(spec, folder=tiny, out=out, workdir=tmp_path / "work", on_event=hear)

    colours = [_lab(frame).mean((0, 1)) for frame in source.frames(out)]
    assert len(drifts) == 7 and min(drifts) > 2
    assert np.linalg.norm(colours[-1] - colours[0]) < 1.5


def test_every_scene_begins_with_a_segment_of_its_own() -> None:
    model = ModelSpec("m", "wan", "", {}, 8, 1, 1.0, 41, 4, 9, frozenset())
    spec = GenerationSpec("a", seconds=12, scenes=(Scene(3.0, "b"), Scene(9.5, "c")))

    chain, prompts = plan.segments(spec, model), plan.prompts(spec, model)

    begins = np.cumsum([0, *(segment.new_frames for segment in chain)])[:-1] / 8
    first = {prompt: begins[prompts.index(prompt)] for prompt in "abc"}
    assert prompts == sorted(prompts) and first["a"] == 0
    assert 3.0 <= first["b"] <= 3.5 and 9.5 <= first["c"] <= 10.0


def _gradient(size: tuple[int, int]) -> NDArray[np.uint8]:
    across, down = np.meshgrid(np.linspace(60, 190, size[0]), np.linspace(60, 190, size[1]))
    return np.dstack([across, down, 255 - across]).astype(np.uint8)


def _lab(frame: NDArray[np.uint8]) -> Any:
    return cv2.cvtColor(frame.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
