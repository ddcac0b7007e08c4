"""Where one is signed in: seen, ended, renewed, and never on more devices than the limit."""

from typing import Any

import pytest

from creator.accounts import sessions, tokens
from creator.accounts.device_names import device_name
from creator.models import Token, User
from tests.contract import CheckedClient

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"
ANDROID = "Mozilla/5.0 (Linux; Android 16; Pixel) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36"


def on(user: User, device: str = "") -> tuple[CheckedClient, str]:
    """A client signed in on a new device, and its token."""
    secret = sessions.open_session(user, device)[1]
    return CheckedClient(headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"}), secret


def is_in(secret: str) -> bool:
    return tokens.find(secret) is not None


def test_one_sees_on_which_devices_one_is_signed_in(creator: User, other: User) -> None:
    on(other, "Hua's")
    on(creator, "Chrome, Android")
    phone, _ = on(creator, "Safari, iPhone")

    listed = phone.get("/api/v1/sessions").json()["results"]

    assert [(one["device"], one["current"]) for one in listed] == [
        ("Safari, iPhone", True),
        ("Chrome, Android", False),
    ]
    assert not {"digest", "token", "hint"} & listed[0].keys()


def test_a_device_is_signed_out_by_another(creator: User, other: User) -> None:
    phone, _ = on(creator)
    _, lost = on(creator, "lost")
    pk = phone.get("/api/v1/sessions").json()["results"][0]["id"]

    assert on(other)[0].delete(f"/api/v1/sessions/{pk}").status_code == 404
    assert phone.delete(f"/api/v1/sessions/{pk}").status_code == 204

    assert not is_in(lost)
    assert phone.get("/api/v1/me").status_code == 200


def test_signing_out_everywhere_ends_every_session_and_no_key(creator: User, other: User) -> None:
    phone, here = on(creator)
    _, there = on(creator)
    _, another_s = on(other)
    _, key = tokens.issue(creator, kind=Token.Kind.KEY)

    assert phone.delete("/api/v1/sessions").status_code == 204

    assert [is_in(one) for one in (here, there, another_s, key)] == [False, False, True, True]


def test_a_session_is_renewed_and_what_was_is_worth_nothing(creator: User) -> None:
    phone, old = on(creator, "phone")

    answer = phone.post("/api/v1/auth/rotate")

    assert answer.headers["Cache-Control"] == "no-store"
    assert (is_in(old), is_in(answer.json()["token"])) == (False, True)
    assert Token.objects.get().name == "phone"
    assert phone.post("/api/v1/auth/rotate").status_code == 401


def test_of_two_who_renew_the_same_token_one_is_refused(creator: User) -> None:
    token, _ = sessions.open_session(creator)
    same = Token.objects.get(pk=token.pk)
    sessions.rotate(token)

    with pytest.raises(sessions.TokenReplaced):
        sessions.rotate(same)


def test_a_key_is_renewed_by_its_owner_in_a_session(creator: User, api: Any) -> None:
    phone, _ = on(creator)
    made = phone.post("/api/v1/keys", {"name": "my script", "scopes": ["read", "account"]}).json()
    by_key = CheckedClient(headers={"Authorization": f"Bearer {made['key']}"})

    refused = by_key.post(f"/api/v1/keys/{made['id']}/rotate")
    renewed = phone.post(f"/api/v1/keys/{made['id']}/rotate").json()

    assert refused.json()["code"] == "session-needed"
    assert (is_in(made["key"]), is_in(renewed["key"])) == (False, True)
    assert (renewed["id"], renewed["hint"]) == (made["id"], renewed["key"][-4:])
    assert sorted(renewed["scopes"]) == ["account", "read"]


def test_beyond_the_most_devices_the_oldest_is_signed_out(creator: User, settings: Any) -> None:
    settings.LIMITS = {"sessions": 2}

    secrets = [on(creator)[1] for _ in range(3)]

    assert [is_in(one) for one in secrets] == [False, True, True]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (IPHONE, "Safari, iPhone"),
        (ANDROID, "Chrome, Android"),
        ("okhttp/4.12.0", "okhttp/4.12.0"),
        ("Lingying/2.1 (iPhone; iOS 19)", "Lingying/2.1, iPhone"),
        ("", ""),
        ("evil\u202egnp.exe\x00\r\nX: y", "evilgnp.exeX:"),
        ("x" * 5000, "x" * 40),
    ],
)
def test_a_device_is_called_by_what_it_says_of_itself_and_not_at_length(said: str, name: str) -> None:
    assert device_name(said) == name
