"""The engine alone: documents and files in, one file out, every frame accounted for."""

import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editing.engine import graph
from editing.engine.compile import compile, explain
from editing.engine.document import parse
from editing.engine.errors import DocumentInvalid
from editing.engine.geometry import crop_box, fit_box
from editing.engine.render import render
from editing.engine.source import Source, open_source
from library.media import ffmpeg
from library.media.encode import MASTER_X264, Encoder
from library.media.shapes import ASPECTS, delivery_size
from tests.editing.material import cut, document, numbered, numbers, pictures

Rendered = Callable[..., Path]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="module")
def clips(folder: Path) -> dict[str, Source]:
    """`a`: 90 frames at 30 a second; `slow`: 50 at 25; `film`: 48 at 24000/1001; `wide`, `loud`."""
    files = {
        "a": numbered(folder / "a.mp4", frames=90),
        "slow": numbered(folder / "slow.mp4", frames=50, fps=25),
        "film": numbered(folder / "film.mp4", frames=48, fps=Fraction(24000, 1001)),
        "wide": numbered(folder / "wide.mp4", frames=10, size=(320, 180)),
        "loud": with_tone(folder, "loud", frames=60),
    }
    return {name: open_source(path) for name, path in files.items()}


@pytest.fixture
def rendered(clips: dict[str, Source], tmp_path: Path) -> Rendered:
    def make(value: dict[str, Any], **more: Any) -> Path:
        out = tmp_path / "out.mp4"
        render(parse(value), clips, out, workdir=tmp_path, **more)
        return out

    return make


def with_tone(folder: Path, name: str, *, frames: int) -> Path:
    """A numbered clip with a 440 Hz tone under it."""
    silent, out = numbered(folder / f"{name}-silent.mp4", frames=frames), folder / f"{name}.mp4"
    tone = ["-f", "lavfi", "-i", f"sine=440:d={frames / 30}", "-c:v", "copy", "-c:a", "aac"]
    ffmpeg.run([*ffmpeg.safe_input(silent), *tone, str(out)], cwd=folder)
    return out


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
def test_another_rate_keeps_its_pace(rendered: Rendered, clip: str, rate: float) -> None:
    shown = numbers(rendered(document(cut(0.2, 1.7, clip=clip))))

    assert len(shown) == 45
    assert all(abs(number - (0.2 + index / 30) * rate) <= 1.01 for index, number in enumerate(shown))


def test_a_render_lasts_its_frames_at_an_even_pace(rendered: Rendered) -> None:
    with av.open(str(rendered(document(cut(0, 0.7), cut(1, 1.6))))) as container:
        stream = container.streams.video[0]
        stamps = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None)
        step = 1 / (30 * Fraction(stream.time_base or 0))

    assert [stamp - stamps[0] for stamp in stamps] == [n * step for n in range(39)]


@pytest.mark.parametrize("aspect", sorted(ASPECTS))
@pytest.mark.parametrize("mode", ["crop", "pad", "blur"])
def test_a_reframe_has_the_size_of_its_aspect(rendered: Rendered, aspect: str, mode: str) -> None:
    framed = cut(0, 0.1, clip="wide", reframe={"mode": mode})
    out = rendered(document(framed, canvas={"aspect": aspect}, delivery={"short_side": 144}))

    width, height = delivery_size(aspect, 144)
    assert [picture.shape for picture in pictures(out)] == [(height, width, 3)] * 3


def test_720p_reframed_to_9_16_is_720_by_1280() -> None:
    assert parse(document(cut(0, 1), canvas={"aspect": "9:16"})).size == (720, 1280)


def test_a_crop_keeps_its_focus_in_view_and_stays_inside() -> None:
    left, right = (crop_box((1280, 720), (720, 1280), (x, 0.5)) for x in (0.0, 1.0))

    assert (left.x, left.width, left.height) == (0, 404, 720)
    assert right.x + right.width == 1280


