"""The ffmpeg command line, guarded: argv only, known inputs only, hard limits, no process left behind."""

import errno
import logging
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import imageio_ffmpeg

from library.media.errors import FFmpegFailed, FFmpegOutOfMemory, FFmpegTooSlow
from library.media.guard import process
from library.media.kinds import KINDS

logger = logging.getLogger("library.media")

EXE: str = imageio_ffmpeg.get_ffmpeg_exe()
MAX_PIXELS = 53_000_000  # of one decoded picture: of a still of 52 million, with its rows rounded up
MAX_STREAMS = 33  # of a file: one more than is taken, so that too many are told from enough
# Demuxers that read one plain file: no playlists, no image sequences, no vector graphics, no scripts.
DEMUXERS = tuple(sorted({kind.demuxer for kind in KINDS if kind.demuxer}))
LIMIT_SIGNALS = (signal.SIGXCPU, signal.SIGXFSZ, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE)


# What ffmpeg, x264 and the C library say when a limit on memory holds.
OUT_OF_MEMORY = ("Cannot allocate memory", "malloc of size", "Resource temporarily unavailable")


# What it says of its disk, by the number of the error.
DISK = {os.strerror(number): number for number in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)}


class FFmpegDied(RuntimeError):
    """Something outside killed ffmpeg (no memory, a shutdown): worth another attempt, unlike FFmpegFailed."""


def run(
    args: Sequence[str],
    *,
    cwd: Path,
    timeout: float = 600,
    on_frame: Callable[[int], None] | None = None,
    check: Callable[[], None] | None = None,
    max_bytes: int | None = None,
    memory: int = 16 * process.GIB,
    data: int = 8 * process.GIB,
    log_level: str = "error",
) -> None:
    """Run ffmpeg with `args` (everything after the program's name) in `cwd`.

    `on_frame` hears the number of frames written so far; `check` is called about 5 times a second and
    may raise: ffmpeg is then killed and the exception goes on. `timeout` in seconds; `max_bytes` caps
    every file written, `memory` the address space and `data` what of it can be filled, all in bytes. Raises
    FFmpegFailed, FFmpegOutOfMemory or FFmpegTooSlow (the last lines of stderr go to the log only),
    FFmpegDied, or OSError where the disk is full or takes no writes.
    """
    argv = [EXE, *_guards(log_level), *args]
    file_bytes = max_bytes or 8 * process.GIB
    limits = process.Limits(seconds=timeout, memory=memory, file_bytes=file_bytes, data=data)
    try:
        ended = process.run(argv, cwd=cwd, limits=limits, on_line=_frame_listener(on_frame), check=check)
    except process.TimedOut as slow:
        logger.warning("ffmpeg ran past %s s: %s", timeout, slow)
        raise FFmpegTooSlow(seconds=round(timeout)) from None
    _judge(ended, argv, data)


def safe_input(path: Path, *, pixels: int = MAX_PIXELS, demuxer: str | None = None) -> list[str]:
    """The arguments that open `path` as one plain media file and as nothing else, no picture of it larger
    than `pixels`: by `demuxer`, where it is known which (`Kind.demuxer`)."""
    named = _input_options() | {"max_pixels": pixels} | ({"f": demuxer} if demuxer else {})
    options = [argument for name, value in named.items() for argument in (f"-{name}", str(value))]
    return [*options, "-i", file_url(path)]


def safe_input_kwargs(path: Path) -> dict[str, Any]:
    """The same for `ffmpeg.input(**kwargs)` of ffmpeg-python; `filename` included."""
    return {"filename": file_url(path), **_input_options()}


def file_url(path: Path) -> str:
    """`path` as a URL that no demuxer or protocol can read as anything but a local file."""
    return f"file:{path.absolute()}"


def _input_options() -> dict[str, str | int]:
    return {
        "protocol_whitelist": "file",
        "format_whitelist": ",".join(DEMUXERS),
        "max_pixels": MAX_PIXELS,
        "max_streams": MAX_STREAMS,
    }


def _guards(log_level: str) -> list[str]:
    quiet = ["-nostdin", "-hide_banner", "-y", "-loglevel", log_level]
    return [*quiet, "-progress", "pipe:1", "-stats_period", str(process.TICK)]


def _frame_listener(on_frame: Callable[[int], None] | None) -> Callable[[str], None] | None:
    if on_frame is None:
        return None

    def listen(line: str) -> None:
        name, _, value = line.partition("=")
        if name == "frame" and value.strip().isdigit():
            on_frame(int(value))

    return listen


def _judge(ended: process.Ended, argv: Sequence[str], data: int) -> None:
    if ended.returncode == 0:
        return
    logger.error("ffmpeg ended with %s: %s\n%s", ended.returncode, " ".join(argv), ended.tail)
    if ended.returncode < 0 and -ended.returncode not in LIMIT_SIGNALS:
        raise FFmpegDied(f"ffmpeg was killed by signal {-ended.returncode}.")
    if any(words in ended.tail for words in OUT_OF_MEMORY):
        raise FFmpegOutOfMemory(mebibytes=data >> 20)
    for words, number in DISK.items():  # nothing is wrong with the file: it is worth trying again
        if words in ended.tail:
            raise OSError(number, words)
    raise FFmpegFailed()
