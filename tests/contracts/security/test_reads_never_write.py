"""Reading changes nothing in the database, so no reader waits for a writer, nor makes one wait."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from creator.accounts import token_use
from creator.accounts.tokens import issue_session
from creator.models import Allowance, Token, User
from tests.conftest import Api
from tests.contract import CheckedClient
from tests.contracts.objects import make_things
from tests.contracts.test_idor_matrix import WHO, ask

READS = sorted(route for route in WHO if route.startswith("GET"))
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")
# A rate holds over all processes, so it is counted in the database: by one statement, nothing around it.
COUNTED = {"GET drafts/{id}/explain"}


@contextmanager
def writes_noted() -> Iterator[list[str]]:
    """The statements in here that write."""
    found: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES):
            found.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield found


def signed(user: User) -> CheckedClient:
    return CheckedClient(headers={"Authorization": f"Bearer {issue_session(user)[1]}"})


@pytest.mark.parametrize("route", READS)
def test_a_read_writes_nothing(route: str, creator: User, api: Api) -> None:
    things, client = make_things(creator, api), signed(creator)

    with writes_noted() as writes:
        status = ask(client, route, things)

    assert status < 500
    if route in COUNTED:
        writes = [sql for sql in writes if Allowance._meta.db_table not in sql]
    assert not writes


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/api/schema/", "/media/nobody/signed.mp4"])
def test_nor_does_what_is_no_part_of_the_api(db: None, path: str) -> None:
    with writes_noted() as writes:
        CheckedClient().get(path)

    assert not writes


def test_a_read_with_an_idempotency_key_writes_nothing_either(creator: User) -> None:
    client = signed(creator)

    with writes_noted() as writes:
        client.get("/api/v1/me", headers={"Idempotency-Key": "one"})

    assert not writes


def test_when_tokens_were_used_is_written_in_one_statement_for_all(
    person: Callable[..., User],
) -> None:
    token_use.flush()
    for handle in ("one", "two", "three"):
        signed(person(handle)).get("/api/v1/me")

    with writes_noted() as writes:
        token_use.flush()
        token_use.flush()

    assert len(writes) == 1
    used = Token.objects.values_list("last_used_at", flat=True)
    assert len(used) == 3 and all(when and timezone.now() - when < timedelta(minutes=1) for when in used)


def test_a_token_that_was_deleted_meanwhile_is_in_nobody_s_way(creator: User) -> None:
    signed(creator).get("/api/v1/me")
    Token.objects.all().delete()

    token_use.flush()

    assert not Token.objects.exists()


def test_what_could_not_be_written_is_written_the_next_time(
    creator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token_use.flush()
    signed(creator).get("/api/v1/me")
    with monkeypatch.context() as busy:
        busy.setattr(token_use, "_write", lambda used: 1 / 0)
        token_use.try_to_flush()

    token_use.flush()

    assert Token.objects.get().last_used_at
