"""The web server as the supervisor starts it, alone, and plain sockets to it."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from fixtures.waiting import free_port, until
from jobs.process.supervisor import commands

ROOT = Path(__file__).resolve().parents[3]


Launch = tuple[Callable[[int], list[str]], str]  # the command for a port, and what it logs once it listens


@dataclass
class RawServer:
    """A running web server, and its log."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    def connect(self, *, timeout: float = 20.0) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def ask(self, sent: bytes, *, then: bytes = b"", timeout: float = 20.0) -> bytes:
        """Send bytes, and `then` more behind what is answered first; all that comes back until the server
        closes, or is silent for `timeout` seconds."""
        with self.connect(timeout=timeout) as line:
            with suppress(OSError):  # refused while it was still being sent
                line.sendall(sent)
            answer = b""
            with suppress(OSError):
                answer = line.recv(64 << 10) if then else b""
                line.sendall(then)
            return answer + everything(line)

    def lives(self) -> bool:
        answer = self.ask(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return self.process.poll() is None and answer.startswith(b"HTTP/1.1 200")

    @property
    def log(self) -> str:
        return (self.folder / "web.log").read_text(errors="replace")


def everything(line: socket.socket) -> bytes:
    """What comes until the other side closes, or until the socket's time is over."""
    found = b""
    with suppress(OSError):
        while data := line.recv(64 << 10):
            found += data
    return found


def status(answer: bytes) -> int:
    """Of the first answer; 0 where there is none."""
    words = answer.split(b" ", 2)
    return int(words[1]) if answer.startswith(b"HTTP/1.") and len(words) > 1 else 0


def copy_database(folder: Path) -> dict[str, str]:
    """The tests' own database, which is migrated, for an installation in `folder`: as its environment.

    A copy on SQLite; on PostgreSQL the very one.
    """
    if connection.vendor == "postgresql":
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
        return {"DATABASE_URL": url.geturl()}
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / "lingying.sqlite3")) as copy:
        connection.connection.backup(copy)
    return {}


def web(port: int) -> list[str]:
    """The server of `make up`."""
    return commands("127.0.0.1", port)["web"]


@contextmanager
def serving(
    folder: Path, database: dict[str, str], how: Launch = (web, "Uvicorn running"), /, **limits: int
) -> Iterator[RawServer]:
    """Serve with data in `folder`, on a database by its environment, under `limits`."""
    command, ready = how
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    env |= {"VAR_DIR": str(folder), "LIMITS": json.dumps(limits)} | database
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(command(port), cwd=ROOT, env=env, stdout=log, stderr=log)
    server = RawServer(port, folder, process)
    try:
        until(lambda: process.poll() is not None or ready in server.log, within=60)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
