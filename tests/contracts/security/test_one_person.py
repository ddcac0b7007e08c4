"""One mailbox and one phone are one person, however they are spelt."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

import errors
from creator.accounts.addresses import normalize_email, normalize_phone
from creator.models import Allowance, User
from tests.contract import CheckedClient

CODE, LOGIN = "/api/v1/auth/code", "/api/v1/auth/login"


@pytest.fixture
def signs_up(db: None, settings: Any) -> Callable[[str], int]:
    """Signs in by mail with an address as typed; says whose account it was."""
    settings.CODE_SENDER = "creator.accounts.code_senders.EmailSender"

    def sign_up(typed: str) -> int:
        Allowance.objects.all().delete()
        client = CheckedClient()
        assert client.post(CODE, {"email": typed}).status_code == 202
        code = mail.outbox[-1].subject[:6]
        session = client.post(LOGIN, {"email": typed, "code": code}).json()
        return int(session["user"]["id"])

    return sign_up


@pytest.mark.parametrize(
    ("spelling", "again"),
    [
        ("ming@example.org", "MING@EXAMPLE.org"),
        ("ming@example.org", "ming@example。org"),
        ("ming@example.org", "ming@ｅxample.org"),
        ("ming@example.org", "ｍing@example.org"),
        ("ming@example.org", "ming+shop@example.org"),
        ("ming@bücher.example", "ming@xn--bcher-kva.example"),
        ("long.zhou@gmail.com", "l.o.n.g.zhou+1@googlemail.com"),
        ("long_zhou@proton.me", "long-zhou@protonmail.ch"),
        ("long-zhou@yandex.ru", "long.zhou@ya.ru"),
        ("longzhou@icloud.com", "longzhou@me.com"),
    ],
)
def test_two_spellings_of_a_mailbox_are_one_person(
    signs_up: Callable[[str], int], spelling: str, again: str
) -> None:
    assert signs_up(spelling) == signs_up(again)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "phone",
    [
        "+54 11 2345-6789",  # a second spelling of the mobile +54 9 11 2345-6789
        "+86 10 6552 9988",
        "+44 20 7946 0018",
        "+44 909 879 0000",  # whoever is called is paid for it
        "+1 900 555 0123",
    ],
)
def test_numbers_that_are_no_mobile_are_refused(api: Any, db: None, phone: str) -> None:
    answer = api().post(CODE, {"phone": phone})

    assert (answer.status_code, answer.json()["code"]) == (400, "phone-invalid")


@pytest.mark.parametrize(
    "email", ["ming@exam\u00adple.org", "mi\u200bng@example.org", "ming@exam\u2060ple.org"]
)
def test_invisible_characters_in_an_address_are_refused(api: Any, db: None, email: str) -> None:
    answer = api().post(CODE, {"email": email})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "email-invalid")


def test_dots_tell_mailboxes_apart_where_the_host_reads_them(signs_up: Callable[[str], int]) -> None:
    assert signs_up("long.zhou@example.org") != signs_up("longzhou@example.org")


def test_mail_goes_to_the_address_the_account_was_made_with(signs_up: Callable[[str], int]) -> None:
    """Where a host takes a plus literally, its other mailbox does not open this account."""
    signs_up("Ming+shop@example.org")

    signs_up("ming+other@example.org")

    assert [message.to for message in mail.outbox] == [["Ming+shop@example.org"]] * 2


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"])
def test_digits_of_other_scripts_make_no_second_number(digits: str) -> None:
    number = "+8613800138000".translate({ord(str(value)): digit for value, digit in enumerate(digits)})

    with suppress(errors.Invalid):
        assert normalize_phone(number) == "+8613800138000"


@given(st.text("+-() .0123456789٣３⑶a", max_size=20))
def test_a_number_that_is_taken_is_e164_in_ascii_and_stays_as_it_is(text: str) -> None:
    try:
        number = normalize_phone(text)
    except errors.Invalid:
        return

    assert number.isascii() and number[0] == "+" and number[1:].isdigit()
    assert normalize_phone(number) == number


@pytest.mark.parametrize("number", ["+44 (0)7911 123456", "+447911123456", "00447911123456"])
def test_a_trunk_prefix_makes_no_second_number(number: str) -> None:
    assert normalize_phone(number) == "+447911123456"


@given(st.emails())
def test_a_mailbox_stays_as_it_is(text: str) -> None:
    try:
        found = normalize_email(text)
    except errors.Invalid:
        return

    assert normalize_email(found.mailbox).mailbox == found.mailbox
    assert found.mailbox.isascii() and found.mailbox == found.mailbox.lower()
    assert normalize_email(found.text).mailbox == found.mailbox


def test_a_limit_counts_the_mailbox_and_not_its_spelling(api: Any, db: None) -> None:
    statuses = [
        api().post(CODE, {"email": email}).status_code
        for email in ("ming@example.org", "ming+1@example.org", "Ming@example。org")
    ]

    assert statuses == [202, 429, 429]
