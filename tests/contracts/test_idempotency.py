"""`Idempotency-Key`, on a route that makes something and on one whose answer is shown once."""

import io
import tempfile
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image
from rest_framework.test import APIClient

from config.idempotency import fingerprint, reservation
from config.idempotency.models import KeptAnswer
from creator.accounts.tokens import issue_session
from creator.models import User
from library.models import Still
from tests.contract import CheckedClient
from waitlist.models import Invite

Signed = Callable[[User], APIClient]


@pytest.fixture
def signed() -> Signed:
    """A client with a real token: keys belong to whoever sends the Authorization header."""

    def client(user: User) -> APIClient:
        return CheckedClient(headers={"Authorization": f"Bearer {issue_session(user)[1]}"})

    return client


def test_the_second_answer_is_the_first_again(staff: User, signed: Signed) -> None:
    client, key = signed(staff), {"Idempotency-Key": "one"}

    first = client.post("/api/v1/invites", {"uses": 3}, headers=key)
    again = client.post("/api/v1/invites", {"uses": 3}, headers=key)

    assert first.status_code == again.status_code == 201
    assert first.content == again.content and again["Idempotent-Replayed"] == "true"
    assert Invite.objects.count() == 1


def test_a_key_used_for_something_else_is_refused(staff: User, signed: Signed) -> None:
    client, key = signed(staff), {"Idempotency-Key": "one"}
    client.post("/api/v1/invites", {"uses": 3}, headers=key)

    answer = client.post("/api/v1/invites", {"uses": 4}, headers=key)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


def test_two_people_may_use_the_same_key(staff: User, person: Callable[..., User], signed: Signed) -> None:
    for user in (staff, person("second", is_staff=True)):
        signed(user).post("/api/v1/invites", {"uses": 3}, headers={"Idempotency-Key": "one"})

    assert Invite.objects.count() == 2


def test_a_refused_request_may_be_tried_again_with_its_key(staff: User, signed: Signed) -> None:
    client, key = signed(staff), {"Idempotency-Key": "one"}

    refused = client.post("/api/v1/invites", {"uses": 0}, headers=key)
    accepted = client.post("/api/v1/invites", {"uses": 1}, headers=key)

    assert (refused.status_code, accepted.status_code) == (400, 201)


def test_a_secret_is_made_once_and_never_kept(creator: User, signed: Signed) -> None:
    client, key = signed(creator), {"Idempotency-Key": "one"}

    first = client.post("/api/v1/keys", {"name": "phone"}, headers=key)
    again = client.post("/api/v1/keys", {"name": "phone"}, headers=key)

    assert (first.status_code, again.status_code, again.json()["code"]) == (201, 409, "shown-once")
    assert bytes(KeptAnswer.objects.get().body) == b""
    assert len(client.get("/api/v1/keys").json()["results"]) == 1


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_of_no_use_is_refused(staff: User, signed: Signed, key: str) -> None:
    answer = signed(staff).post("/api/v1/invites", {"uses": 3}, headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-too-long")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one(staff: User, signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reservation, "WAIT_SECONDS", 120.0)  # a loaded machine takes long for the first
    client = signed(staff)

    def ask(_: int) -> int:
        try:
            return client.post("/api/v1/invites", {"uses": 3}, headers={"Idempotency-Key": "one"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(20)))

    assert set(answers) == {201} and Invite.objects.count() == 1


@pytest.mark.parametrize(
    "again",
    [
        '{"code":"TEST2026","uses":3}',
        '{"uses": 3.0, "code": "TEST2026"}',
        '{"uses": 3, "code": "T\\u0045ST2026"}',
        '{\n  "uses": 3e0,\t"code": "TEST2026"\n}',
    ],
)
def test_a_request_is_the_same_by_its_value_not_by_its_bytes(staff: User, signed: Signed, again: str) -> None:
    client, key = signed(staff), {"Idempotency-Key": "one"}

    def ask(body: str, kind: str = "application/json") -> Any:
        return client.generic("POST", "/api/v1/invites", body, kind, headers=key)

    first, second = ask('{"uses": 3, "code": "TEST2026"}'), ask(again, "application/json; charset=utf-8")

    assert first.status_code == second.status_code == 201
    assert second["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    "again", ['{"uses": true}', '{"uses": "1"}', '{"uses": [1]}', '{"uses": 1, "used": 0}']
)
def test_a_value_of_another_type_is_another_request(staff: User, signed: Signed, again: str) -> None:
    client, key = signed(staff), {"Idempotency-Key": "one"}
    client.post("/api/v1/invites", {"uses": 1}, headers=key)

    answer = client.generic("POST", "/api/v1/invites", again, "application/json", headers=key)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


def picture(colour: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (16, 16), colour).save(written, "PNG", compress_level=0)
    return written.getvalue()


def test_a_form_is_the_same_by_what_is_in_its_files(creator: User, signed: Signed) -> None:
    client, key = signed(creator), {"Idempotency-Key": "one"}

    def send(content: bytes, name: str = "a.png", title: str = "mine") -> Any:
        form = {"file": SimpleUploadedFile(name, content, "image/png"), "title": title}
        return client.post("/api/v1/uploads", form, format="multipart", headers=key)

    first, again = send(picture("red")), send(picture("red"), name="another-name.png")
    other, titled = send(picture("blue")), send(picture("red"), title="ours")

    assert len(picture("red")) == len(picture("blue"))
    assert (first.status_code, again.status_code, again.content) == (202, 202, first.content)
    assert [answer.json()["code"] for answer in (other, titled)] == ["idempotency-key-reused"] * 2
    assert Still.objects.count() == 1


def test_a_file_that_is_compared_is_not_held_in_memory() -> None:
    with tempfile.NamedTemporaryFile() as stored:
        stored.truncate(64 << 20)
        tracemalloc.start()
        try:
            fingerprint._digest(File(stored))  # type: ignore[arg-type]  # it is read as an upload is
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert stored.tell() == 0, "the view reads it from its beginning"

    assert peak < 8 << 20
