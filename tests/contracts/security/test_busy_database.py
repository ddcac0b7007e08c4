"""Another process writes for long: readers do not notice, writers are told to come back, none sees a 500."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import RequestFactory

from config import views
from creator.accounts.tokens import issue_session
from creator.models import User
from tests.conftest import Api
from tests.contract import CheckedClient
from tests.contracts.objects import make_things
from tests.contracts.test_idor_matrix import WHO, ask
from waitlist.models import Invite

pytestmark = pytest.mark.django_db(transaction=True)
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="one write lock for all is SQLite's")
COUNTED = "GET drafts/{id}/explain"


@pytest.fixture
def locked() -> Iterator[Callable[[], sqlite3.Connection]]:
    """Takes the write lock, as another process would; closed at the end of the test."""
    opened = []

    def lock() -> sqlite3.Connection:
        opened.append(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None))
        opened[-1].execute("BEGIN IMMEDIATE")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 10")  # milliseconds; here nobody lets go
        return opened[-1]

    yield lock
    for other in opened:
        other.close()


def signed(user: User, **headers: str) -> CheckedClient:
    return CheckedClient(headers={"Authorization": f"Bearer {issue_session(user)[1]}", **headers})


@on_sqlite
def test_no_route_answers_500_and_writers_are_told_when_to_come_back(
    creator: User, api: Api, locked: Any
) -> None:
    things, keyed, plain = (
        make_things(creator, api),
        signed(creator, **{"Idempotency-Key": "k"}),
        signed(creator),
    )
    locked()

    for route in sorted(WHO):
        for client in (plain, keyed):
            status = ask(client, route, things)
            reads = route.startswith("GET") and route != COUNTED
            assert status < 500 if reads else status == 503 or 400 <= status < 500, f"{route}: {status}"


@on_sqlite
@pytest.mark.parametrize(("language", "words"), [("en", "busy"), ("zh-hans", "繁忙")])
@pytest.mark.parametrize("key", ["", "one"])
def test_the_answer_says_that_it_is_busy_and_for_how_long(
    staff: User, locked: Any, language: str, words: str, key: str
) -> None:
    client = signed(staff, **{"Accept-Language": language} | ({"Idempotency-Key": key} if key else {}))
    locked()

    answer = client.post("/api/v1/invites", {"uses": 3})

    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer["Content-Type"] == "application/problem+json"
    assert int(answer["Retry-After"]) >= 1
    assert words in answer.json()["detail"]


@on_sqlite
def test_what_was_refused_for_being_busy_is_done_when_it_is_asked_again(staff: User, locked: Any) -> None:
    client = signed(staff, **{"Idempotency-Key": str(uuid4())})
    other = locked()
    refused = client.post("/api/v1/invites", {"uses": 3})
    other.rollback()

    accepted = client.post("/api/v1/invites", {"uses": 3})

    assert (refused.status_code, accepted.status_code, Invite.objects.count()) == (503, 201, 1)


@on_sqlite
def test_what_breaks_outside_a_view_because_it_is_busy_says_so(locked: Any) -> None:
    locked()
    try:
        Invite.objects.all().delete()
    except OperationalError:
        answer = views.broken(RequestFactory().get("/anything"))

    assert (answer.status_code, json.loads(answer.content)["code"]) == (503, "busy")
    assert answer["Retry-After"]


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="rows are locked on PostgreSQL")
def test_a_row_that_is_locked_for_long_is_no_500_either(creator: User, person: Any) -> None:
    client, other = signed(creator), connection.copy()
    other.set_autocommit(False)
    with other.cursor() as holder, connection.cursor() as cursor:
        holder.execute("UPDATE creator_user SET display_name = 'x' WHERE id = %s", [creator.pk])
        cursor.execute("SET lock_timeout = '50ms'")
        answer = client.patch("/api/v1/me", {"display_name": "Ming"})
    other.close()

    assert (answer.status_code, answer.json()["code"]) == (503, "busy")


def test_requests_wait_a_few_seconds_and_workers_longer() -> None:
    """A worker has made something that must be written; a request holds a thread, and its person waits."""

    def waits(module: str) -> float:
        script = f"import {module}; from django.conf import settings; print(settings.DATABASE_WAIT_SECONDS)"
        told = subprocess.run(
            [sys.executable, "-c", script], cwd=settings.BASE_DIR, capture_output=True, check=True
        )
        return float(told.stdout)

    assert waits("config.asgi") == waits("config.wsgi") == 5
    assert waits("config.celery") == 30