@settings(deadline=None, max_examples=60)
@given(
    *[st.tuples(st.integers(16, 2000), st.integers(16, 2000)) for _ in "ab"], st.floats(0, 1), st.floats(0, 1)
)
def test_every_box_is_even_and_lies_inside(
    source: tuple[int, int], target: tuple[int, int], x: float, y: float
) -> None:
    for box, outer in ((crop_box(source, target, (x, y)), source), (fit_box(source, target), target)):
        assert box.x % 2 == box.y % 2 == box.width % 2 == box.height % 2 == 0
        assert 0 <= box.x <= box.x + box.width <= outer[0]
        assert 0 <= box.y <= box.y + box.height <= outer[1]
        assert min(box.width, box.height) >= 2


def test_padding_is_black_and_blur_is_the_picture(folder: Path, tmp_path: Path) -> None:
    grey = folder / "grey.mp4"
    with Encoder(grey, width=320, height=180, fps=30) as encoder:
        for _ in range(3):
            encoder.write(np.full((180, 320, 3), 200, np.uint8))
    tops = {}
    for mode in ("pad", "blur"):
        value = document(cut(0, 0.1, reframe={"mode": mode}), canvas={"aspect": "9:16"})
        render(parse(value), {"a": open_source(grey)}, tmp_path / "out.mp4", workdir=tmp_path)
        tops[mode] = int(pictures(tmp_path / "out.mp4")[0][20, 360, 0])

    assert tops["pad"] <= 3
    assert 100 < tops["blur"] < 180


def test_an_untouched_render_keeps_its_colours_and_says_what_they_are(folder: Path, tmp_path: Path) -> None:
    painted, out = folder / "painted.mp4", tmp_path / "out.mp4"
    colours = np.array([[250, 10, 10], [20, 200, 40], [30, 30, 230], [240, 220, 30]], np.uint8)
    picture = np.ascontiguousarray(np.repeat(np.repeat(colours[None], 96, axis=0), 40, axis=1))
    with Encoder(painted, width=160, height=96, fps=30, crf=8) as encoder:
        for _ in range(6):
            encoder.write(picture)
    render(parse(document(cut(0, 0.2))), {"a": open_source(painted)}, out, workdir=tmp_path)

    before, after = pictures(painted)[3].astype(int), pictures(out)[3].astype(int)
    middles = [20, 60, 100, 140]
    assert np.abs(before[48, middles] - after[48, middles]).max() <= 3
    with av.open(str(out)) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (
            1,
            1,
            1,
            1,
        )


def test_silent_clips_stay_silent_and_one_with_sound_lends_silence_to_the_rest(rendered: Rendered) -> None:
    with av.open(str(rendered(document(cut(0, 0.5))))) as container:
        assert not container.streams.audio

    levels = loudness(rendered(document(cut(0, 0.5), cut(0.5, 1, clip="loud"), cut(0, 0.5))))
    assert levels[0] < 0.001 < 0.05 < levels[1]
    assert levels[2] < 0.001


def test_sound_keeps_step_with_the_picture_at_any_speed(rendered: Rendered) -> None:
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


def test_a_caption_is_there_from_its_frame_to_its_last_and_not_one_longer(rendered: Rendered) -> None:
    said = {"text": r"龙舟 {\an7}\N", "start": 0.1, "end": 0.2, "style": "title"}
    canvas = {"canvas": {"size": [320, 192]}}
    plain = pictures(rendered(document(cut(0, 0.3), **canvas)))
    titled = pictures(rendered(document(cut(0, 0.3), captions=[said], **canvas)))

    changed = [bool((np.abs(a.astype(int) - b) > 90).any()) for a, b in zip(plain, titled, strict=True)]
    assert changed == [False] * 3 + [True] * 3 + [False] * 3


def test_a_cancelled_render_leaves_no_file_and_its_reason_goes_on(
    clips: dict[str, Source], tmp_path: Path
) -> None:
    class Cancelled(Exception):
        pass

    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        render(parse(document(cut(0, 3))), clips, tmp_path / "out.mp4", workdir=tmp_path, check=check)
    assert list(tmp_path.iterdir()) == []


