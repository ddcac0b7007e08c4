"""How MoviePy writes a master in these benchmarks: its encoder set like ours."""

from pathlib import Path
from typing import Any

SETTINGS = ["-crf", "18", "-pix_fmt", "yuv420p", "-g", "60", "-keyint_min", "60", "-sc_threshold", "0"]


def write(video: Any, out: Path) -> None:
    """`video`, a clip of MoviePy's, as H.264 and AAC at `out`."""
    video.write_videofile(
        str(out),
        fps=30,
        codec="libx264",
        preset="veryfast",
        audio_codec="aac",
        audio_bitrate="160k",
        ffmpeg_params=[*SETTINGS, "-movflags", "+faststart"],
        temp_audiofile_path=str(out.parent),
        logger=None,
    )
