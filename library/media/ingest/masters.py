"""A video of a stranger made anew as a master."""

from pathlib import Path

from library.media import colour
from library.media.guard import ffmpeg
from library.media.h264.encode import MASTER_X264
from library.media.ingest.codecs import DECODERS, PCM
from library.media.ingest.encode import encode
from library.media.ingest.inspection import FRAME_PIXELS, InspectedFile
from library.media.probe import Probe, probe
from library.media.progress import SILENT, Progress, Stage
from library.media.shapes import FRAME_RATE


def video(
    source: Path,
    target: Path,
    found: InspectedFile,
    *,
    progress: Progress = SILENT,
) -> Probe:
    """Encode `source` anew as the master `target`: 30 fps constant, bt709, sound at 48 kHz, no metadata."""
    assert found.probe is not None
    width, height, frames = found.master
    progress.stage(Stage.INGESTING, frames)
    seconds = f"{frames / FRAME_RATE:.6f}"
    args = [
        *("-codec_whitelist", ",".join((*DECODERS, *PCM))),
        *_decoder(found.probe),
        *("-threads", "4", *ffmpeg.safe_input(source, pixels=FRAME_PIXELS)),
        *("-map", "0:V:0", "-map", "0:a:0?", "-sn", "-dn", "-map_chapters", "-1"),
        *("-vf", _filters((width, height), found.probe)),
        *("-frames:v", str(frames), "-t", seconds, *MASTER_X264, "-threads", "4", "-f", "mp4", target.name),
    ]
    encode(args, target, 60 + 20 * frames / FRAME_RATE, check=progress.check, on_frame=progress.step)
    return probe(target)


def _decoder(found: Probe) -> tuple[str, ...]:
    name = colour.decoder(found.video_codec, found.colours)
    return ("-c:v", name) if name else ()


def _filters(size: colour.Size, found: Probe) -> str:
    """Constant rate from time zero, padded by its last frame: exactly as many frames as were promised."""
    colours = colour.chain(colour.scaled_to_bt709(colour.meaning(found.colours), size))
    timed = f"fps={FRAME_RATE}:start_time=0,tpad=stop_mode=clone:stop_duration=2"
    return f"{timed},{colours},setsar=1,format=yuv420p"
