"""Nothing that opens something is written into a log, and nobody but the owner reads what is written."""

import logging
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from api.redaction import LONGEST_LINE, redacted
from config.logs import LineFormatter
from config.private_files import keep_private
from jobs.process.children import Child

SECRETS = (
    ("Authorization: Bearer lys_Zq3vT-0aPqk7mXy1wRt5", "lys_Zq3vT-0aPqk7mXy1wRt5"),
    ("Bearer some.other~token+/=", "some.other~token+/="),
    ("GET /ws/me?token=lyk_Zq3vT-0aPqk7mXy1wRt5 101", "Zq3vT"),
    ("GET /ws/me?ticket=lyt_Zq3vT-0aPqk7 101", "Zq3vT"),
    ("Sec-WebSocket-Protocol: lingying.v1, bearer.lys_Zq3vT-0aPqk7", "Zq3vT"),
    ("Not Found: /media/65a1-3-0f0f0f0f-tAbCd/clips/1/a.mp4", "0f0f0f0f"),
    ("GET https://s3/b?X-Amz-Signature=0f0f0f0f&X-Amz-Credential=AKIA1%2F2 200", "0f0f0f0f"),
    ("GET https://s3/b?X-Amz-Signature=0f0f0f0f&X-Amz-Credential=AKIA1%2F2 200", "AKIA1"),
    ('{"phone": "+8613800138000", "code": "123456"}', "123456"),
    ("could not reach smtp://user:hunter22@host", "hunter22"),
    ("mail to mei.lin@example.org failed", "mei.lin"),
    ("code to +8613800138000 failed", "13800138"),
)


@pytest.mark.parametrize(("line", "secret"), SECRETS)
def test_a_line_is_redacted(line: str, secret: str) -> None:
    assert secret in line
    assert secret not in redacted(line)


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-27 20:11:02,120 INFO jobs: job 0192f0c1-6b7a-7cc2-9b1e-5f5a2f7c1d10 done in 12.5 s",
        "Bad Request: /api/v1/auth/code",
        "frame=  120 fps= 60 q=28.0 size=    1024KiB time=00:00:04.00 bitrate=2097.2kbits/s",
        "django.db.utils.OperationalError: database is locked",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert redacted(line) == line


def test_a_line_without_end_is_cut_before_it_is_searched() -> None:
    assert len(redacted("a@" * 10**6)) <= LONGEST_LINE


def test_a_traceback_is_redacted_with_its_line() -> None:
    try:
        raise ValueError("lys_Zq3vT-0aPqk7mXy1wRt5")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "no %s", ("lyk_abcdefgh",), sys.exc_info())

    line = LineFormatter("{message}", style="{").format(record)

    assert "Traceback" in line
    assert "Zq3vT" not in line and "abcdefgh" not in line


def test_every_handler_of_the_product_redacts() -> None:
    logging_: Any = settings.LOGGING
    for handler in logging_["handlers"].values():
        assert logging_["formatters"][handler["formatter"]]["()"] == "config.logs.LineFormatter"


def test_beat_does_not_tell_every_few_seconds_that_the_watchdog_is_due() -> None:
    assert not logging.getLogger("celery.beat").isEnabledFor(logging.INFO)
    assert logging.getLogger("celery.worker").isEnabledFor(logging.INFO)


SAID_BY_THE_SERVER = """
import logging, sys, uvicorn
uvicorn.Config("config.asgi:application", log_level="trace").load()
assert not logging.getLogger("uvicorn.access").hasHandlers()
for name in ("uvicorn.error", "uvicorn.asgi", "websockets.server"):
    logging.getLogger(name).warning('%s - "WebSocket %s" [accepted]', "::1", "/ws/me?token=lys_Zq3vT0aPqk7")
"""


def test_what_the_web_server_itself_says_is_redacted_without_a_supervisor_too(tmp_path: Path) -> None:
    """uvicorn brings handlers of its own, and tells the address of every WebSocket."""
    env = os.environ | {"VAR_DIR": str(tmp_path / "var")}
    done = subprocess.run([sys.executable, "-c", SAID_BY_THE_SERVER], env=env, capture_output=True, text=True)

    said = done.stdout + done.stderr
    assert said.count("[accepted]") == 3, said
    assert "Zq3vT" not in said


def test_what_a_child_prints_is_redacted_in_its_file_and_the_file_is_rotated(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.LIMITS = {"log_bytes": 2000, "log_files": 2}
    (tmp_path / "log").mkdir()
    program = "for n in range(1000): print(n, 'Bearer lys_Zq3vT-0aPqk7mXy1wRt5')"
    child = Child("web", [sys.executable, "-c", program], tmp_path)
    (tmp_path / "run").mkdir()

    child._start()
    assert child.process and child.copier
    child.process.wait(20)
    child.copier.join(20)

    files = sorted((tmp_path / "log").iterdir())
    assert [file.name for file in files] == ["web.log", "web.log.1", "web.log.2"]
    assert all(file.stat().st_size <= 2000 for file in files)
    assert "Zq3vT" not in "".join(file.read_text() for file in files) + capsys.readouterr().out
    assert "999 Bearer" in files[0].read_text()


def test_an_installation_that_was_open_is_closed_to_others(tmp_path: Path) -> None:
    folder, umask = tmp_path / "var", os.umask(0o022)
    try:
        (folder / "log").mkdir(parents=True)
        (folder / "lingying.sqlite3").write_text("")
        (tmp_path / "elsewhere").write_text("")
        (folder / "link").symlink_to(tmp_path / "elsewhere")

        keep_private(folder)

        (folder / "new").write_text("")
    finally:
        os.umask(umask)
    modes = {path.name: stat.S_IMODE(path.lstat().st_mode) for path in (folder, *folder.iterdir())}
    assert not [name for name, mode in modes.items() if mode & 0o077 and name != "link"]
    assert stat.S_IMODE((tmp_path / "elsewhere").stat().st_mode) == 0o644


def test_a_folder_of_everybody_is_not_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)

    keep_private(tmp_path)

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777
