"""Child processes of the supervisor: started, logged, restarted with growing delays, never left behind."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path

from api.redaction import redacted
from creator.limits import most

STABLE_AFTER = 10.0  # seconds; a child that exits sooner is restarted after a longer delay each time
RESTART_DELAY = (0.2, 10.0)  # seconds: the first, the longest
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded here: not between fork and exec


def become_subreaper() -> None:
    """Processes that a killed child leaves running become ours, to be killed (Linux; elsewhere nothing)."""
    if _libc:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)


def _exit_with(parent: int, niceness: int) -> None:
    """Have the kernel end this child with its parent. Runs between fork and exec: only system calls."""
    os.nice(niceness)
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # killed before prctl: no signal will come for a parent already gone
            os._exit(1)


@dataclass
class Child:
    """A process that is kept running. `folder` holds log/<name>.log and run/<name>.pid."""

    name: str
    command: Sequence[str]
    folder: Path
    niceness: int = 0  # as of nice(1): renders leave the processor to who answers people
    process: subprocess.Popen[bytes] | None = None
    copier: threading.Thread | None = None  # of what it prints, into its log
    _started: float = 0.0
    _delay: float = field(default=RESTART_DELAY[0])
    _restart_at: float = 0.0

    def ensure_running(self) -> None:
        """Start it if it is not running and its restart delay is over."""
        if self.process and self.process.poll() is None:
            return
        if self.process:
            self._schedule_restart(self.process)
        if time.monotonic() >= self._restart_at:
            self._start()

    def signal(self, number: int) -> None:
        if self.process and self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def has_exited(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _schedule_restart(self, process: subprocess.Popen[bytes]) -> None:
        first, longest = RESTART_DELAY
        was_stable = time.monotonic() - self._started >= STABLE_AFTER
        self._delay = first if was_stable else min(self._delay * 2, longest)
        self._restart_at = time.monotonic() + self._delay
        self._print(f"ended with {process.returncode}; starting it again in {self._delay:.1f} s")
        self.process = None

    def _start(self) -> None:
        self._started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C at a terminal is the supervisor's, which stops the others
            preexec_fn=partial(_exit_with, os.getpid(), self.niceness),
        )
        self._pid_file.write_text(str(self.process.pid))
        self.copier = threading.Thread(target=self._copy_output, args=(self.process,), daemon=True)
        self.copier.start()

    def _copy_output(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        log = RotatingFileHandler(
            self.folder / "log" / f"{self.name}.log",
            maxBytes=most("log_bytes"),
            backupCount=most("log_files"),
            encoding="utf-8",
        )
        with process.stdout, closing(log):
            for line in process.stdout:
                text = redacted(line.decode(errors="replace").rstrip())
                log.emit(logging.makeLogRecord({"msg": text}))
                self._print(text)

    def _print(self, line: str) -> None:
        with suppress(OSError, ValueError):  # nobody reads the console any more
            print(f"{self.name:>4} | {line}", flush=True)

    @property
    def _pid_file(self) -> Path:
        return self.folder / "run" / f"{self.name}.pid"

    def remove_pid_file(self) -> None:
        self._pid_file.unlink(missing_ok=True)


def kill_orphans(known: Iterable[Child]) -> None:
    """Kill what dead children left running (a render, say), and reap it."""
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
