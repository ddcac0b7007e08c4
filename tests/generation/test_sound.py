"""Sound that is made with the picture: mixed across segments, behind the sound of an extended clip."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

import generation.runner.run as runner
from fixtures.tiny_models import ltx2
from generation.runner import sound
from generation.runner.capsule import Capsule
from generation.runner.families.adapter import Waveform
from generation.runner.frames.source import frames
from generation.runner.runtime.model_cache import ModelCache
from generation.runner.spec import GenerationSpec
from library.media.h264.encode import Encoder
from library.media.probe import probe
from tests.library import footage


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ltx2.build(tmp_path_factory.mktemp("sound") / "ltx2")


def make(tmp_path: Path, folder: Path, name: str, **spec: Any) -> Capsule:
    asked = GenerationSpec("一只猴子", short_side=96, steps=2, **spec)
    return runner.run(asked, folder=folder, out=tmp_path / name, workdir=tmp_path / "work")


def heard(path: Path) -> np.ndarray:
    track = sound.read(path, 48_000)
    assert track is not None
    return track.samples


@pytest.mark.slow
def test_a_clip_has_the_sound_that_was_made_with_it_for_its_whole_length(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "MODEL_CACHE", ModelCache())
    capsule = make(tmp_path, folder, "clip.mp4", seconds=4)

    assert len(capsule.segments) > 1 and probe(tmp_path / "clip.mp4").frames == 120
    samples = heard(tmp_path / "clip.mp4")
    assert samples.shape[1] / 48_000 == pytest.approx(4, abs=0.05)
    quarters = np.array_split(samples, 4, axis=1)
    assert min(np.abs(each).max() for each in quarters) > 0


@pytest.mark.slow
def test_a_clip_with_sound_is_the_same_again_and_goes_on_with_its_own(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "MODEL_CACHE", ModelCache())
    first = make(tmp_path, folder, "one.mp4", seconds=1)
    (tmp_path / "work").rename(tmp_path / "before")
    again = make(tmp_path, folder, "two.mp4", seconds=1)
    make(tmp_path, folder, "longer.mp4", seconds=1, extends=tmp_path / "one.mp4")

    short, long = heard(tmp_path / "one.mp4"), heard(tmp_path / "longer.mp4")
    assert first.sha256 == again.sha256 and long.shape[1] / 48_000 == pytest.approx(2, abs=0.05)
    # random weights make noise, of which the codec keeps some: at its place it is known, elsewhere not
    there, elsewhere = (_alike(short[0, 4000:40_000], long[0, at : at + 36_000]) for at in (4000, 4480))
    assert there > 0.3 and there > 3 * abs(elsewhere) and np.abs(long[:, 56_000:]).max() > 0


def _alike(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one, other)[0, 1])


def test_where_two_segments_overlap_the_earlier_fades_into_the_later() -> None:
    low, high = (Waveform(np.full((2, 100), level, np.float32), 100) for level in (0.0, 1.0))

    track = sound.mix([(0.0, low), (0.5, high)], 1.5).samples[0]

    assert len(track) == 150 and track[49] == 0 and track[-1] == 1
    assert np.all(np.diff(track[50:100]) > 0)


def test_a_silent_model_gives_a_clip_without_a_sound_track(tmp_path: Path, tiny: Path) -> None:
    make(tmp_path, tiny, "clip.mp4", seconds=0.5)

    with av.open(str(tmp_path / "clip.mp4")) as container:
        assert not container.streams.audio


@pytest.mark.slow
def test_a_silent_model_leaves_the_clip_it_goes_on_from_its_sound(tmp_path: Path, tiny: Path) -> None:
    make(tmp_path, tiny, "silent.mp4", seconds=1)
    sounding = tmp_path / "sounding.mp4"
    with Encoder(sounding, width=64, height=36, fps=30, audio=footage.tone(tmp_path, seconds=1)) as encoder:
        for frame in frames(tmp_path / "silent.mp4"):
            encoder.write_scaled(frame)

    make(tmp_path, tiny, "longer.mp4", seconds=1, extends=sounding)

    samples = heard(tmp_path / "longer.mp4")
    assert np.abs(samples[:, 4800:43_000]).max() > 0.05 and np.abs(samples[:, 55_000:]).max() < 0.01
