"""Every row of the table of colours in docs/media.md: what goes in comes out, of an upload and of an edit."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace

from editing.engine.document import parse
from editing.engine.render.render import render
from editing.engine.source import open_source
from library.media import colour
from library.media.guard import ffmpeg
from library.media.ingest import InspectedFile, video
from library.media.probe import probe, probe_apart
from library.media.sniff import sniff
from tests.library.painted import RGB, Painted, painted

Way = Callable[[Path, Path], Path]  # (source, target) → target
MOST = 6  # levels of 255
GREEN, RED, GREY, DUSK = (32, 176, 64), (192, 48, 48), (120, 120, 120), (150, 60, 60)
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "crf=4:log-level=error", "-tag:v", "hvc1")
VP8 = ("-c:v", "libvpx", "-crf", "4", "-b:v", "9M", "-deadline", "realtime", "-cpu-used", "16")
VP9 = ("-c:v", "libvpx-vp9", "-crf", "4", "-b:v", "0", "-deadline", "realtime")
AV1 = ("-c:v", "libaom-av1", "-crf", "4", "-cpu-used", "8")
PRORES = ("-c:v", "prores_ks")
BT709 = ":colorspace=bt709"
SAID = ":colorspace={}:color_primaries={}:color_trc={}"

HD, SD = Painted(size=(1280, 720)), Painted(matrix="smpte170m")
DEEP = Painted(pixels="yuv420p10le", encoder=X265)
WIDE = replace(DEEP, matrix="bt2020nc", primaries="bt2020")
P3 = replace(DEEP, primaries="smpte432")
PQ = replace(WIDE, curve="pq")

ROWS: dict[str, tuple[RGB, Painted]] = {
    "HD that names nothing": (GREEN, HD),
    "HD upright that names nothing": (GREEN, replace(HD, size=(720, 1280))),
    "SD that names nothing": (GREEN, SD),
    "SD in BT.709": (GREEN, Painted(says=BT709)),
    "FCC": (GREEN, Painted(matrix="fcc", says=":colorspace=fcc")),
    "SMPTE 240M": (GREEN, Painted(matrix="smpte240m", says=":colorspace=smpte240m")),
    "YCgCo": (GREEN, Painted("yuv444p", "ycgco", says=":colorspace=ycgco")),
    "full range": (GREEN, Painted(full=True, says=BT709)),
    "full range, 4:4:4": (GREEN, replace(SD, pixels="yuv444p", full=True)),
    "4:2:2, 10 bits": (GREEN, Painted("yuv422p10le", says=BT709)),
    "12 bits, odd sides": (
        GREEN,
        Painted("yuv420p12le", full=True, size=(65, 63), says=BT709, encoder=AV1, name="in.webm"),
    ),
    "odd sides": (GREEN, replace(SD, size=(65, 63), encoder=VP9, name="in.webm")),
    "VP8, which is always BT.601": (
        GREEN,
        replace(SD, size=(1280, 720), encoder=VP8, name="in.webm"),
    ),
    "grey": (GREY, Painted("gray", encoder=X265)),
    "grey, full range": (GREY, Painted("gray", full=True, encoder=X265)),
    "RGB": (GREEN, Painted("gbrp", "gbr", full=True, encoder=("-c:v", "libx264rgb", "-crf", "4"))),
    "ProRes": (GREEN, Painted("yuv422p10le", says=BT709, encoder=PRORES, name="in.mov")),
    "BT.601 primaries": (
        GREEN,
        replace(SD, primaries="smpte170m", says=SAID.format("smpte170m", "smpte170m", "smpte170m")),
    ),
    "BT.2020 without HDR": (RED, replace(WIDE, says=SAID.format("bt2020nc", "bt2020", "bt2020-10"))),
    "BT.2020 that names its primaries only": (RED, replace(WIDE, says=":color_primaries=bt2020")),
    "BT.2020 that names its matrix only": (RED, replace(WIDE, says=":colorspace=bt2020nc")),
    "Display P3": (
        RED,
        replace(
            DEEP, primaries="smpte432", curve="srgb", says=SAID.format("bt709", "smpte432", "iec61966-2-1")
        ),
    ),
    "Display P3, the curve of BT.709": (
        RED,
        replace(P3, says=SAID.format("bt709", "smpte432", "bt709")),
    ),
    "sRGB's curve": (DUSK, Painted(says=SAID.format("bt709", "bt709", "iec61966-2-1"))),
    "PQ": (DUSK, replace(PQ, says=SAID.format("bt2020nc", "bt2020", "smpte2084"))),
    "PQ that names its primaries only": (
        DUSK,
        replace(PQ, says=":color_primaries=bt2020:color_trc=smpte2084"),
    ),
    "PQ that names its matrix only": (DUSK, replace(PQ, says=":colorspace=bt2020nc:color_trc=smpte2084")),
    "PQ that names nothing else": (DUSK, replace(PQ, says=":color_trc=smpte2084")),
    "PQ in BT.709": (
        DUSK,
        replace(PQ, matrix="bt709", primaries="bt709", says=SAID.format("bt709", "bt709", "smpte2084")),
    ),
}
CONTAINERS = {
    "H.264": (HD.encoder, "in.mp4"),
    "HEVC, which clears what its container says": (X265, "in.mp4"),
    "VP9": (VP9, "in.webm"),
    "AV1": (AV1, "in.mp4"),
}


def uploaded(path: Path, target: Path) -> Path:
    video(path, target, InspectedFile(sniff(path), probe(path)))
    return target


def edited(path: Path, target: Path) -> Path:
    canvas = {"size": [32, 32]}
    cut = {"clip": "a", "start": 0, "end": 0.1}
    source = {"a": open_source(path)}
    render(parse({"version": 1, "canvas": canvas, "clips": [cut]}), source, target, workdir=target.parent)
    return target


def seen(path: Path) -> np.ndarray:
    """The middle row of the first frame of a master, RGB, as a player shows it."""
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        said = frame.colorspace, frame.color_range, frame.color_primaries, frame.color_trc
    assert said == (1, 1, 1, 1)
    shown = frame.reformat(
        format="rgb24", src_colorspace=Colorspace.ITU709, src_color_range=ColorRange.MPEG
    ).to_ndarray()
    return shown[shown.shape[0] // 2].astype(int)


def off(path: Path, wanted: RGB) -> int:
    """Levels of the channel that is furthest from `wanted`, in the middle."""
    row = seen(path)
    return int(np.abs(row[len(row) // 2] - wanted).max())


@pytest.mark.parametrize("row", ROWS)
def test_a_colour_is_uploaded_as_what_the_file_means(tmp_path: Path, row: str) -> None:
    wanted, how = ROWS[row]

    assert off(uploaded(painted(tmp_path, wanted, how), tmp_path / "out.mp4"), wanted) <= MOST


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.slow
def test_a_raw_file_is_edited_in_the_same_colour(tmp_path: Path, row: str) -> None:
    wanted, how = ROWS[row]

    assert off(edited(painted(tmp_path, wanted, how), tmp_path / "out.mp4"), wanted) <= MOST


@pytest.mark.parametrize("kind", CONTAINERS)
def test_what_the_stream_does_not_say_its_container_does(tmp_path: Path, kind: str) -> None:
    encoder, name = CONTAINERS[kind]
    how = Painted("yuv420p", "bt2020nc", "bt2020", encoder=encoder, name=name)
    silent, said = painted(tmp_path, RED, how), tmp_path / f"said{Path(name).suffix}"
    names = ("-colorspace", "bt2020nc", "-color_primaries", "bt2020", "-color_trc", "bt2020-10")
    ffmpeg.run(["-i", silent.name, "-c", "copy", *names, said.name], cwd=tmp_path)

    assert probe_apart(said).colours.primaries == 9
    assert off(uploaded(said, tmp_path / "out.mp4"), RED) <= MOST


def test_hlg_keeps_its_hue_and_its_greys_grey(tmp_path: Path) -> None:
    says = ":color_trc=arib-std-b67"
    red = seen(uploaded(painted(tmp_path, RED, replace(PQ, says=says)), tmp_path / "red.mp4"))[16]
    grey = seen(uploaded(painted(tmp_path, GREY, replace(PQ, says=says)), tmp_path / "grey.mp4"))[16]

    assert red[0] > 1.5 * max(red[1:])
    assert np.ptp(grey) <= 3
    assert 40 < grey.mean() < 230


@pytest.mark.parametrize(
    "how",
    [
        Painted("yuva420p", "smpte170m", encoder=(*VP8, "-auto-alt-ref", "0"), name="in.webm"),
        Painted("yuva420p", encoder=VP9, name="in.webm", says=BT709),
        Painted("yuva444p10le", encoder=(*PRORES, "-profile:v", "4444"), name="in.mov", says=BT709),
    ],
    ids=["VP8", "VP9", "ProRes 4444"],
)
@pytest.mark.parametrize("way", [uploaded, edited], ids=["uploaded", "edited"])
def test_what_is_transparent_lies_over_black(tmp_path: Path, how: Painted, way: Way) -> None:
    magenta = np.zeros((64, 96, 4), np.uint8)
    magenta[...] = (255, 0, 255, 0)
    magenta[:, 32:64, 3], magenta[:, 64:, 3] = 128, 255
    (tmp_path / "raw").write_bytes(magenta.tobytes() * 3)
    raw = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", "96x64", "-r", "30", "-i", "raw"]
    coded = (
        f"scale=out_color_matrix={how.matrix}:out_range=tv,format={how.pixels},setparams=range=tv{how.says}"
    )
    ffmpeg.run([*raw, "-vf", coded, *how.encoder, how.name], cwd=tmp_path)

    row = seen(way(tmp_path / how.name, tmp_path / "out.mp4"))
    middles = [len(row) // 12, len(row) // 2, -len(row) // 12]  # far from the edges, where chroma is shared
    assert np.abs(row[middles] - [(0, 0, 0), (128, 0, 128), (255, 0, 255)]).max() <= 8


@pytest.mark.parametrize("matrix", [0, 3, 11, 13, 14, 15, 17])
@pytest.mark.parametrize("transfer", [1, 3, 8, 13, 16, 17, 18])
def test_no_tag_makes_a_file_fail(tmp_path: Path, matrix: int, transfer: int) -> None:
    """Whatever a stream may say: reserved codes, and those that contradict each other."""
    tags = colour.Tags(matrix=matrix, primaries=10 + matrix % 3, transfer=transfer, size=(64, 64))
    chain = colour.chain(colour.scaled_to_bt709(colour.meaning(tags), (32, 32)))
    card = ["-f", "lavfi", "-i", "color=red:s=64x64:r=30,format=yuv420p"]

    ffmpeg.run([*card, "-vf", f"{chain},format=yuv420p", "-frames:v", "1", "-f", "null", "-"], cwd=tmp_path)


@pytest.mark.parametrize(
    ("size", "matrix"),
    [
        ((640, 480), "smpte170m"),
        ((720, 576), "smpte170m"),
        ((960, 540), "smpte170m"),
        ((1024, 576), "smpte170m"),
        ((1280, 534), "bt709"),
        ((1280, 720), "bt709"),
        ((720, 1280), "bt709"),
        ((540, 960), "bt709"),
    ],
)
def test_above_standard_definition_what_is_not_named_is_bt709(size: tuple[int, int], matrix: str) -> None:
    unnamed = colour.Tags("yuv420p", 0, 2, 2, 2, size)

    assert colour.meaning(unnamed) == colour.Meaning("tv", matrix, "bt709", "bt709")


def test_an_effect_of_moviepy_sees_a_raw_file_in_its_colours(tmp_path: Path) -> None:
    wanted, how = ROWS["BT.2020 without HDR"]
    cut = {"clip": "a", "start": 0, "end": 0.1, "effects": [{"name": "moviepy.MirrorX"}]}
    source = {"a": open_source(painted(tmp_path, wanted, how))}
    document = {"version": 1, "canvas": {"size": [64, 64]}, "clips": [cut]}
    render(parse(document), source, tmp_path / "out.mp4", workdir=tmp_path)

    assert off(tmp_path / "out.mp4", wanted) <= MOST


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["blur", "crop"])
def test_raw_hdr_of_4k_is_edited_within_the_memory_of_an_edit(tmp_path: Path, mode: str) -> None:
    wanted, how = ROWS["PQ"]
    source = {"a": open_source(painted(tmp_path, wanted, replace(how, size=(3840, 2160))))}
    cut = {"clip": "a", "start": 0, "end": 0.1, "reframe": {"mode": mode}}
    delivery = {"short_side": 360}
    document = {"version": 1, "canvas": {"aspect": "9:16"}, "clips": [cut], "delivery": delivery}
    render(parse(document), source, tmp_path / "out.mp4", workdir=tmp_path)

    assert off(tmp_path / "out.mp4", wanted) <= MOST
