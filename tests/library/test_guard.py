"""Whatever ffmpeg does, it stays within its limits and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import pytest

from fixtures.waiting import until
from library.media.errors import FFmpegFailed, FFmpegTooSlow
from library.media.guard import ffmpeg, process
from tests.typing import not_none

ENDLESS = ("-re", "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=30", "-f", "null", "-")


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def test_a_run_tells_how_many_frames_it_has_written(tmp_path: Path) -> None:
    seen: list[int] = []

    ffmpeg.run(
        ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=30:duration=2", "out.mp4"],
        cwd=tmp_path,
        on_frame=seen.append,
    )

    assert seen[-1] == 60
    assert seen == sorted(seen)


def test_a_check_that_raises_kills_ffmpeg_and_goes_on(tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def check() -> None:
        raise Stop

    with pytest.raises(Stop):
        ffmpeg.run(ENDLESS, cwd=tmp_path, check=check)

    assert children() == []


def test_a_run_past_its_time_is_killed(tmp_path: Path) -> None:
    with pytest.raises(FFmpegTooSlow):
        ffmpeg.run(ENDLESS, cwd=tmp_path, timeout=0.5)

    assert children() == []


def test_a_file_cannot_grow_past_its_limit(tmp_path: Path) -> None:
    with pytest.raises(FFmpegFailed):
        ffmpeg.run(
            ["-f", "lavfi", "-i", "testsrc2=size=320x180:duration=60", "-c:v", "rawvideo", "out.avi"],
            cwd=tmp_path,
            max_bytes=100_000,
        )

    assert (tmp_path / "out.avi").stat().st_size <= 100_000


def test_what_ffmpeg_complains_of_goes_to_the_log_and_not_to_the_person(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(FFmpegFailed) as failure:
        ffmpeg.run([*ffmpeg.safe_input(tmp_path / "nothing.mp4"), "out.mp4"], cwd=tmp_path)

    assert "No such file" in caplog.text
    assert str(tmp_path) not in str(failure.value)


def test_a_child_that_outside_hands_kill_is_worth_another_attempt(tmp_path: Path) -> None:
    def kill() -> None:
        for child in children():
            child.kill()

    with pytest.raises(ffmpeg.FFmpegDied):
        ffmpeg.run(ENDLESS, cwd=tmp_path, check=kill)


def test_memory_is_capped(tmp_path: Path) -> None:
    greedy = [sys.executable, "-c", "bytearray(1 << 30)"]

    ended = process.run(greedy, cwd=tmp_path, limits=process.Limits(memory=512 << 20))

    assert "MemoryError" in ended.tail


def test_secrets_of_the_environment_do_not_reach_the_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    seen: list[str] = []

    process.run(
        [sys.executable, "-c", "import os; print('SECRET_KEY' in os.environ)"],
        cwd=tmp_path,
        limits=process.Limits(),
        on_line=seen.append,
    )

    assert seen == ["False"]


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    seen: list[str] = []

    process.run(
        [sys.executable, "-c", "print('x' * 1_000_000)"],
        cwd=tmp_path,
        limits=process.Limits(),
        on_line=seen.append,
    )

    assert max(map(len, seen)) <= 4096


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own favour")
def test_a_child_whose_parent_died_before_it_was_told_does_not_begin(tmp_path: Path) -> None:
    def ended(parent: int) -> int:
        begins = partial(process.Limits().impose, parent)
        return subprocess.run(["touch", "begun"], cwd=tmp_path, preexec_fn=begins).returncode

    assert (ended(parent=0), (tmp_path / "begun").exists()) == (1, False)
    assert (ended(parent=os.getpid()), (tmp_path / "begun").exists()) == (0, True)


def test_killing_a_worker_takes_its_ffmpeg_along(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from library.media.guard import ffmpeg;"
        f"ffmpeg.run({list(ENDLESS)!r}, cwd=Path({str(tmp_path)!r}))"
    )
    worker = subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[2])
    grandchild = not_none(until(lambda: next(iter(psutil.Process(worker.pid).children()), None)))

    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()

    until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)
