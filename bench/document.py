"""A whole edit against the same command written by hand: two clips, one faster in a crop that tracks its
subject, one on a blurred ground, a transition, captions, a label, ducked music, one loudness and a cover,
in one encode of 720×1280.

By hand means as well as one can: the same path of the crop, the same small blur, sound by `loudnorm` in its
single pass, which is what fits into one command. Ours decodes the sound once or twice more to measure it. To
find the path is no part of the command: what that costs is a figure of its own.
`python -m bench.document --draw FILE` draws its graph.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.costs import Cost, figure, in_turns
from editing.engine.document import Document, parse
from editing.engine.graph import build
from editing.engine.graph.finish import CAPTIONS_FILE, FONTS_FOLDER
from editing.engine.inspect.explain import graph_nodes
from editing.engine.inspect.svg import draw_svg
from editing.engine.render.render import render
from editing.engine.source import Sources, open_source
from editing.engine.tracking.track_cuts import track_cuts
from library.media import fonts
from library.media.guard import ffmpeg
from library.media.h264.encode import MASTER_X264
from library.media.probe import probe

RUNS = 3
CPU_TARGET, LOUDNESS_TARGET = 1.10, 0.5  # of the command by hand; LU from what was asked for
LOUDNESS = -14.0
VALUE = {
    "version": 1,
    "canvas": {"aspect": "9:16"},
    "clips": [
        {"clip": "boats", "start": 0.5, "end": 5.0, "speed": 1.5, "reframe": {"mode": "track"}},
        {
            "clip": "drums",
            "start": 1.0,
            "end": 4.5,
            "reframe": {"mode": "blur"},
            "transition": {"name": "wipeleft", "seconds": 0.5},
        },
    ],
    "captions": [
        {"text": "端午节日气氛", "start": 0.5, "end": 2.5, "style": "title"},
        {"text": "Dragon boats on the river", "start": 2.8, "end": 5.5},
        {"text": "人工智能生成", "start": 0, "end": 6, "style": "top"},
    ],
    "music": [{"track": "song", "gain": -6, "fade_in": 0.5, "fade_out": 1.0, "duck": True}],
    "cover": 1.0,
    "delivery": {"loudness": LOUDNESS},
}


def measure() -> list[dict[str, Any]]:
    """The figures: CPU and wall over the hand-written command, and how far both are from −14 LUFS."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources, document = _media(folder), parse(VALUE)
        outs = {way: folder / way / "out.mp4" for way in ("ours", "hand")}
        costs = in_turns(_ways(document, sources, outs), RUNS)
        _must_be_whole(outs["ours"], document)
        off = {way: abs(_loudness(out) - LOUDNESS) for way, out in outs.items()}
    hand, analysis = costs["hand"], costs["analysis"]
    pairs = zip(costs["ours"], analysis, strict=True)
    rendering = [Cost(both.cpu - finding.cpu, both.wall - finding.wall) for both, finding in pairs]
    timed = [figure(f"document-{unit}-v-hand", rendering, hand, unit, CPU_TARGET) for unit in ("cpu", "wall")]
    timed.append(figure("document-watching", analysis, hand, "cpu", None))
    loudness = {"ours": round(off["ours"], 2), "peer": round(off["hand"], 2), "ratio": None}
    told = {"name": "document-loudness", **loudness, "target": LOUDNESS_TARGET, "unit": "LU off", "runs": 1}
    return [*timed, told]


def _ways(document: Document, sources: Sources, outs: dict[str, Path]) -> dict[str, Callable[[], None]]:
    for out in outs.values():
        out.parent.mkdir()
    _write_files(document, sources, outs["hand"].parent)
    return {
        "ours": lambda: _ours(document, sources, outs["ours"]),
        "analysis": lambda: _analyse(document, sources),
        "hand": lambda: _by_hand(document, sources, outs["hand"]),
    }


def _ours(document: Document, sources: Sources, out: Path) -> None:
    """As a worker does it: look into the sources, measure the sound, render, look at what came out."""
    looked = {name: open_source(source.path) for name, source in sources.items()}
    render(document, looked, out, workdir=out.parent)


def _analyse(document: Document, sources: Sources) -> None:
    assert track_cuts(document, sources).crops, "the subject was not found"


