"""Child processes of the supervisor: started, logged, restarted with patience, and never left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

QUICK_DEATH = 10.0  # seconds; who dies sooner is restarted with growing patience
PATIENCE = (0.2, 10.0)  # seconds before a restart: at first, at most
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded here: not between fork and exec


def adopt_orphans() -> None:
    """What a killed child leaves running becomes ours, to be ended (Linux; elsewhere nothing happens)."""
    if _libc:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)


def _die_with(parent: int) -> None:
    """Runs in the child between fork and exec: only system calls."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it was killed before we asked to be told
            os._exit(1)


@dataclass
class Child:
    """One process that is to run always. `folder` holds log/<name>.log and run/<name>.pid."""

    name: str
    command: Sequence[str]
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    _started: float = 0.0
    _patience: float = field(default=PATIENCE[0])
    _due: float = 0.0

    def tend(self) -> None:
        """Start it if it is not running and its time has come."""
        if self.process and self.process.poll() is None:
            return
        if self.process:
            self._bury(self.process)
        if time.monotonic() >= self._due:
            self._start()

    def signal(self, number: int) -> None:
        if self.process and self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def is_gone(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _bury(self, process: subprocess.Popen[bytes]) -> None:
        quick = time.monotonic() - self._started < QUICK_DEATH
        self._patience = min(self._patience * 2, PATIENCE[1]) if quick else PATIENCE[0]
        self._due = time.monotonic() + self._patience
        self._say(f"ended with {process.returncode}; starting it again in {self._patience:.1f} s")
        self.process = None

    def _start(self) -> None:
        self._started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C at the terminal is for the supervisor, who stops the others
            preexec_fn=partial(_die_with, os.getpid()),
        )
        self._pid_file.write_text(str(self.process.pid))
        threading.Thread(target=self._pump, args=(self.process,), daemon=True).start()

    def _pump(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        with process.stdout, (self.folder / "log" / f"{self.name}.log").open("ab") as log:
            for line in process.stdout:
                log.write(line)
                log.flush()
                self._say(line.decode(errors="replace").rstrip())

    def _say(self, line: str) -> None:
        with suppress(OSError, ValueError):  # nobody reads the console any more
            print(f"{self.name:>4} | {line}", flush=True)

    @property
    def _pid_file(self) -> Path:
        return self.folder / "run" / f"{self.name}.pid"

    def forget(self) -> None:
        self._pid_file.unlink(missing_ok=True)


def end_orphans(known: Iterable[Child]) -> None:
    """Kill what dead children left running, a render say, and bury them."""
    ours = {child.process.pid for child in known if child.process}
    for pid in _children() - ours:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)


def _children() -> set[int]:
    found: set[int] = set()
    for task in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):
            found |= {int(pid) for pid in task.read_text().split()}
    return found