def test_a_render_is_told_frame_by_frame(rendered: Rendered) -> None:
    heard: list[int] = []
    rendered(document(cut(0, 3)), on_frame=heard.append)

    assert heard == sorted(heard)
    assert heard[-1] == 90


def test_rendering_twice_gives_the_same_bytes(rendered: Rendered) -> None:
    value = document(cut(0.2, 0.8), cut(0, 0.5, clip="loud"))
    first = rendered(value).read_bytes()

    assert rendered(value).read_bytes() == first


def test_a_cut_past_the_end_or_of_an_unknown_clip_is_refused_before_ffmpeg_starts(
    clips: dict[str, Source], tmp_path: Path
) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        compile(parse(document(cut(0, 3.2), cut(0, 1, clip="nobody"))), clips, tmp_path / "out.mp4")

    told = {problem.field: problem.code for problem in caught.value.problems}
    assert told == {"clips[0].end": "beyond-clip", "clips[1].clip": "clip-unknown"}


def test_the_command_holds_no_text_of_a_person_and_opens_nothing_but_files(
    clips: dict[str, Source], tmp_path: Path
) -> None:
    said = {"text": "drawtext=textfile=/etc/passwd", "start": 0, "end": 1}
    command = compile(parse(document(cut(0, 1), captions=[said])), clips, tmp_path / "out.mp4")

    assert "passwd" not in " ".join(command.args)
    assert "passwd" in command.files[graph.CAPTIONS_FILE]
    inputs = [command.args[at + 1] for at, argument in enumerate(command.args) if argument == "-i"]
    assert all(name.startswith("file:") for name in inputs)
    assert "30 frames, 160×96" in explain(command)


def test_a_picture_is_scaled_once_or_not_at_all(clips: dict[str, Source], tmp_path: Path) -> None:
    def scalings(value: dict[str, Any]) -> int:
        return " ".join(compile(parse(value), clips, tmp_path / "out.mp4").args).count("scale=")

    assert scalings(document(cut(0, 1))) == 0
    assert scalings(document(cut(0, 1), canvas={"aspect": "9:16"}, delivery={"short_side": 1080})) == 1


@st.composite
def edits(draw: st.DrawFn) -> dict[str, Any]:
    clips = draw(st.lists(st.sampled_from(["a", "slow", "film", "loud"]), min_size=1, max_size=3))
    cuts = []
    for clip in clips:
        start = draw(st.floats(0, 1.4))
        end = start + draw(st.floats(0.15, 0.5))
        mode = draw(st.sampled_from(["crop", "pad", "blur"]))
        speed = draw(st.sampled_from([0.25, 0.7, 1, 1.5, 4]))
        cuts.append(cut(start, end, clip=clip, speed=speed, reframe={"mode": mode}))
    canvas = {"aspect": draw(st.sampled_from(sorted(ASPECTS))), "fps": draw(st.sampled_from([24, 30, 60]))}
    return document(*cuts, canvas=canvas, delivery={"short_side": draw(st.integers(32, 120))})


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits())
def test_any_valid_document_renders_with_exactly_its_frames(
    clips: dict[str, Source], tmp_path: Path, value: dict[str, Any]
) -> None:
    found = render(parse(value), clips, tmp_path / "out.mp4", workdir=tmp_path)

    assert found.frames == parse(value).frames
    assert not found.variable_rate


def test_a_rotated_phone_video_stands_upright(folder: Path, tmp_path: Path) -> None:
    lying = folder / "lying.mp4"
    turn = ["-display_rotation", "90", *ffmpeg.safe_input(numbered(folder / "flat.mp4", frames=6))]
    ffmpeg.run([*turn, "-c", "copy", str(lying)], cwd=folder)
    source = open_source(lying)
    value = document(cut(0, 0.2), canvas={"size": list(source.size)})
    render(parse(value), {"a": source}, tmp_path / "out.mp4", workdir=tmp_path)

    assert source.size == (96, 160)
    left, right = (pictures(tmp_path / "out.mp4")[1][80, x, 0] for x in (6, 90))
    assert {int(left) > 128, int(right) > 128} == {True, False}  # frame 1 of 8 stripes: one end is white


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
