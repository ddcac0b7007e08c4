"""The engine alone: documents and files in, one file out, every frame counted."""

import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from editing.engine.document import parse
from editing.engine.errors import DocumentInvalid
from editing.engine.graph.finish import CAPTIONS_FILE
from editing.engine.inspect.explain import explain
from editing.engine.render.command import compile
from editing.engine.render.render import render
from editing.engine.source import Source, open_source
from library.media.guard import ffmpeg
from library.media.h264.encode import MASTER_X264
from tests.editing.conftest import Rendered
from tests.editing.documents import broken, edits
from tests.editing.material import cut, document, numbered, numbers, pictures
from tests.progress import Recorder


@pytest.mark.parametrize("start", [0, 0.033, 0.05, 0.1, 1 / 3, 0.34999, 1.9166, 2.5])
def test_a_trim_begins_at_the_nearest_frame_and_shows_every_one_after_it(
    rendered: Rendered, start: float
) -> None:
    shown = numbers(rendered(document(cut(start, start + 0.4))))

    first = int(start * 30 + 0.5)
    assert shown == list(range(first, first + 12))


def test_a_trim_to_the_very_end_repeats_nothing(rendered: Rendered) -> None:
    assert numbers(rendered(document(cut(2.5, 3.0)))) == list(range(75, 90))


def test_cuts_follow_each_other_in_the_documents_order(rendered: Rendered) -> None:
    shown = numbers(rendered(document(cut(2, 2.2), cut(0, 0.1), cut(2, 2.1))))

    assert shown == [60, 61, 62, 63, 64, 65, 0, 1, 2, 60, 61, 62]


def test_twice_the_speed_shows_every_other_frame_and_half_shows_each_twice(rendered: Rendered) -> None:
    assert numbers(rendered(document(cut(0, 1, speed=2)))) == list(range(0, 30, 2))
    assert numbers(rendered(document(cut(1, 1.2, speed=0.5)))) == [n for n in range(30, 36) for _ in "ab"]


@pytest.mark.parametrize(("clip", "rate"), [("slow", 25), ("film", 24000 / 1001)])
def test_a_source_of_another_frame_rate_keeps_its_speed(rendered: Rendered, clip: str, rate: float) -> None:
    shown = numbers(rendered(document(cut(0.2, 1.7, clip=clip))))

    assert len(shown) == 45
    assert all(abs(number - (0.2 + index / 30) * rate) <= 1.01 for index, number in enumerate(shown))


def test_a_renders_timestamps_are_evenly_spaced(rendered: Rendered) -> None:
    with av.open(str(rendered(document(cut(0, 0.7), cut(1, 1.6))))) as container:
        stream = container.streams.video[0]
        stamps = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None)
        step = 1 / (30 * Fraction(stream.time_base or 0))

    assert [stamp - stamps[0] for stamp in stamps] == [n * step for n in range(39)]


def test_silent_clips_have_no_sound_and_are_silent_beside_one_that_has(rendered: Rendered) -> None:
    with av.open(str(rendered(document(cut(0, 0.5))))) as container:
        assert not container.streams.audio

    levels = loudness(rendered(document(cut(0, 0.5), cut(0.5, 1, clip="loud"), cut(0, 0.5))))
    assert levels[0] < 0.001 < 0.05 < levels[1]
    assert levels[2] < 0.001


def test_sound_lasts_as_long_as_the_picture_at_any_speed(rendered: Rendered) -> None:
    for speed in (0.3, 1, 3.7):
        levels = loudness(rendered(document(cut(0.2, 1.7, clip="loud", speed=speed))), parts=4)
        assert min(levels) > 0.05


