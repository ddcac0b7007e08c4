"""The HLS ladder: one video in several sizes, cut into 2 s segments at the same instants (fragmented MP4)."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from library.media.guard import ffmpeg
from library.media.guard.container import open_container
from library.media.probe import Probe
from library.media.shapes import even
from publishing.packaging import media_playlist
from publishing.packaging.master import time_limit

SEGMENT_SECONDS = 2
SHORT_SIDES = {1080: 5000, 720: 2800, 480: 1400, 360: 800}  # pixels → most kbit/s
MOST_LOWER = 3
PLAYLIST = "master.m3u8"  # the multivariant playlist, which names those of the rungs


@dataclass(frozen=True)
class Rung:
    """One size of the ladder; `folder` holds its playlist `index.m3u8`, `init.mp4` and segments."""

    folder: str
    width: int
    height: int
    kbits: int | None = None  # None: copied, not encoded

    @property
    def playlist(self) -> str:
        return f"{self.folder}/index.m3u8"


def rungs(width: int, height: int) -> list[Rung]:
    """The sizes to offer: the master's own (copied), then up to three smaller ones; never a bigger one."""
    short = min(width, height)
    lower = [side for side in SHORT_SIDES if side < short][:MOST_LOWER]
    scaled = [
        Rung(f"{side}p", even(width * side / short), even(height * side / short), SHORT_SIDES[side])
        for side in lower
    ]
    return [Rung("top", width, height), *scaled]


def write_hls(
    master: Path,
    out: Path,
    *,
    shape: Probe,
    metadata: dict[str, str],
    on_frame: Callable[[int], None],
    check: Callable[[], None],
) -> list[Rung]:
    """Write every rung of `master` and the playlists under `out` with one ffmpeg, which decodes it once.

    `shape` is what `master` was probed as; `metadata` goes into every init segment. `on_frame` hears how many
    frames are done, `check` may raise. Raises FFmpegFailed, FFmpegTooSlow.
    """
    ladder = rungs(shape.width, shape.height)
    for rung in ladder:
        (out / rung.folder).mkdir(parents=True, exist_ok=True)
    tags = [part for key, value in metadata.items() for part in ("-metadata", f"{key}={value}")]
    args = [*ffmpeg.safe_input(master), *_scaling(ladder[1:])]
    for rung in ladder:
        args += [*_streams(rung), *tags, *_segments(rung)]
    ffmpeg.run(args, cwd=out, on_frame=on_frame, check=check, timeout=time_limit(shape.seconds))
    for rung in ladder:
        media_playlist.mend(out / rung.playlist)
    (out / PLAYLIST).write_text(_master_playlist(out, ladder, shape.fps), encoding="utf-8")
    return ladder


def _scaling(scaled: list[Rung]) -> list[str]:
    if not scaled:
        return []
    split = f"[0:v:0]split={len(scaled)}" + "".join(f"[{rung.folder}in]" for rung in scaled)
    sizes = [
        f"[{rung.folder}in]scale={rung.width}:{rung.height}:flags=bicubic,setsar=1[{rung.folder}]"
        for rung in scaled
    ]
    return ["-filter_complex", ";".join([split, *sizes])]


def _streams(rung: Rung) -> list[str]:
    sound = ["-map", "0:a:0?", "-c:a", "copy"]
    if rung.kbits is None:
        return ["-map", "0:v:0", "-c:v", "copy", *sound]
    rate = ["-crf", "23", "-maxrate", f"{rung.kbits}k", "-bufsize", f"{2 * rung.kbits}k"]
    # Keyframes where the master has them: all rungs are cut at the same instants, so a player can switch.
    keys = ["-force_key_frames", "source", "-g", "600", "-sc_threshold", "0", "-flags", "+cgop"]
    coder = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough"]
    return ["-map", f"[{rung.folder}]", *coder, *rate, *keys, *sound]


def _segments(rung: Rung) -> list[str]:
    cut = ["-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_playlist_type", "vod"]
    kind = ["-hls_segment_type", "fmp4", "-hls_flags", "independent_segments"]
    tagged = ["-hls_segment_options", "movflags=+use_metadata_tags", "-hls_fmp4_init_filename", "init.mp4"]
    return [*cut, *kind, *tagged, "-hls_segment_filename", f"{rung.folder}/%d.m4s", rung.playlist]


def _master_playlist(out: Path, ladder: list[Rung], fps: Fraction) -> str:
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for rung in ladder:
        peak, average = _bandwidth(out / rung.playlist)
        shape = f"RESOLUTION={rung.width}x{rung.height},FRAME-RATE={float(fps):.3f}"
        rate = f"BANDWIDTH={peak},AVERAGE-BANDWIDTH={average}"
        codecs = ",".join(_codecs(out / rung.folder / "init.mp4"))
        lines += [f'#EXT-X-STREAM-INF:{rate},CODECS="{codecs}",{shape}', rung.playlist]
    return "\n".join(lines) + "\n"


def _bandwidth(playlist: Path) -> tuple[int, int]:
    """(peak, average) in bits a second: of the largest segment, and of all together (RFC 8216, 4.3.4.2)."""
    found = media_playlist.segments(playlist)
    sizes, lengths = [one.path.stat().st_size * 8 for one in found], [one.seconds for one in found]
    peak = max(size / length for size, length in zip(sizes, lengths, strict=True))
    return round(peak), round(sum(sizes) / sum(lengths))


def _codecs(init: Path) -> list[str]:
    """RFC 6381 codec strings, from the decoder configuration in the init segment itself."""
    with open_container(init) as media:
        avc = media.streams.video[0].codec_context.extradata
        aac = [track.codec_context.extradata for track in media.streams.audio]
    assert avc, f"{init} holds no decoder configuration"
    return [f"avc1.{avc[1:4].hex()}", *(f"mp4a.40.{setup[0] >> 3}" for setup in aac if setup)]