def _by_hand(document: Document, sources: Sources, out: Path) -> None:
    """What somebody who knows ffmpeg would type; times and boxes are worked out on paper."""
    graph = ";".join(
        [
            "[0:v]sendcmd=f=cut0.cmd,crop@cut0=404:720:0:0:exact=1,scale=720:1280:flags=lanczos,setsar=1,setpts=PTS/1.5,fps=30,settb=1/30[v0]",
            "[1:v]split[b][f]",
            "[b]crop=404:720:438:0,scale=90:160:flags=area,gblur=sigma=5.6,lutyuv=y=16+(val-16)*0.7,"
            "scale=720:1280,setsar=1[back]",
            "[f]scale=720:404:flags=lanczos,setsar=1[front]",
            "[back][front]overlay=0:438:format=yuv420,fps=30,settb=1/30[v1]",
            "[v0][v1]xfade=wipeleft:0.5:2.5,format=yuv420p,"
            f"ass={CAPTIONS_FILE}:fontsdir={FONTS_FOLDER},format=yuv420p,split[v][c]",
            "[c]trim=start_frame=30:end_frame=31,scale=out_range=pc,format=yuvj420p[cover]",
            "[0:a]atempo=1.5,aresample=48000,aformat=channel_layouts=stereo[a0]",
            "[1:a]aresample=48000,aformat=channel_layouts=stereo[a1]",
            "[a0][a1]acrossfade=d=0.5,asplit[said][key]",
            "[2:a]aresample=48000,aformat=channel_layouts=stereo,volume=-6dB,afade=in:d=0.5,afade=out:st=5:d=1[m]",
            "[m][key]sidechaincompress=threshold=0.03:ratio=9:attack=30:release=500[ducked]",
            "[said][ducked]amix=normalize=0:duration=first,loudnorm=I=-14:TP=-1.5,aresample=48000[a]",
        ]
    )
    open_container = [("boats", 0.5, 4.5), ("drums", 1.0, 3.5), ("song", 0.0, 6.0)]
    inputs = [
        argument
        for name, start, lasting in open_container
        for argument in ("-ss", str(start), "-t", str(lasting), "-i", ffmpeg.file_url(sources[name].path))
    ]
    master = ["-map", "[v]", "-map", "[a]", *MASTER_X264, "-frames:v", "180", ffmpeg.file_url(out)]
    cover = ["-map", "[cover]", "-frames:v", "1", "-q:v", "3", ffmpeg.file_url(out.with_suffix(".jpg"))]
    ffmpeg.run([*inputs, "-filter_complex", graph, *master, *cover], cwd=out.parent)


def _write_files(document: Document, sources: Sources, folder: Path) -> None:
    """What the command by hand reads: captions and their font, and the path of the crop."""
    graph = build(document, sources, crops=track_cuts(document, sources).crops)
    for name, text in graph.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    fonts.link_all(folder / FONTS_FOLDER)


def _media(folder: Path) -> Sources:
    """Two clips of 720p with sound in bursts, and a song; made small, then scaled up, as a model delivers."""
    beat = "aevalsrc='0.3*sin({hertz}*2*PI*t)*lt(mod(t,1),0.5)':s=48000:d=6"
    scaled = "scale=1280:720:flags=bicubic,format=yuv420p"
    passing = "color=0x50606a:s=320x180:r=30[g];testsrc2=s=36x64:r=30[s];[g][s]overlay=x=20+32*t:y=72"
    for name, hertz, picture in (("boats", 330, passing), ("drums", 220, "mandelbrot=s=320x180:r=30")):
        filmed = ["-f", "lavfi", "-i", f"{picture},{scaled}"]
        heard = ["-f", "lavfi", "-i", beat.format(hertz=hertz), "-t", "6"]
        ffmpeg.run([*filmed, *heard, *MASTER_X264, ffmpeg.file_url(folder / f"{name}.mp4")], cwd=folder)
    song = ["-f", "lavfi", "-i", "sine=660:d=12", "-c:a", "aac", ffmpeg.file_url(folder / "song.m4a")]
    ffmpeg.run(song, cwd=folder)
    files = {"boats": "boats.mp4", "drums": "drums.mp4", "song": "song.m4a"}
    return {name: open_source(folder / file) for name, file in files.items()}


def _must_be_whole(out: Path, document: Document) -> None:
    assert probe(out).frames == document.frames == 180
    assert out.with_suffix(".jpg").exists()


def _loudness(out: Path) -> float:
    """LUFS of what was delivered, by ffmpeg's meter."""
    meter = "ebur128=metadata=1,ametadata=mode=print:key=lavfi.r128.I:file=lufs.txt"
    ffmpeg.run([*ffmpeg.safe_input(out), "-vn", "-af", meter, "-f", "null", "-"], cwd=out.parent)
    return float((out.parent / "lufs.txt").read_text().rsplit("=", 1)[1])


def draw(target: Path) -> None:
    """The graph of this edit as an SVG."""
    with tempfile.TemporaryDirectory() as name:
        document, sources = parse(VALUE), _media(Path(name))
        graph = build(document, sources, crops=track_cuts(document, sources).crops)
        target.write_text(draw_svg(graph_nodes(graph)), encoding="utf-8")


if __name__ == "__main__":
    draw(Path(sys.argv[sys.argv.index("--draw") + 1]))