def loudness(path: Path, parts: int = 3) -> list[float]:
    """RMS of the middle of each of `parts` equal parts of the sound, which lasts as long as the picture."""
    with av.open(str(path)) as container:
        picture = container.streams.video[0]
        seconds = float(picture.frames / Fraction(picture.average_rate or 0))
    with av.open(str(path)) as container:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    assert abs(len(sound) / 48_000 - seconds) <= 1024 / 48_000
    thirds = (part[len(part) // 4 : -len(part) // 4] for part in np.array_split(sound, parts))
    return [float(np.sqrt(np.mean(part**2))) for part in thirds]


def test_a_caption_is_shown_from_its_first_frame_to_its_last_and_no_longer(rendered: Rendered) -> None:
    said = {"text": r"龙舟 {\an7}\N", "start": 0.1, "end": 0.2, "style": "title"}
    canvas = {"canvas": {"size": [320, 192]}}
    plain = pictures(rendered(document(cut(0, 0.3), **canvas)))
    titled = pictures(rendered(document(cut(0, 0.3), captions=[said], **canvas)))

    changed = [bool((np.abs(a.astype(int) - b) > 90).any()) for a, b in zip(plain, titled, strict=True)]
    assert changed == [False] * 3 + [True] * 3 + [False] * 3


def test_chinese_is_drawn_and_not_as_missing_glyphs(rendered: Rendered) -> None:
    def titled(text: str) -> Path:
        said = {"text": text, "end": 0.1, "style": "title"}
        return rendered(document(cut(0, 0.1), captions=[said], canvas={"size": [320, 192]}))

    first, second = (pictures(titled(text))[1].astype(int) for text in ("端午", "龙舟"))
    assert (np.abs(first - second) > 90).any()  # missing glyphs would all be the same box


def test_a_cancelled_render_leaves_no_file_and_its_exception_is_not_caught(
    clips: dict[str, Source], tmp_path: Path
) -> None:
    class Cancelled(Exception):
        pass

    def cancel() -> None:
        raise Cancelled

    whole = parse(document(cut(0, 3)))
    with pytest.raises(Cancelled):
        render(whole, clips, tmp_path / "out.mp4", workdir=tmp_path, progress=Recorder(cancel))
    assert list(tmp_path.iterdir()) == []


def test_a_render_reports_frame_by_frame(rendered: Rendered) -> None:
    recorder = Recorder()
    rendered(document(cut(0, 3)), progress=recorder)

    frames = [done for _, done, _ in recorder.steps]
    assert frames == sorted(frames)
    assert frames[-1] == 90


def test_rendering_twice_gives_the_same_bytes(rendered: Rendered) -> None:
    value = document(cut(0.2, 0.8), cut(0, 0.5, clip="loud"))
    first = rendered(value).read_bytes()

    assert rendered(value).read_bytes() == first


def test_a_cut_past_the_end_or_of_an_unknown_clip_is_refused_before_ffmpeg_starts(
    clips: dict[str, Source], tmp_path: Path
) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        compile(parse(document(cut(0, 3.2), cut(0, 1, clip="nobody"))), clips, tmp_path / "out.mp4")

    problems = {problem.field: problem.code for problem in caught.value.problems}
    assert problems == {"clips[0].end": "beyond-clip", "clips[1].clip": "edit-clip-not-found"}


def test_the_command_holds_no_text_of_a_person_and_opens_nothing_but_files(
    clips: dict[str, Source], tmp_path: Path
) -> None:
    said = {"text": "drawtext=textfile=/etc/passwd", "start": 0, "end": 1}
    command = compile(parse(document(cut(0, 1), captions=[said])), clips, tmp_path / "out.mp4")

    assert "passwd" not in " ".join(command.args)
    assert "passwd" in command.files[CAPTIONS_FILE]
    inputs = [command.args[at + 1] for at, argument in enumerate(command.args) if argument == "-i"]
    assert all(name.startswith("file:") for name in inputs)
    assert "30 frames, 160×96" in explain(command)


def test_a_picture_is_scaled_once_or_not_at_all(clips: dict[str, Source], tmp_path: Path) -> None:
    def scalings(value: dict[str, Any]) -> int:
        return " ".join(compile(parse(value), clips, tmp_path / "out.mp4").args).count("scale=")

    assert scalings(document(cut(0, 1))) == 0
    assert scalings(document(cut(0, 1), canvas={"aspect": "9:16"}, delivery={"short_side": 1080})) == 1


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits())
def test_any_valid_document_renders_with_exactly_its_frames(
    clips: dict[str, Source], tmp_path: Path, value: dict[str, Any]
) -> None:
    found = render(parse(value), clips, tmp_path / "out.mp4", workdir=tmp_path)

    assert found.frames == parse(value).frames
    assert not found.variable_rate


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(broken())
def test_any_document_with_one_wrong_thing_is_refused_before_ffmpeg_starts(
    clips: dict[str, Source], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: dict[str, Any]
) -> None:
    def started(*_: Any, **__: Any) -> None:
        raise AssertionError("ffmpeg was started")

    monkeypatch.setattr(ffmpeg, "run", started)
    with pytest.raises(DocumentInvalid) as caught:
        render(parse(value), clips, tmp_path / "out.mp4", workdir=tmp_path)

    assert all(problem.field is not None and str(problem) for problem in caught.value.problems)


def test_a_variable_rate_is_made_constant(folder: Path, tmp_path: Path) -> None:
    uneven = folder / "uneven.mp4"
    slower = ["-vf", "setpts='if(lt(N,30),N,30+(N-30)*3)/30/TB'", "-fps_mode", "vfr", *MASTER_X264]
    ffmpeg.run(
        [*ffmpeg.safe_input(numbered(folder / "even.mp4", frames=45)), *slower, str(uneven)], cwd=folder
    )
    source = open_source(uneven)
    render(parse(document(cut(0.5, 2))), {"a": source}, tmp_path / "out.mp4", workdir=tmp_path)

    assert source.probe.variable_rate
    assert numbers(tmp_path / "out.mp4") == [*range(15, 30), *[30 + n // 3 for n in range(30)]]


def test_many_renders_in_one_process_leave_no_thread_behind(rendered: Rendered) -> None:
    before = threading.active_count()
    for _ in range(3):
        rendered(document(cut(0, 0.2)))

    assert threading.active_count() == before
