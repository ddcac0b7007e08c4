"""The embedded server of one demonstration: its own data folder, a free port, stopped at the end."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

STARTS_WITHIN = 120.0  # seconds; the first start of a fresh machine compiles every module
STOPS_WITHIN = 20.0


def everything(port: int) -> list[str]:
    """The command that serves with web, workers and beat."""
    return [sys.executable, "manage.py", "supervise", "--port", str(port)]


@contextmanager
def running(
    folder: Path, serve: Callable[[int], list[str]] = everything, **environment: str
) -> Iterator[str]:
    """Migrate and `serve` on data under `folder`, which is emptied first; yields the base URL."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    port = _free_port()
    env = os.environ | {"VAR_DIR": str(folder)} | environment
    manage(env, "migrate", "--verbosity", "0")
    with open(folder / "server.log", "wb", opener=_private) as log:
        server = subprocess.Popen(serve(port), env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield _when_ready(f"http://127.0.0.1:{port}", server, folder / "server.log")
        finally:
            _stop(server)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def manage(env: dict[str, str], *command: str) -> None:
    """Run one `manage.py` command to its end."""
    subprocess.run([sys.executable, "manage.py", *command], env=env, check=True)


def code_in_file(folder: Path, phone: str) -> str:
    """The newest sign-in code for `phone` that the embedded server of `folder` wrote."""
    lines = [line.split() for line in (folder / "sign-in-codes").read_text().splitlines()]
    return [code for _, address, code in lines if address == phone][-1]


def code_on_terminal(folder: Path, phone: str, **environment: str) -> str:
    """A sign-in code for staff, whose codes are written nowhere. `environment` as the server has it."""
    command = [sys.executable, "manage.py", "sign_in_code", "--phone", phone]
    env = os.environ | {"VAR_DIR": str(folder)} | environment
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout.strip()


def _when_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> str:
    last = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < last and server.poll() is None:
        try:
            httpx.get(f"{url}/readyz").raise_for_status()
            return url
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start; the end of its log:\n{log.read_text()[-4000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
