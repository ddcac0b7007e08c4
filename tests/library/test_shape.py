"""A master is upright and of square pixels; nothing in it is stretched, and no line of it is combed."""

import struct
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from library.media import ingest
from library.media.guard import ffmpeg
from library.media.picture import frame_at
from library.media.probe import probe

QUICK = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
SHARP = 4  # times as large as a disc is drawn, so that its edge is smooth
REALTIME = ("-c:v", "libvpx", "-b:v", "2M", "-deadline", "realtime", "-cpu-used", "8")


def master(source: Path) -> Path:
    target = source.with_name("master.mp4")
    found = ingest.inspect(source, ingest.UploadLimits())
    made = ingest.video(source, target, found)
    assert (made.width, made.height) == found.shape.size
    return target


def disc(
    folder: Path,
    name: str,
    size: tuple[int, int],
    *,
    pixel: float = 1,
    seconds: float = 0.1,
    more: tuple[str, ...] = QUICK,
) -> Path:
    """A film of a white disc on black; `pixel` is how many times as wide as high a pixel is shown."""
    width, height = size
    radius = 0.4 * min(width * pixel, height)
    picture = Image.new("L", (width * SHARP, height * SHARP))
    middle, across, down = (width * SHARP / 2, height * SHARP / 2), SHARP * radius / pixel, SHARP * radius
    box = (middle[0] - across, middle[1] - down, middle[0] + across, middle[1] + down)
    ImageDraw.Draw(picture).ellipse(box, fill=255)
    picture.resize(size, Image.Resampling.BOX).save(folder / f"{name}.png")
    looped = ["-loop", "1", "-framerate", "30", "-t", str(seconds), "-i", f"{name}.png"]
    ffmpeg.run([*looped, *more, name], cwd=folder)
    return folder / name


def roundness(path: Path, at: float = 0) -> float:
    """Width of what is white by its height."""
    grey = np.asarray(frame_at(path, at).convert("L")).astype(float)
    return float((grey.sum(0) > 255).sum() / (grey.sum(1) > 255).sum())


def turned(source: Path, name: str, *matrix: str) -> Path:
    ffmpeg.run([*matrix, "-i", source.name, "-c", "copy", name], cwd=source.parent)
    return source.with_name(name)


@pytest.mark.parametrize(
    ("size", "pixel", "shape"),
    [
        ((720, 576), "16:15", (768, 576)),  # DV, 4:3
        ((720, 576), "64:45", (1024, 576)),  # DV, 16:9
        ((720, 480), "8:9", (640, 480)),
        pytest.param((1440, 1080), "4:3", (1920, 1080), marks=pytest.mark.slow),  # HDV
        ((160, 90), "1:2", (80, 90)),
    ],
)
def test_pixels_that_are_not_square_become_so(
    tmp_path: Path, size: tuple[int, int], pixel: str, shape: tuple[int, int]
) -> None:
    wide, high = map(int, pixel.split(":"))
    more = ("-vf", f"setsar={wide}/{high}", *QUICK)

    made = master(disc(tmp_path, "in.mp4", size, pixel=wide / high, more=more))

    assert (probe(made).width, probe(made).height) == shape
    assert roundness(made) == pytest.approx(1, abs=0.04)


def test_the_container_may_say_the_shape_of_pixels(tmp_path: Path) -> None:
    plain = disc(tmp_path, "in.mp4", (160, 90), pixel=0.75)
    ffmpeg.run(["-i", plain.name, "-c", "copy", "-aspect", "4:3", "said.mkv"], cwd=tmp_path)

    made = master(tmp_path / "said.mkv")

    assert (probe(made).width, probe(made).height) == (120, 90)
    assert roundness(made) == pytest.approx(1, abs=0.04)


@pytest.mark.parametrize(
    "size",
    [(101, 57), (57, 101), (161, 90), (17, 33), pytest.param((1081, 1921), marks=pytest.mark.slow)],
)
def test_an_odd_size_is_cut_not_stretched(tmp_path: Path, size: tuple[int, int]) -> None:
    more = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p")

    made = master(
        disc(
            tmp_path,
            "in.mp4",
            size,
            more=more,
        )
    )

    found = probe(made)
    assert found.width % 2 == found.height % 2 == 0
    assert size[0] - found.width in (0, 1)
    assert size[1] - found.height in (0, 1)
    assert roundness(made) == pytest.approx(1, abs=0.04 if min(size) > 20 else 0.08)
    edges = np.asarray(frame_at(made, 0))[[0, -1], :, :]
    assert edges.max() < 16  # black, not the green of memory that nobody wrote


