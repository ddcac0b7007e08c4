"""Pictures as phones and apps make them: each is taken, upright and stripped; what moves becomes a clip."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from library.media import errors, ingest
from library.media.guard import apart
from library.media.ingest import pictures
from library.media.picture import frame_at
from library.media.sniff import sniff
from library.models import Clip, Still
from tests.library.conftest import Upload

LIMITS = ingest.UploadLimits()
HOME = "home address"
Maker = Callable[[Path, Image.Image, Image.Exif], None]


def _pillow(path: Path, picture: Image.Image, exif: Image.Exif) -> None:
    picture.save(path, exif=exif)


def _plain(path: Path, picture: Image.Image, _: Image.Exif) -> None:
    picture.save(path)


def _heic(path: Path, picture: Image.Image, exif: Image.Exif) -> None:
    pillow_heif.from_pillow(picture).save(path, exif=exif.tobytes(), quality=90)


TURNED: dict[str, Maker] = {"a.heic": _heic, "b.avif": _pillow, "c.webp": _pillow}
AS_THEY_LIE: dict[str, Maker] = {"d.gif": _plain, "e.bmp": _plain}


def two_halves(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """Red above, blue below."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (0, size[1] // 2, *size))
    return picture


def lying_on_its_side() -> tuple[Image.Image, Image.Exif]:
    """As a phone held upright takes it: to be turned by a quarter to the right, with its place."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, HOME
    exif.get_ifd(0x8825)[1] = "N"
    return two_halves().transpose(Image.Transpose.ROTATE_90), exif


def kept(path: Path, folder: Path) -> Image.Image:
    found = ingest.inspect(path, LIMITS)
    target = folder / f"kept{found.kept.suffix}"
    ingest.still(path, target, limits=LIMITS)
    with Image.open(target) as picture:
        picture.load()
    return picture


@pytest.mark.parametrize("name", [*TURNED, *AS_THEY_LIE])
def test_a_picture_is_kept_upright_and_without_a_trace_of_where_it_was_taken(
    name: str, tmp_path: Path
) -> None:
    picture, exif = lying_on_its_side() if name in TURNED else (two_halves(), Image.Exif())
    (TURNED | AS_THEY_LIE)[name](tmp_path / name, picture, exif)

    found = kept(tmp_path / name, tmp_path)

    assert found.format == ("JPEG" if name in TURNED else "PNG")
    assert found.size == (96, 64)
    assert not found.getexif()
    assert not {"exif", "xmp"} & set(found.info)
    above, below = (np.array(found.convert("RGB").getpixel((48, y)), int) for y in (8, 56))
    assert np.abs(above - (255, 0, 0)).max() < 12
    assert np.abs(below - (0, 0, 255)).max() < 12


@pytest.mark.parametrize("name", ["a.heic", "b.avif", "c.webp", "d.gif"])
def test_what_is_transparent_stays_so(name: str, tmp_path: Path) -> None:
    clear = Image.new("RGBA", (64, 48), (255, 0, 0, 255))
    clear.paste((0, 0, 0, 0), (0, 0, 32, 48))
    _heic(tmp_path / name, clear, Image.Exif()) if name == "a.heic" else clear.save(tmp_path / name)

    found = kept(tmp_path / name, tmp_path)

    assert (found.format, found.mode) == ("PNG", "RGBA")
    assert [found.getpixel((x, 20))[3] for x in (8, 56)] == [0, 255]  # type: ignore[index]


def test_of_several_pictures_in_one_file_the_primary_is_kept(tmp_path: Path) -> None:
    several = pillow_heif.from_pillow(Image.new("RGB", (64, 64), "blue"))
    several.add_from_pillow(two_halves())
    several.save(tmp_path / "burst.heic", primary_index=1)

    assert ingest.inspect(tmp_path / "burst.heic", LIMITS).kind.medium == "picture"
    assert kept(tmp_path / "burst.heic", tmp_path).size == (96, 64)


GREYS = (40, 90, 140, 190)
SECONDS = (0.1, 0.3, 0.2, 0.4)


def moving(path: Path, *, transparent: bool = False, **options: Any) -> Path:
    """Four greys, each as long as SECONDS says, played without end."""
    size = (96, 64)
    frames = [Image.new("RGBA" if transparent else "RGB", size, (grey,) * 3) for grey in GREYS]
    if transparent:
        for frame in frames:
            frame.paste((255, 255, 255, 0), (0, 0, 48, 64))
    duration = [round(1000 * lasts) for lasts in SECONDS]
    timed: dict[str, Any] = {"duration": duration, "loop": 0} | options
    frames[0].save(path, save_all=True, append_images=frames[1:], **timed)
    return path


def shown(path: Path, seconds: float, x: int = 70) -> int:
    return int(np.asarray(frame_at(path, seconds))[32, x, 1])


@pytest.mark.parametrize("name", ["a.gif", "b.webp", "c.avif"])
@pytest.mark.parametrize("transparent", [False, True])
def test_what_moves_is_played_once_at_its_own_times_and_over_black(
    name: str, transparent: bool, tmp_path: Path
) -> None:
    path = moving(tmp_path / name, transparent=transparent)
    found = ingest.inspect(path, LIMITS)

    master = ingest.video(path, tmp_path / "made.mp4", found)

    assert found.kind.medium == "video"
    assert (master.width, master.height, master.frames, master.has_audio) == (96, 64, 30, False)
    middles = (0.05, 0.25, 0.5, 0.8)
    assert [shown(tmp_path / "made.mp4", at) for at in middles] == pytest.approx(GREYS, abs=4)
    if transparent:
        assert [shown(tmp_path / "made.mp4", at, x=20) for at in middles] == pytest.approx([0] * 4, abs=4)


def test_frames_that_last_no_time_last_a_tenth_of_a_second_as_in_browsers(tmp_path: Path) -> None:
    found = ingest.inspect(moving(tmp_path / "a.gif", duration=0), LIMITS)

    assert found.probe is not None
    assert (found.probe.frames, found.probe.seconds) == (4, pytest.approx(0.4))


def test_a_moving_picture_is_bounded_by_the_pixels_of_all_its_frames(tmp_path: Path) -> None:
    path, few = moving(tmp_path / "a.webp"), ingest.UploadLimits(moving_pixels=3 * 96 * 64)

    with pytest.raises(errors.MovingTooLarge, match="96×64"):
        ingest.inspect(path, few)


def test_a_moving_picture_on_its_side_stands_up(tmp_path: Path) -> None:
    picture, exif = lying_on_its_side()
    path = tmp_path / "a.webp"
    picture.save(path, save_all=True, append_images=[Image.new("RGB", picture.size)], duration=500, exif=exif)

    master = ingest.video(path, tmp_path / "made.mp4", ingest.inspect(path, LIMITS))

    assert (master.width, master.height) == (96, 64)
    above, below = (np.asarray(frame_at(tmp_path / "made.mp4", 0))[y, 48] for y in (8, 56))
    assert above[0] > 200 > 60 > above[2]
    assert below[2] > 200 > 60 > below[0]


@pytest.mark.parametrize(("name", "maker"), [*(TURNED | AS_THEY_LIE).items()])
def test_half_a_picture_of_any_kind_is_refused(name: str, maker: Maker, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (160, 160, 3), np.uint8)
    maker(tmp_path / name, Image.fromarray(noise), Image.Exif())
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 3])

    with pytest.raises(errors.Unreadable):
        kept(tmp_path / name, tmp_path)


def claiming(path: Path, old: tuple[int, int], new: tuple[int, int], width: int, order: str) -> Path:
    """The file at `path` with every size `old` written as `new`, in fields of `width` bytes."""
    before, after = (b"".join(side.to_bytes(width, order) for side in size) for size in (old, new))  # type: ignore[arg-type]
    data = path.read_bytes()
    assert before in data
    path.write_bytes(data.replace(before, after))
    return path


@pytest.mark.slow
def test_a_picture_that_claims_to_be_huge_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    moving(tmp_path / "a.gif")
    claiming(tmp_path / "a.gif", (96, 64), (60_000, 60_000), 2, "little")
    _heic(tmp_path / "b.heic", two_halves(), Image.Exif())
    claiming(tmp_path / "b.heic", (96, 64), (30_000, 30_000), 4, "big")
    two_halves().save(tmp_path / "c.bmp")
    claiming(tmp_path / "c.bmp", (96, 64), (30_000, 30_000), 4, "little")

    for name in ("a.gif", "b.heic", "c.bmp"):
        with pytest.raises((errors.TooManyPixels, errors.MovingTooLarge)):
            kept(tmp_path / name, tmp_path)


def test_nothing_of_a_picture_is_decoded_by_the_process_that_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _heic(tmp_path / "a.heic", two_halves(), Image.Exif())
    monkeypatch.setattr(Image, "open", None)

    assert ingest.inspect(tmp_path / "a.heic", LIMITS).kind.container == "heic"
    assert ingest.still(tmp_path / "a.heic", tmp_path / "out.jpg", limits=LIMITS) == (96, 64)


def test_a_worker_that_is_told_to_stop_stops_a_moving_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apart.ask("library.media.ingest.pictures", "x", "1", limits=pictures.APART, check=stop)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_phones_photo_becomes_a_still_and_its_moving_picture_a_clip(
    upload: Upload, work_all: Any, tmp_path: Path
) -> None:
    _heic(tmp_path / "IMG_0001.HEIC", two_halves(), Image.Exif())

    still = upload(tmp_path / "IMG_0001.HEIC").json()
    clip = upload(moving(tmp_path / "sticker.webp")).json()
    work_all()

    assert (still["kind"], still["still"]["content_type"]) == ("still", "image/jpeg")
    assert Still.objects.get().key.endswith(".jpg")
    assert (clip["kind"], clip["clip"]["seconds"]) == ("clip", 1)
    assert (Clip.objects.get().state, Clip.objects.get().frames) == ("ready", 30)


BRANDS = {
    b"heic" + bytes(4) + b"mif1heic": "heic",
    b"mif1" + bytes(4) + b"mif1heic": "heic",
    b"msf1" + bytes(4) + b"msf1hevc": "heic",
    b"mif1" + bytes(4) + b"mif1avif": "avif",
    b"avis" + bytes(4) + b"avifavis": "avif",
    b"isom" + bytes(4) + b"isommp41": "mp4",
    b"3gp5" + bytes(4) + b"3gp5isom": "3gp",
    b"qt  " + bytes(4) + b"qt  ": "mov",
    b"M4A " + bytes(4) + b"M4A mp42": "m4a",
}


@pytest.mark.parametrize("brands", BRANDS)
def test_the_brands_of_an_iso_file_say_what_it_is(brands: bytes, tmp_path: Path) -> None:
    length = (8 + len(brands)).to_bytes(4)
    (tmp_path / "file").write_bytes(length + b"ftyp" + brands + bytes(64))

    assert sniff(tmp_path / "file").container == BRANDS[brands]
