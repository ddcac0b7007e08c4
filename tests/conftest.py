"""People and tools that every test may ask for."""

import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from creator.accounts import token_use
from creator.credits import ledger
from creator.models import User
from creator.roles import GIVEN
from library.delivery import rights
from tests.contract import CheckedClient
from tests.write_locks import watch_slow_work, watched

Api = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def _media_of_its_own(settings: Any, tmp_path: Path) -> None:
    """No test sees another's files."""
    settings.STORAGE_URL = f"file://{tmp_path / 'media'}"


@pytest.fixture(autouse=True, scope="session")
def _no_thread_writes_between_tests() -> None:
    """A server writes now and then when tokens were used; here it is written when a test says so."""
    token_use.WRITTEN_EVERY = threading.TIMEOUT_MAX


@pytest.fixture(autouse=True)
def _slow_work_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that does something slow while it holds a lock fails its test."""
    watch_slow_work(monkeypatch)


@pytest.fixture(autouse=True)
def _nobody_known_to_links() -> None:
    """No test is answered by what a link of another found: their people have the same ids."""
    rights.forget()


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """Makes users: `person("ming", admitted=True, credits=600, is_staff=False)`."""

    def make(handle: str, *, admitted: bool = True, credits_: int = 600, **more: Any) -> User:
        if more.get("is_staff"):
            more.setdefault("given_roles", list(GIVEN))
        user = User.objects.create(
            handle=handle,
            email=f"{handle}@example.org",
            admitted_at=timezone.now() if admitted else None,
            **more,
        )
        if credits_ and admitted:
            ledger.grant(owner=user, amount=credits_, purpose="test")
        return user

    return make


@pytest.fixture
def creator(person: Callable[..., User]) -> User:
    return person("ming")


@pytest.fixture
def other(person: Callable[..., User]) -> User:
    return person("hua")


@pytest.fixture
def staff(person: Callable[..., User]) -> User:
    return person("staff", is_staff=True)


@pytest.fixture
def waiting(person: Callable[..., User]) -> User:
    """Somebody who has signed up and is not yet let in."""
    return person("waiting", admitted=False)


@pytest.fixture
def api() -> Api:
    """A client of the REST API: `api()` for a stranger, `api(user)` for somebody signed in."""

    def client(user: User | None = None, language: str = "en") -> APIClient:
        client = CheckedClient(headers={"Accept-Language": language})
        if user is not None:
            client.force_authenticate(user)
        return client

    return client


@pytest.fixture
def work_all() -> Callable[..., int]:
    """Runs every job that can run, through the real claim, handler and finish; answers how many it ran.

    Fails where a job does something slow while it holds a lock."""
    from jobs.worker.perform import drain

    def run(*pools: str) -> int:
        with watched() as (slow, _):
            count = drain(*pools)
        assert not slow, f"in a transaction of a job: {slow}"
        return count

    return run


@pytest.fixture
def inside() -> Iterator[tuple[str, list[str]]]:
    """An address that only this machine reaches, and what was asked of it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args: Any) -> None: ...

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/secret.ts", asked
    server.shutdown()
    server.server_close()
