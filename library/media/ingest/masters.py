"""A video of a stranger made anew as a master."""

from pathlib import Path

from library.media import stereo
from library.media.codecs import DECODERS, PCM
from library.media.guard import ffmpeg
from library.media.h264.encode import MASTER_X264
from library.media.ingest.animations import animation
from library.media.ingest.encode import encode
from library.media.ingest.inspection import FRAME_PIXELS, InspectedFile
from library.media.probe import Probe, probe
from library.media.progress import SILENT, Progress, Stage
from library.media.shapes import FRAME_RATE

HDR = {"smpte2084", "arib-std-b67"}
TONE_MAP = (
    "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=mobius:desat=0,"
    "zscale=t=bt709:m=bt709:r=tv,"
)


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
    if found.is_animation:
        progress.stage(Stage.INGESTING)
        return animation(source, target, found, progress)
    progress.stage(Stage.INGESTING, frames)
    seconds = f"{frames / FRAME_RATE:.6f}"
    args = [
        *("-codec_whitelist", ",".join((*DECODERS, *PCM))),
        *("-threads", "4", *ffmpeg.safe_input(source, pixels=FRAME_PIXELS, demuxer=found.kind.demuxer)),
        *("-map", f"0:{found.probe.video_index}", *_sound(found.probe), "-sn", "-dn", "-map_chapters", "-1"),
        *("-vf", _filters(width, height, found.probe)),
        *("-frames:v", str(frames), "-t", seconds, *MASTER_X264, "-threads", "4", "-f", "mp4", target.name),
    ]
    encode(args, target, 60 + 20 * frames / FRAME_RATE, check=progress.check, on_frame=progress.step)
    return probe(target)


def _sound(found: Probe) -> list[str]:
    """The sound that was found, in stereo; none where there is none that can be heard."""
    if found.audio_index is None:
        return ["-an"]
    return ["-map", f"0:{found.audio_index}", "-af", stereo.filters(found.audio_layout)]


def _filters(width: int, height: int, found: Probe | None) -> str:
    """Constant rate from time zero, padded by its last frame: exactly as many frames as were promised."""
    tone = TONE_MAP if found and found.transfer in HDR else ""
    return (
        f"fps={FRAME_RATE}:start_time=0,tpad=stop_mode=clone:stop_duration=2,{tone}"
        f"scale={width}:{height}:flags=lanczos:out_color_matrix=bt709:out_range=tv,setsar=1,format=yuv420p,"
        "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    )
