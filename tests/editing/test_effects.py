"""Effects, stickers and the cover: what they change, and what they do not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from editing.engine.catalogue.effects import EFFECTS
from editing.engine.document import parse
from editing.engine.errors import DocumentInvalid
from editing.engine.render.command import cover_beside
from editing.engine.source import Source, open_source
from library.media.guard import process
from library.media.h264.encode import Encoder
from tests.editing.conftest import Rendered
from tests.editing.material import cut, document, pictures


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """Three frames of four upright stripes: red, green, blue and a light grey, darker and grainy below."""
    path = tmp_path_factory.mktemp("painted") / "painted.mp4"
    colours = np.array([[200, 40, 40], [40, 180, 60], [50, 60, 200], [190, 190, 190]], np.uint8)
    picture = np.repeat(np.repeat(colours[None], 96, axis=0), 40, axis=1)
    picture[48:] //= 2
    picture[64:] += np.random.default_rng(7).integers(0, 40, (32, 160, 1), np.uint8)  # for denoise to remove
    with Encoder(path, width=160, height=96, fps=30, crf=8) as encoder:
        for _ in range(3):
            encoder.write(np.ascontiguousarray(picture))
    return open_source(path)


@pytest.fixture
def seen(painted: Source, clips: dict[str, Source], rendered: Rendered) -> Any:
    """`seen(effect, …)`: the middle frame of the painted clip with those effects, as signed numbers."""
    clips["painted"] = painted

    def make(*effects: dict[str, Any], **more: Any) -> np.ndarray[Any, Any]:
        # the clip is silent; the gain only keeps an edit that changes nothing from being stream-copied
        edited = cut(0, 0.1, clip="painted", effects=list(effects), gain=-1)
        return pictures(rendered(document(edited, **more)))[1].astype(int)

    return make


@pytest.mark.parametrize("name", EFFECTS)
def test_every_effect_changes_the_picture_at_full_strength_and_keeps_its_size(seen: Any, name: str) -> None:
    strongest = {setting: bounds.most for setting, bounds in EFFECTS[name].settings.items()}
    before, after = seen(), seen({"name": name, **strongest})

    assert after.shape == before.shape
    assert np.abs(before - after).max() > 12


@pytest.mark.parametrize("name", ["vivid", "noir", "sepia", "blur", "grain", "sharpen", "vignette"])
def test_an_effect_of_no_amount_changes_nothing(seen: Any, name: str) -> None:
    assert np.abs(seen() - seen({"name": name, "amount": 0})).max() <= 8


def test_brightness_contrast_and_saturation_do_what_they_say(seen: Any) -> None:
    plain = seen()
    brighter, flatter, greyer = (
        seen({"name": name, "amount": amount})
        for name, amount in (("brightness", 0.2), ("contrast", 0.5), ("saturation", 0))
    )

    assert (brighter[20, 140] > plain[20, 140] + 20).all()
    assert np.ptp(flatter[[20, 56], 140, 0]) < 0.7 * np.ptp(plain[[20, 56], 140, 0])
    assert np.ptp(greyer[20, 20]) < 8 < np.ptp(plain[20, 20])


def test_warmth_moves_blue_to_red(seen: Any) -> None:
    plain, warm = seen()[20, 140], seen({"name": "warmth", "amount": 0.5})[20, 140]

    assert warm[0] > plain[0] + 10
    assert warm[2] < plain[2] - 10


def test_effects_are_applied_in_order(seen: Any) -> None:
    grey = seen({"name": "saturation", "amount": 0}, {"name": "warmth", "amount": 1})
    tinted = seen({"name": "warmth", "amount": 1}, {"name": "saturation", "amount": 0})

    assert np.ptp(grey[20, 140]) > 40 > 8 > np.ptp(tinted[20, 140])


def test_grain_does_not_depend_on_uninitialised_memory(
    rendered: Rendered, monkeypatch: pytest.MonkeyPatch
) -> None:
    value, kept = document(cut(0, 0.5, effects=[{"name": "grain"}])), process._environment()

    def filled_with(byte: int) -> bytes:
        monkeypatch.setattr(process, "_environment", lambda: kept | {"MALLOC_PERTURB_": str(byte)})
        return rendered(value).read_bytes()

    assert len({filled_with(byte) for byte in (1, 85, 170, 255)}) == 1


@pytest.mark.parametrize(
    ("effect", "path", "code"),
    [
        ({"name": "drawtext"}, "clips[0].effects[0].name", "not-one-of"),
        ({"name": "blur", "amount": 2}, "clips[0].effects[0].amount", "out-of-range"),
        ({"name": "blur", "sigma": 2}, "clips[0].effects[0].sigma", "unknown-field"),
        ({}, "clips[0].effects[0].name", "required"),
        ("blur", "clips[0].effects[0]", "wrong-type"),
    ],
)
def test_an_unknown_effect_or_setting_is_refused(effect: Any, path: str, code: str) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        parse(document(cut(0, 1, effects=[effect])))

    assert {problem.field: problem.code for problem in caught.value.problems}[path] == code


def test_a_sticker_is_at_its_position_from_its_first_frame_to_its_last(rendered: Rendered) -> None:
    on = {"still": "red", "start": 0.1, "end": 0.2, "x": 0.75, "y": 0.5, "width": 0.2}
    shown = pictures(rendered(document(cut(0, 0.3), stickers=[on])))

    red = [bool(picture[48, 120, 0] > 200 > 60 > picture[48, 120, 1]) for picture in shown]
    assert red == [False] * 3 + [True] * 3 + [False] * 3
    columns = [x for x in range(160) if shown[4][48, x, 0] > 150 > 100 > shown[4][48, x, 1]]
    assert (columns[0], columns[-1]) == pytest.approx((104, 135), abs=1)  # a fifth of 160, its middle at 120


def test_a_sticker_of_half_opacity_lets_half_of_the_picture_through(seen: Any) -> None:
    on = {"still": "red", "start": 0, "end": 0.1, "x": 0.9, "y": 0.2, "width": 0.1, "opacity": 0.5}
    plain, half = seen()[20, 144], seen(stickers=[on])[20, 144]

    assert half == pytest.approx((plain + np.array([255, 0, 0])) / 2, abs=12)


def test_the_cover_is_the_frame_at_its_time_and_the_picture_does_not_change(
    rendered: Rendered, seen: Any, tmp_path: Path
) -> None:
    plain = seen()
    covered = seen(cover=0.05)

    assert np.array_equal(plain, covered)
    with Image.open(cover_beside(tmp_path / "out.mp4")) as cover:
        assert (cover.format, cover.size) == ("JPEG", (160, 96))
        assert (
            np.abs(np.asarray(cover.convert("RGB")).astype(int) - plain)[20, [20, 60, 100, 140]].max() <= 10
        )


def test_a_cover_after_the_end_or_a_sticker_of_an_unknown_still_is_refused(rendered: Rendered) -> None:
    for more, path in (
        ({"cover": 2}, "cover"),
        ({"stickers": [{"still": "nobody", "start": 0, "end": 1}]}, "stickers[0].still"),
        ({"stickers": [{"still": "red", "start": 0, "end": 3}]}, "stickers[0].end"),
    ):
        with pytest.raises(DocumentInvalid) as caught:
            rendered(document(cut(0, 1), **more))
        assert [problem.field for problem in caught.value.problems] == [path]
