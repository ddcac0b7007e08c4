"""Framing and colours: sizes, boxes, borders and colours of what is rendered."""

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editing.engine.document import parse
from editing.engine.geometry import crop_box, fit_box
from editing.engine.render.render import render
from editing.engine.source import open_source
from library.media.guard import ffmpeg
from library.media.h264.encode import Encoder
from library.media.shapes import ASPECTS, delivery_size
from tests.editing.conftest import Rendered
from tests.editing.material import cut, document, numbered, pictures


@pytest.mark.parametrize("aspect", sorted(ASPECTS))
@pytest.mark.parametrize("mode", ["crop", "pad", "blur", "track"])
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


def test_a_rotated_phone_video_is_rendered_upright(folder: Path, tmp_path: Path) -> None:
    lying = folder / "lying.mp4"
    turn = ["-display_rotation", "90", *ffmpeg.safe_input(numbered(folder / "flat.mp4", frames=6))]
    ffmpeg.run([*turn, "-c", "copy", str(lying)], cwd=folder)
    source = open_source(lying)
    value = document(cut(0, 0.2), canvas={"size": list(source.size)})
    render(parse(value), {"a": source}, tmp_path / "out.mp4", workdir=tmp_path)

    assert source.size == (96, 160)
    left, right = (pictures(tmp_path / "out.mp4")[1][80, x, 0] for x in (6, 90))
    assert {int(left) > 128, int(right) > 128} == {True, False}  # frame 1 of 8 stripes: one end is white