CORNERS = {  # of red, green, blue and black, in the order of reading, by what turns it
    (): "RGBK",
    ("-display_rotation", "90"): "GKRB",
    ("-display_rotation", "180"): "KBGR",
    ("-display_rotation", "270"): "BRKG",
    ("-display_hflip",): "GRKB",  # a front camera
    ("-display_vflip",): "BKRG",
    ("-display_rotation", "90", "-display_hflip"): "KGBR",
    ("-display_rotation", "270", "-display_hflip"): "RBGK",
    ("-display_rotation", "30"): "RGBK",  # no quarter: shown as it is coded
}


@pytest.mark.parametrize("matrix", CORNERS)
def test_a_display_matrix_turns_and_mirrors(tmp_path: Path, matrix: tuple[str, ...]) -> None:
    boxes = "drawbox=0:0:40:40:red:fill,drawbox=120:0:40:40:lime:fill,drawbox=0:50:40:40:blue:fill"
    card = f"color=black:s=160x90:r=30:d=0.1,{boxes}"
    ffmpeg.run(["-f", "lavfi", "-i", card, *QUICK, "in.mp4"], cwd=tmp_path)

    made = master(turned(tmp_path / "in.mp4", "turned.mov", *matrix))

    assert (probe(made).rotation, probe(made).mirrored) == (0, False)
    assert corners(made) == CORNERS[matrix]


def corners(path: Path) -> str:
    picture = np.asarray(frame_at(path, 0)).astype(int)
    names = {"R": (255, 0, 0), "G": (0, 255, 0), "B": (0, 0, 255), "K": (0, 0, 0)}
    found = (picture[y, x] for y in (10, -10) for x in (10, -10))
    return "".join(min(names, key=lambda name: np.abs(names[name] - colour).sum()) for colour in found)


@pytest.mark.parametrize("later", [(90, 160), (320, 180), (98, 50), (160, 122)])
def test_a_size_that_changes_midway_is_shown_whole_in_the_first(
    tmp_path: Path, later: tuple[int, int]
) -> None:
    for name, size in (("1.webm", (160, 90)), ("2.webm", later)):
        disc(tmp_path, name, size, seconds=0.3, more=REALTIME)
    (tmp_path / "both.txt").write_text("file 1.webm\nfile 2.webm\n")
    ffmpeg.run(["-f", "concat", "-i", "both.txt", "-c", "copy", "in.webm"], cwd=tmp_path)

    made = master(tmp_path / "in.webm")

    found = probe(made)
    assert (found.width, found.height, found.frames) == (160, 90, 18)
    assert roundness(made, 0.1) == pytest.approx(1, abs=0.05)
    assert roundness(made, 0.5) == pytest.approx(1, abs=0.08)


def test_a_turned_film_may_change_its_size(tmp_path: Path) -> None:
    parts = [
        disc(tmp_path, f"{n}.h264", size, seconds=0.2)
        for n, size in enumerate(((160, 90), (90, 160), (320, 180)))
    ]
    (tmp_path / "all.h264").write_bytes(b"".join(part.read_bytes() for part in parts))
    raw = ["-f", "h264", "-r", "30", "-i", "all.h264"]
    ffmpeg.run([*raw, "-c", "copy", "in.mp4"], cwd=tmp_path)

    made = master(turned(tmp_path / "in.mp4", "turned.mp4", "-display_rotation", "90"))

    assert (probe(made).width, probe(made).height, probe(made).frames) == (90, 160, 18)
    assert [roundness(made, at) for at in (0, 0.3, 0.5)] == pytest.approx([1] * 3, abs=0.08)


def test_what_a_coded_picture_says_to_crop_is_cropped(tmp_path: Path) -> None:
    crop = ("-bsf:v", "h264_metadata=crop_left=20:crop_right=20:crop_bottom=16")

    made = master(disc(tmp_path, "in.mp4", (160, 90), more=(*QUICK, *crop)))

    assert (probe(made).width, probe(made).height) == (120, 80)
    assert roundness(made) == pytest.approx(1, abs=0.04)


@pytest.mark.parametrize(
    ("aperture", "shape"),
    [
        ((120, 1, 80, 1, 0, 1, 0, 1), (120, 80)),
        ((100, 1, 90, 1, 20, 1, 0, 1), (100, 90)),  # its middle is to the right
        ((1207, 10, 80, 1, 0, 1, 0, 1), (120, 80)),
        ((400, 1, 80, 1, 0, 1, 0, 1), (160, 90)),  # beyond the picture: not followed
        ((120, 0, 80, 1, 0, 1, 0, 1), (160, 90)),
    ],
)
def test_a_clean_aperture_is_what_is_seen(
    tmp_path: Path, aperture: tuple[int, ...], shape: tuple[int, int]
) -> None:
    source = disc(tmp_path, "in.mov", (160, 90))
    source.write_bytes(with_clean_aperture(source.read_bytes(), aperture))

    made = master(source)

    assert (probe(made).width, probe(made).height) == shape
    if shape[0] != 100:
        assert roundness(made) == pytest.approx(1, abs=0.05)
    else:  # the disc, whose middle is at 80 of 160, is now at 80 − 50
        bright = np.asarray(frame_at(made, 0).convert("L")).astype(float).sum(0)
        assert bright.argmax() == pytest.approx(30, abs=3)


