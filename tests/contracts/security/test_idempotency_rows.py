"""`Idempotency-Key`: who may have rows, how many, how long, and what a crash leaves of one."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from config.idempotency import reservation
from config.idempotency.models import KeptAnswer
from creator.models import Token, User
from tests.contract import CheckedClient
from tests.contracts.test_idempotency import Signed
from tests.contracts.test_idempotency import signed as signed
from waitlist.models import Invite

KEY = {"Idempotency-Key": "one"}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for another request with the same key."""
    monkeypatch.setattr(reservation, "WAIT_SECONDS", 0.0)


def ask(client: APIClient, uses: int = 3) -> Any:
    return client.post("/api/v1/invites", {"uses": uses}, headers=KEY)


def left_behind(client: APIClient, **state: Any) -> None:
    """What a request leaves whose process was killed: its reservation, in some state."""
    ask(client)
    Invite.objects.all().delete()
    KeptAnswer.objects.update(status=0, body=b"", **state)


@pytest.mark.parametrize("path", ["/api/v1/invites", "/api/v1/auth/code", "/api/v1/nowhere"])
@pytest.mark.parametrize("authorization", ["Bearer nobody", "Bearer", "Basic YTpi", "Bearer \xff"])
def test_a_header_that_nobody_has_checked_writes_nothing(db: None, path: str, authorization: str) -> None:
    headers = {"Authorization": authorization, "Idempotency-Key": "k" * 10}

    CheckedClient().post(path, {"email": "a@example.org"}, headers=headers)

    assert not KeptAnswer.objects.exists()


def test_after_signing_out_an_answer_is_not_told_again(staff: User, signed: Signed) -> None:
    client = signed(staff)
    ask(client)
    client.post("/api/v1/auth/logout")

    again = ask(client)

    assert (again.status_code, again.json()["code"]) == (401, "authentication-failed")
    assert not KeptAnswer.objects.exists()


def test_the_end_of_a_session_ends_its_answers_and_no_other_s(staff: User, signed: Signed) -> None:
    ask(signed(staff))
    ask(signed(staff))

    Token.objects.order_by("created_at").first().delete()  # type: ignore[union-attr]

    assert KeptAnswer.objects.count() == 1


def test_a_person_has_a_most_of_kept_answers_and_the_oldest_go(
    staff: User, signed: Signed, settings: Any
) -> None:
    settings.LIMITS = {"kept_answers": 3}
    clients = [signed(staff), signed(staff)]

    for number in range(8):
        headers = {"Idempotency-Key": f"key-{number}"}
        clients[number % 2].post("/api/v1/invites", {"uses": 1}, headers=headers)

    assert sorted(KeptAnswer.objects.values_list("key", flat=True)) == ["key-5", "key-6", "key-7"]


def test_an_answer_too_large_to_keep_is_shown_once(
    staff: User, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reservation, "MOST_BYTES", 10)
    client = signed(staff)

    first, again = ask(client), ask(client)

    assert (first.status_code, again.status_code, again.json()["code"]) == (201, 409, "shown-once")
    assert bytes(KeptAnswer.objects.get().body) == b""


def test_while_the_first_is_at_work_the_second_is_told_when_to_ask_again(
    staff: User, signed: Signed, impatient: None
) -> None:
    client = signed(staff)
    left_behind(client, lease_until=timezone.now() + timedelta(seconds=30))

    answer = ask(client)

    assert (answer.status_code, answer.json()["code"]) == (409, "in-progress")
    assert 1 <= int(answer["Retry-After"]) <= 30
    assert not Invite.objects.exists()


def test_what_a_crash_left_undone_is_done_by_the_next(staff: User, signed: Signed) -> None:
    client = signed(staff)
    left_behind(client, acted=False, lease_until=timezone.now() - timedelta(seconds=1))

    first, again = ask(client), ask(client)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotent-Replayed"] == "true"
    assert Invite.objects.count() == 1


def test_what_was_done_before_a_crash_is_not_done_twice(staff: User, signed: Signed) -> None:
    client = signed(staff)
    left_behind(client, acted=True, lease_until=timezone.now() - timedelta(seconds=1))

    answer = ask(client)

    assert (answer.status_code, answer.json()["code"]) == (409, "answer-lost")
    assert not Invite.objects.exists()


def test_a_slow_request_whose_key_was_taken_over_changes_nothing(
    staff: User, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile() -> str:
        KeptAnswer.objects.update(lease=uuid4())
        return "LATE"

    monkeypatch.setattr("waitlist.invites.actions._new_code", meanwhile)

    answer = ask(signed(staff))

    assert (answer.status_code, answer.json()["code"]) == (409, "in-progress")
    assert not Invite.objects.exists()


def test_a_request_says_that_it_acted_in_the_transaction_of_what_it_did(
    staff: User, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit of writes is spent before; what is done to the invites is what counts."""
    seen: list[bool] = []
    save = Invite.save

    def saved(invite: Invite, *args: Any, **kwargs: Any) -> None:
        seen.append(KeptAnswer.objects.get().acted)
        save(invite, *args, **kwargs)
        seen.append(KeptAnswer.objects.get().acted)

    monkeypatch.setattr(Invite, "save", saved)

    ask(signed(staff))

    assert seen == [False, True]


def test_a_request_that_broke_before_it_did_anything_gives_its_key_back(
    staff: User, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed(staff)
    client.raise_request_exception = False  # type: ignore[attr-defined]
    with monkeypatch.context() as broken:
        broken.setattr("waitlist.invites.actions._new_code", lambda: 1 / 0)
        assert ask(client).status_code == 500

    assert ask(client).status_code == 201
