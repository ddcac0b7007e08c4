"""One guarded child process: own group, hard limits, cancellable, never left behind."""

import contextlib
import ctypes
import os
import resource
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

GIB = 1 << 30
TICK = 0.2  # seconds between two looks at the clock and at `check`
TAIL_LINES = 40
NO_FONTS = str(Path(__file__).with_name("fonts.conf"))
PR_SET_PDEATHSIG = 1
_used = threading.local()
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _lower(most: int, hard: int) -> int:
    return most if hard == resource.RLIM_INFINITY else min(most, hard)


@dataclass(frozen=True)
class Limits:
    """What a child may use: wall seconds, bytes of address space, bytes of any file it writes, and bytes of
    `data`: memory it can really fill, while address space also counts what is only mapped."""

    seconds: float = 600
    memory: int = 16 * GIB
    file_bytes: int = 8 * GIB
    data: int = 16 * GIB

    def impose(self, parent: int) -> None:
        """Runs in the child of `parent` between fork and exec: no imports, no locks, only system calls.

        Memory comes last: until exec the child is a copy of its parent, which may hold more than it may."""
        if _libc:  # a worker killed with -9 takes its children along: no orphan writes into a reclaimed job
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:  # killed before prctl: no signal will come for a parent already gone
                os._exit(1)
        cpu_seconds = int(self.seconds * (os.cpu_count() or 1)) + 1
        most = {
            resource.RLIMIT_CPU: cpu_seconds,
            resource.RLIMIT_FSIZE: self.file_bytes,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_AS: self.memory,
            resource.RLIMIT_DATA: self.data,
        }
        hard = {what: resource.getrlimit(what)[1] for what in most}
        pairs = [(what, (_lower(most[what], hard[what]), hard[what])) for what in most]
        for what, pair in pairs:
            resource.setrlimit(what, pair)


@dataclass(frozen=True)
class Ended:
    """How a child ended: its return code (negative: the signal) and the last lines of its stderr."""

    returncode: int
    tail: str


class TimedOut(Exception):
    """The child ran past its wall clock limit and was killed."""


def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    limits: Limits,
    on_line: Callable[[str], None] | None = None,
    check: Callable[[], None] | None = None,
) -> Ended:
    """Run `argv` to its end. `on_line` gets stdout line by line; `check` is called about 5 times a
    second and may raise: the process group is then killed and the exception goes on. Raises TimedOut."""
    child = subprocess.Popen(
        list(argv),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
        start_new_session=True,
        preexec_fn=partial(limits.impose, os.getpid()),
    )
    try:
        tail = _follow(child, limits.seconds, on_line or _ignore, check or _nothing)
        return Ended(_reap(child), tail)
    finally:
        _end(child)


def _environment() -> dict[str, str]:
    """Enough to run, and no secret of ours; few malloc arenas, or threads eat the address space. Fonts of the
    machine are not looked for."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return kept | {"MALLOC_ARENA_MAX": "4", "AV_LOG_FORCE_NOCOLOR": "1", "FONTCONFIG_FILE": NO_FONTS}


def _follow(
    child: subprocess.Popen[bytes], seconds: float, on_line: Callable[[str], None], check: Callable[[], None]
) -> str:
    """Read both pipes until they close; returns the tail of stderr."""
    assert child.stdout is not None and child.stderr is not None
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    deadline = time.monotonic() + seconds
    with selectors.DefaultSelector() as ready:
        ready.register(child.stdout, selectors.EVENT_READ, _Lines(on_line))
        ready.register(child.stderr, selectors.EVENT_READ, _Lines(tail.append))
        while ready.get_map():
            for key, _ in ready.select(TICK):
                if not key.data.feed(os.read(key.fd, 1 << 16)):
                    ready.unregister(key.fileobj)
            check()
            if time.monotonic() > deadline:
                raise TimedOut("\n".join(tail))
    return "\n".join(tail)


class _Lines:
    """Cuts a byte stream into lines; a line without end is cut at 4 KiB, so a hostile one stays small."""

    MOST = 4096

    def __init__(self, take: Callable[[str], None]) -> None:
        self.take, self.rest = take, b""

    def feed(self, data: bytes) -> bool:
        *lines, self.rest = (self.rest + data).replace(b"\r", b"\n").split(b"\n")
        if self.rest and (not data or len(self.rest) > self.MOST):
            lines, self.rest = [*lines, self.rest], b""
        for line in lines:
            self.take(line[: self.MOST].decode(errors="replace"))
        return bool(data)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the group, reap the child, close the pipes."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)  # the group outlives its leader if it had children of its own
    _reap(child)
    for pipe in (child.stdout, child.stderr):
        if pipe:
            pipe.close()


def _reap(child: subprocess.Popen[bytes]) -> int:
    """Its return code, once it has ended; what it used is added to `children_seconds`."""
    if child.returncode is None:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        _used.seconds = children_seconds() + used.ru_utime + used.ru_stime
    return child.returncode


def children_seconds() -> float:
    """CPU seconds of all children that this thread has run, with theirs, so far."""
    return float(getattr(_used, "seconds", 0.0))


def _ignore(_: str) -> None:
    pass


def _nothing() -> None:
    pass
