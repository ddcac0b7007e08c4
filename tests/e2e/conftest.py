"""A real server for journeys: web, workers and beat as the supervisor starts them, over real sockets."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from creator.limits.catalogue import RATES
from demo.client import Phone
from demo.server import code_in_file, code_on_terminal, manage, running

ADMINISTRATOR = "+8613800000000"


class Server:
    """A running installation, and the people who use it."""

    def __init__(self, url: str, folder: Path, **environment: str) -> None:
        self.url, self.folder = url, folder
        self._phones = iter(range(1, 1000))
        manage(os.environ | {"VAR_DIR": str(folder)} | environment, "staff", "--phone", ADMINISTRATOR)
        self.administrator = self.signed_in(
            ADMINISTRATOR, lambda folder, number: code_on_terminal(folder, number, **environment)
        )

    def signed_in(self, number: str, code_for: Callable[[Path, str], str] = code_in_file) -> Phone:
        phone = Phone(self.url, language="en")
        phone.sign_in(number, partial(code_for, self.folder))
        return phone

    def creator(self) -> Phone:
        """Somebody new, admitted."""
        phone = self.signed_in(f"+8613900000{next(self._phones):03d}")
        phone.post("waitlist", reason="")
        self.administrator.post("waitlist/admit", count=1)
        return phone

    def pid(self, name: str) -> int:
        return int((self.folder / "run" / f"{name}.pid").read_text())


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One embedded installation for a session's journeys; leases are short: deaths are noticed soon."""
    folder = tmp_path_factory.mktemp("server")
    with running(folder, JOBS_LEASE_SECONDS="4") as url:
        yield Server(url, folder)


def web_alone(port: int) -> list[str]:
    """Web without workers: whatever is asked for stays queued."""
    return [sys.executable, "-m", "config.serve", "--port", str(port)]


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Server]:
    """An installation that answers and does no work; it may be asked as often as one likes."""
    often = json.dumps({limit.name: 10**7 for limit in RATES})
    with running(tmp_path / "front", serve=web_alone, LIMITS=often) as url:
        yield Server(url, tmp_path / "front")
