"""A person's own account: its name, its keys and its end."""

from typing import Any

from creator.accounts import token_use
from creator.accounts.authentication import user_for
from creator.credits import ledger
from creator.models import Account, Entry, Hold, Token, Transfer, User
from creator.signals import account_deleting
from tests.creator.conftest import Visitor, bearing
from tests.creator.test_credits import books_add_up

ME, KEYS = "/api/v1/me", "/api/v1/keys"


def test_a_creator_is_called_what_they_like(api: Any, creator: User) -> None:
    answer = api(creator).patch(ME, {"handle": "long_zhou", "display_name": "龙舟"})

    assert (answer.json()["handle"], answer.json()["display_name"]) == ("long_zhou", "龙舟")


def test_a_handle_is_nobody_else_s_and_fits_in_a_url(api: Any, creator: User, other: User) -> None:
    taken = api(creator).patch(ME, {"handle": other.handle})
    odd = api(creator).patch(ME, {"handle": "龙 舟"})

    assert (taken.status_code, taken.json()["errors"][0]["code"]) == (409, "handle-taken")
    assert (odd.status_code, odd.json()["errors"][0]["field"]) == (400, "handle")


def test_nobody_passes_for_the_staff(api: Any, creator: User) -> None:
    assert api(creator).patch(ME, {"handle": "support"}).status_code == 409
    assert User.objects.get(pk=creator.pk).handle == "ming"


def test_nobody_admits_or_promotes_themselves(api: Any, waiting: User) -> None:
    api(waiting).patch(
        ME, {"is_staff": True, "admitted_at": "2026-01-01T00:00:00Z", "phone": "+8613800138000"}
    )

    kept = User.objects.get(pk=waiting.pk)
    assert (kept.is_staff, kept.is_admitted, kept.phone) == (False, False, None)


def test_a_key_works_and_is_shown_once(api: Any, creator: User) -> None:
    made = api(creator).post(KEYS, {"name": "my script"})
    key = made.json()["key"]

    assert made.headers["Cache-Control"] == "no-store"
    assert user_for(key) == creator
    assert bearing(key).get(ME).json()["handle"] == "ming"
    listed = api(creator).get(KEYS).json()["results"]
    assert [(one["name"], one["hint"]) for one in listed] == [("my script", key[-4:])]
    assert key not in str(listed)


def test_a_key_says_when_it_was_last_used(api: Any, creator: User) -> None:
    key = api(creator).post(KEYS, {"name": "my script"}).json()["key"]
    bearing(key).get(ME)

    token_use.flush()

    assert api(creator).get(KEYS).json()["results"][0]["last_used_at"] is not None


def test_a_revoked_key_stops_at_once(api: Any, creator: User) -> None:
    made = api(creator).post(KEYS, {"name": "my script", "days": 30}).json()

    assert made["expires_at"] is not None
    assert api(creator).delete(f"{KEYS}/{made['id']}").status_code == 204
    assert bearing(made["key"]).get(ME).status_code == 401


def test_another_s_key_is_not_there(api: Any, creator: User, other: User) -> None:
    made = api(creator).post(KEYS, {"name": "my script"}).json()

    assert api(other).delete(f"{KEYS}/{made['id']}").status_code == 404
    assert api(other).get(KEYS).json()["results"] == []
    assert Token.objects.filter(pk=made["id"]).exists()


def test_a_key_makes_no_keys_and_ends_no_account(api: Any, creator: User) -> None:
    key = bearing(api(creator).post(KEYS, {"name": "my script"}).json()["key"])

    assert key.post(KEYS, {"name": "another"}).json()["code"] == "session-needed"
    assert key.delete(ME).status_code == 403
    assert User.objects.filter(pk=creator.pk).exists()


def test_there_are_twenty_keys_at_most(api: Any, creator: User) -> None:
    statuses = [api(creator).post(KEYS, {"name": f"key {n}"}).status_code for n in range(21)]

    assert statuses == [201] * 20 + [409]


def test_sessions_are_not_listed_among_the_keys(visitor: Visitor) -> None:
    client = visitor.sign_in(phone="+8613800138000")

    assert client.get(KEYS).json()["results"] == []


def test_leaving_removes_the_person_and_keeps_the_books(visitor: Visitor) -> None:
    client = visitor.sign_in(phone="+8613800138000")
    user = User.objects.get()
    ledger.grant(owner=user, amount=100, purpose="Welcome credits")
    ledger.hold(owner=user, amount=40, purpose="AI video", reference="generation:1")

    assert client.delete(ME).status_code == 204

    assert client.get(ME).status_code == 401
    assert not User.objects.exists()
    assert not Token.objects.exists()
    assert Hold.objects.get().state == "released"
    assert not Transfer.objects.exclude(owner=None).exists()
    assert not Account.objects.exclude(owner=None).exists()
    assert Entry.objects.exists()
    assert books_add_up()


def test_the_other_rooms_are_told_before_a_person_is_gone(api: Any, creator: User) -> None:
    seen: list[bool] = []

    def listen(user: User, **_: Any) -> None:
        seen.append(User.objects.filter(pk=user.pk).exists())

    account_deleting.connect(listen)
    try:
        api(creator).delete(ME)
    finally:
        account_deleting.disconnect(listen)

    assert seen == [True]


def test_whoever_comes_back_is_somebody_new(visitor: Visitor, patiently: Any) -> None:
    visitor.sign_in(phone="+8613800138000").delete(ME)
    patiently()

    me = visitor.sign_in(phone="+8613800138000").get(ME).json()

    assert me["is_admitted"] is False
    assert visitor.sign_in(email="a@example.org").get("/api/v1/credits").json()["balance"] == 0
