"""No stranger keeps the owner of a mailbox from signing in, and guessing stays bounded."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from creator.accounts.codes import EASY, MOST_TRIES
from creator.limits import most
from creator.models import Allowance, KnownDevice, SignInCode, User
from tests.contract import CheckedClient

PHONE = "+8613800138000"
CODE, LOGIN = "/api/v1/auth/code", "/api/v1/auth/login"


class Device:
    """A client at an address of its own."""

    def __init__(self, address: str, sent: Callable[[], str]) -> None:
        self.client = CheckedClient(REMOTE_ADDR=address)
        self.sent, self.device_token, self.request_id = sent, "", ""

    def asks(self) -> int:
        answer = self.client.post(CODE, self._about())
        self.request_id = answer.json().get("request_id", self.request_id)
        return int(answer.status_code)

    def hands_in(self, code: str, **more: str) -> Any:
        answer = self.client.post(LOGIN, self._about() | {"code": code} | more)
        if answer.status_code == 200:
            self.device_token = answer.json()["device_token"]
        return answer

    def guesses(self, **more: str) -> int:
        wrong = f"{(int(self.sent()) + 1) % 10**6:06d}"
        return int(self.hands_in(wrong, **more).status_code)

    def signs_in(self) -> int:
        asked = self.asks()
        if asked != 202:
            return asked
        return int(self.hands_in(self.sent(), request_id=self.request_id).status_code)

    def _about(self) -> dict[str, str]:
        return {"phone": PHONE} | ({"device_token": self.device_token} if self.device_token else {})


@pytest.fixture
def device(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Device]:
    """Makes devices; the newest code that was sent is known to each."""
    sent: list[str] = []
    monkeypatch.setattr(
        "creator.accounts.code_senders.FileSender.send", lambda _, to, code: sent.append(code)
    )
    return lambda address: Device(address, lambda: sent[-1])


@pytest.fixture
def strangers(device: Callable[[str], Device]) -> list[Device]:
    return [device(f"203.0.113.{last}") for last in range(1, 60)]


def test_a_stranger_s_code_does_not_replace_the_owner_s(device: Callable[[str], Device]) -> None:
    owner, stranger = device("198.51.100.1"), device("203.0.113.1")
    owner.asks()
    code = owner.sent()

    assert stranger.asks() == 202

    assert owner.hands_in(code, request_id=owner.request_id).status_code == 200


def test_a_stranger_who_has_just_asked_does_not_make_the_owner_wait(device: Callable[[str], Device]) -> None:
    device("203.0.113.1").asks()

    assert device("198.51.100.1").signs_in() == 200


@pytest.mark.parametrize("sends_the_id", [True, False])
def test_guesses_of_a_stranger_do_not_use_up_the_owner_s_code(
    device: Callable[[str], Device], sends_the_id: bool
) -> None:
    owner, stranger = device("198.51.100.1"), device("203.0.113.1")
    owner.asks()
    code = owner.sent()

    assert {stranger.guesses() for _ in range(20)} == {400}

    more = {"request_id": owner.request_id} if sends_the_id else {}
    assert owner.hands_in(code, **more).status_code == 200


def test_the_right_code_opens_nothing_for_who_did_not_ask_for_it(device: Callable[[str], Device]) -> None:
    owner, stranger = device("198.51.100.1"), device("203.0.113.1")
    owner.asks()
    code = owner.sent()
    stranger.asks()

    refused = stranger.hands_in(code, request_id=stranger.request_id)

    assert code == stranger.sent() or refused.status_code == 400


def test_a_known_device_signs_in_when_strangers_have_used_up_everything(
    device: Callable[[str], Device], strangers: list[Device]
) -> None:
    owner = device("198.51.100.1")
    assert owner.signs_in() == 200

    statuses = [stranger.asks() for stranger in strangers]

    assert statuses.count(202) == most("mailbox_codes") - 1  # the owner's first
    assert device("198.51.100.7").asks() == 429
    assert owner.signs_in() == 200


def test_a_known_device_is_not_counted_with_its_network(
    device: Callable[[str], Device], settings: Any
) -> None:
    settings.LIMITS = {"network_codes": 1, "sign_ins": 1}
    owner = device("198.51.100.1")
    assert owner.signs_in() == 200

    assert device("198.51.100.1").asks() == 429
    assert owner.signs_in() == 200


def test_a_device_of_another_person_is_a_stranger(device: Callable[[str], Device], settings: Any) -> None:
    settings.LIMITS = {"mailbox_codes": 0}
    other = User.objects.create_user(phone="+8613800138001")
    KnownDevice.objects.create(user=other, digest="")
    stranger = device("203.0.113.1")
    stranger.device_token = "lyd_made-up"

    assert stranger.asks() == 429


def test_a_device_token_opens_nothing(device: Callable[[str], Device]) -> None:
    owner = device("198.51.100.1")
    owner.signs_in()

    answer = CheckedClient(headers={"Authorization": f"Bearer {owner.device_token}"}).get("/api/v1/me")

    assert answer.status_code == 401


def test_devices_are_remembered_up_to_a_number(device: Callable[[str], Device], settings: Any) -> None:
    settings.LIMITS = {"devices": 2}
    devices = [device(f"198.51.100.{last}") for last in range(3)]

    assert [one.signs_in() for one in devices] == [200] * 3
    assert KnownDevice.objects.count() == 2


def test_a_day_of_guessing_from_many_networks_is_eighty_guesses(strangers: list[Device]) -> None:
    guesses = 0
    for stranger in strangers:
        while stranger.asks() == 202:
            row = SignInCode.objects.get(pk=stranger.request_id)
            while row.tries < row.most_tries:
                stranger.guesses(request_id=stranger.request_id)
                row.refresh_from_db()
                guesses += 1
            # the minute between two codes has passed, the day has not
            Allowance.objects.order_by("ends_at")[:1].get().delete()

    assert guesses == EASY * MOST_TRIES + (most("mailbox_codes") - EASY) == 80


def test_asking_for_a_known_and_an_unknown_number_does_the_same(device: Callable[[str], Device]) -> None:
    User.objects.create_user(phone=PHONE)
    device("198.51.100.1").client.post(CODE, {"phone": "+8613800138009"})  # what is done once has been done
    done: list[list[str]] = []
    for number in (PHONE, "+8613800138001"):
        with CaptureQueriesContext(connection) as queries:
            device("198.51.100.1").client.post(CODE, {"phone": number})
        done.append([query["sql"].split(" ")[0] for query in queries])

    assert done[0] == done[1]


def test_a_request_id_that_is_none_is_refused_as_such(device: Callable[[str], Device]) -> None:
    owner = device("198.51.100.1")
    owner.asks()

    assert owner.hands_in(owner.sent(), request_id="nonsense").status_code == 400


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_a_code_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    locked: list[bool] = []
    monkeypatch.setattr(
        "creator.accounts.code_senders.FileSender.send",
        lambda _, to, code: locked.append(connection.in_atomic_block),
    )

    assert CheckedClient().post(CODE, {"phone": PHONE}).status_code == 202
    assert locked == [False]
