"""The embedded way to run: web, a worker for each pool and beat, under one process that keeps them up."""

import fcntl
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from jobs.process import addresses
from jobs.process.children import Child, become_subreaper, kill_orphans

TICK = 0.1  # seconds between checks of the children
GRACE = 8.0  # seconds a child has to stop before it is killed
NICENESS = {"gpu": 10, "cpu": 10}  # their ffmpeg, too: a render must not make everybody's requests wait
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
WORKER = [
    *CELERY,
    "worker",
    "--without-gossip",
    "--without-mingle",
    "--without-heartbeat",
]


class AlreadyRunning(Exception):
    """Another supervisor works in this VAR_DIR."""


def commands(host: str, port: int) -> dict[str, list[str]]:
    """What is run, by name. GPU jobs run in the worker's main thread: CUDA and forks do not mix."""
    threads = ["--pool", "threads", "--concurrency", str(settings.JOBS_CPU_WORKERS)]
    return {
        "web": [sys.executable, "-m", settings.WEB_SERVER, "--host", host, "--port", str(port)],
        "gpu": [*WORKER, "-Q", "gpu", "-n", "gpu@%h", "--pool", "solo"],
        "cpu": [*WORKER, "-Q", "cpu", "-n", "cpu@%h", *threads],
        "beat": [*CELERY, "beat", "--pidfile="],
    }


class Supervisor:
    """`run` until SIGTERM or SIGINT; nothing is left running afterwards."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port, self.folder = host, port, Path(settings.VAR_DIR)
        for name in ("log", "run"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        lines = commands(host, port).items()
        self.children = [Child(name, line, self.folder, NICENESS.get(name, 0)) for name, line in lines]
        self._stop = threading.Event()

    def run(self) -> None:
        """AlreadyRunning if another supervisor has this VAR_DIR, CannotListen if somebody has its port."""
        with _exclusive(self.folder / "run" / "supervisor.pid"):
            addresses.require_free(self.host, self.port)
            become_subreaper()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._request_stop)
            try:
                self._keep_running()
            finally:
                self._shut_down()

    def _request_stop(self, *_: Any) -> None:
        self._stop.set()

    def _keep_running(self) -> None:
        up = False
        while not self._stop.wait(TICK):
            for child in self.children:
                child.ensure_running()
            kill_orphans(self.children)
            if not up and (up := self._accepts_connections()):
                self._tell()

    def _tell(self) -> None:
        encoding = sys.stdout.encoding or "ascii"  # which may have no blocks to draw with
        text = addresses.told(self.host, self.port).encode(encoding, "replace").decode(encoding)
        with suppress(OSError):  # nobody reads the console
            print(text, flush=True)

    def _accepts_connections(self) -> bool:
        try:
            socket.create_connection((addresses.opened_from(self.host), self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def _shut_down(self) -> None:
        self._signal_all(signal.SIGTERM, GRACE)
        self._signal_all(signal.SIGKILL, GRACE)
        kill_orphans(self.children)
        for child in self.children:
            child.remove_pid_file()

    def _signal_all(self, number: int, grace: float) -> None:
        last = time.monotonic() + grace
        for child in self.children:
            child.signal(number)
        while not all(child.has_exited() for child in self.children) and time.monotonic() < last:
            time.sleep(TICK / 2)


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Lock `path` for this process: the kernel releases the lock however the process ends."""
    with path.open("a+") as held:
        _lock(held)
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        yield
        held.truncate(0)  # emptied, not removed: a lock on a removed file excludes nobody


def _lock(held: IO[str]) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AlreadyRunning("A supervisor is running in this VAR_DIR already; stop it first.") from None
