"""ffmpeg over a stranger's file, with the limits that hold for every one."""

from collections.abc import Callable
from pathlib import Path

from library.media.guard import ffmpeg, process

MEMORY = 6 * process.GIB


def encode(
    args: list[str],
    target: Path,
    seconds: float,
    *,
    check: Callable[[], None],
    on_frame: Callable[[int], None] | None = None,
) -> None:
    """Run ffmpeg beside `target`; a failure leaves nothing there."""
    try:
        ffmpeg.run(args, cwd=target.parent, timeout=seconds, check=check, on_frame=on_frame, memory=MEMORY)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