def with_clean_aperture(film: bytes, aperture: tuple[int, ...]) -> bytes:
    """A MOV, its index behind its pictures, with a `clap` at the end of its sample description."""
    data = bytearray(film)
    said = struct.pack(">I4sIIIIiIiI", 40, b"clap", *aperture)
    end = data.index(b"stts") - 4
    data[end:end] = said
    for box in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1"):
        at = data.index(box) - 4
        struct.pack_into(">I", data, at, struct.unpack_from(">I", data, at)[0] + len(said))
    return bytes(data)


FIELDS = {
    "tff": ("interleave_top", ("-flags", "+ilme+ildct", "-x264-params", "tff=1")),
    "bff": ("interleave_bottom", ("-flags", "+ilme+ildct", "-x264-params", "bff=1")),
    "mbaff": ("interleave_top", ("-preset", "fast", "-flags", "+ilme+ildct", "-x264-params", "tff=1")),
}


@pytest.mark.parametrize(
    ("order", "fields"), [("tff", "50"), ("tff", "60000/1001"), ("tff", "60"), ("bff", "50"), ("mbaff", "50")]
)
def test_two_fields_are_not_laid_together(tmp_path: Path, order: str, fields: str) -> None:
    source = interlaced(tmp_path, *FIELDS[order], fields=fields)

    made = master(source)

    assert combed(source) > 0.004
    assert combed(made) == 0
    places = bar(made)[2:-2]
    steps = np.diff(places[places.argmin() :])
    assert steps.min() > 0  # never back, as with the fields in the wrong order; never still, as at 25 of 50


def test_a_film_without_fields_is_left_as_it_is(tmp_path: Path) -> None:
    """Even if its coding allows for fields."""
    source = interlaced(tmp_path, "merge", ("-x264-params", "fake-interlaced=1"), fields="60")

    assert probe(source).frames > 0
    assert combed(master(source)) == 0


def test_fields_that_begin_midway_are_not_laid_together(tmp_path: Path) -> None:
    coding = ("-c:v", "mpeg2video", "-q:v", "2", "-f", "mpegts")
    for mode, more in (("merge", ()), ("interleave_top,fieldorder=tff", ("-flags", "+ilme+ildct"))):
        part = interlaced(tmp_path, mode, (*coding, *more), fields="60", seconds=1.5)
        part.rename(tmp_path / f"{mode[:5]}.ts")
    source = tmp_path / "in.ts"
    parts = (tmp_path / "merge.ts", tmp_path / "inter.ts")
    source.write_bytes(b"".join(part.read_bytes() for part in parts))

    assert combed(source) > 0.002
    assert combed(master(source)) == 0


def interlaced(
    folder: Path, mode: str, coding: tuple[str, ...], *, fields: str, seconds: float = 0.7
) -> Path:
    """A white bar that goes right, each of its places in one field; so many fields a second."""
    weave = f"tinterlace=mode={mode}" if mode != "merge" else "framestep=2"
    ground, white = (f"color={name}:s={size}:r={fields}:d={seconds}" for name, size in GROUND)
    graph = f"{ground}[a];{white}[b];[a][b]overlay=x='mod(n*4,300)',{weave}"
    args = ["-filter_complex", graph, "-c:v", "libx264", "-crf", "10", "-pix_fmt", "yuv420p", *coding]
    ffmpeg.run([*args, "in.mp4"], cwd=folder)
    return folder / "in.mp4"


GROUND = (("black", "320x96"), ("white", "20x96"))


def combed(path: Path) -> float:
    """The share of pixels that are unlike those above and below them, of the frames in the middle."""
    grey = _grey(path)[3:-3]
    between = np.abs(2 * grey[:, 1:-1] - grey[:, :-2] - grey[:, 2:])
    return float((between > 120).mean())


def bar(path: Path) -> NDArray[np.float64]:
    """Where the middle of the bar is in each frame, in pixels."""
    bright = np.clip(_grey(path).mean(1) - 24, 0, None)
    return np.asarray((bright * np.arange(bright.shape[1])).sum(1) / bright.sum(1))


def _grey(path: Path) -> NDArray[np.int16]:
    with av.open(str(path)) as media:
        return np.stack([frame.to_ndarray(format="gray") for frame in media.decode(video=0)]).astype(np.int16)
