"""One step by a code: who gets in, who does not, and what nobody learns."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from creator.accounts import tokens
from creator.accounts.authentication import user_for
from creator.models import SignInCode, Token, User
from creator.scopes import Scope
from tests.creator.conftest import Visitor, bearing

PHONE = "+8613800138000"


def test_an_unknown_phone_signs_up_and_in_with_one_code(visitor: Visitor) -> None:
    client = visitor.sign_in(phone=PHONE)

    me = client.get("/api/v1/me").json()

    assert me["phone"] == PHONE
    assert me["handle"].startswith("creator-")
    assert me["is_admitted"] is False


@pytest.mark.parametrize(
    "spelling", ["13800138000", "+86 138-0013-8000", "008613800138000", "１３８００１３８０００"]
)
def test_every_spelling_of_a_number_is_the_same_person(visitor: Visitor, spelling: str) -> None:
    known = User.objects.create_user(phone=PHONE)

    me = visitor.sign_in(phone=spelling).get("/api/v1/me").json()

    assert me["id"] == known.pk


def test_an_email_address_is_one_person_in_any_case(visitor: Visitor) -> None:
    known = User.objects.create_user(email="ming@example.org")

    assert visitor.sign_in(email=" Ming@Example.ORG").get("/api/v1/me").json()["id"] == known.pk


def test_the_code_is_in_the_file_and_never_in_an_answer(visitor: Visitor) -> None:
    answer = visitor.client.post("/api/v1/auth/code", {"phone": PHONE})
    code = visitor.newest_code()

    assert len(code) == 6
    assert code not in answer.content.decode()
    assert code not in SignInCode.objects.get().digest


def test_known_and_unknown_addresses_are_answered_alike(visitor: Visitor) -> None:
    User.objects.create_user(phone=PHONE)

    known = visitor.client.post("/api/v1/auth/code", {"phone": PHONE})
    unknown = visitor.client.post("/api/v1/auth/code", {"phone": "+8613800138001"})

    nothing_of_whom = [answer.json() | {"request_id": ""} for answer in (known, unknown)]
    assert known.status_code == unknown.status_code == 202
    assert nothing_of_whom[0] == nothing_of_whom[1]


def test_a_code_works_once(visitor: Visitor) -> None:
    code = visitor.ask_code(phone=PHONE)

    assert visitor.log_in(phone=PHONE, code=code).status_code == 200
    again = visitor.log_in(phone=PHONE, code=code)

    assert (again.status_code, again.json()["code"]) == (400, "wrong-code")


def test_a_code_is_of_one_address_only(visitor: Visitor) -> None:
    code = visitor.ask_code(phone=PHONE)

    assert visitor.log_in(phone="+8613800138001", code=code).status_code == 400


def test_the_sixth_try_is_refused_even_with_the_right_code(visitor: Visitor) -> None:
    code = visitor.ask_code(phone=PHONE)
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    for _ in range(5):
        assert visitor.log_in(phone=PHONE, code=wrong).status_code == 400

    assert visitor.log_in(phone=PHONE, code=code).json()["code"] == "wrong-code"


def test_tries_count_even_when_each_carries_an_idempotency_key(visitor: Visitor) -> None:
    code = visitor.ask_code(phone=PHONE)
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    for number in range(5):
        headers = {"Idempotency-Key": f"guess-{number}", "Authorization": "Bearer nobody"}
        visitor.client.post("/api/v1/auth/login", {"phone": PHONE, "code": wrong}, headers=headers)

    assert visitor.log_in(phone=PHONE, code=code).status_code == 400


def test_an_old_code_is_refused(visitor: Visitor) -> None:
    code = visitor.ask_code(phone=PHONE)
    SignInCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert visitor.log_in(phone=PHONE, code=code).status_code == 400


def test_without_a_request_id_the_newest_code_of_the_network_counts(
    visitor: Visitor, patiently: Callable[[], object]
) -> None:
    first = visitor.ask_code(phone=PHONE)
    patiently()
    second = visitor.ask_code(phone=PHONE)

    assert first == second or visitor.log_in(phone=PHONE, code=first).status_code == 400
    assert visitor.log_in(phone=PHONE, code=second).status_code == 200


def test_asking_twice_in_a_minute_is_too_often_and_says_how_long(visitor: Visitor) -> None:
    visitor.ask_code(phone=PHONE)

    answer = visitor.client.post("/api/v1/auth/code", {"phone": "138 0013 8000"})

    assert (answer.status_code, answer.json()["code"]) == (429, "too-often")
    assert "seconds" in answer.json()["detail"]


def test_one_caller_cannot_write_to_the_whole_world(visitor: Visitor, settings: Any) -> None:
    settings.LIMITS = {"network_codes": 3}
    statuses = [
        visitor.client.post("/api/v1/auth/code", {"phone": f"+861380013800{last}"}).status_code
        for last in range(4)
    ]

    assert statuses == [202, 202, 202, 429]


def test_a_made_up_forwarding_header_is_not_another_caller(visitor: Visitor, settings: Any) -> None:
    settings.LIMITS = {"network_codes": 1}
    statuses = [
        visitor.client.post(
            "/api/v1/auth/code",
            {"phone": f"+861380013800{last}"},
            headers={"X-Forwarded-For": f"10.0.0.{last}"},
        ).status_code
        for last in range(2)
    ]

    assert statuses == [202, 429]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "address-invalid"),
        ({"phone": PHONE, "email": "a@b.cn"}, "address-invalid"),
        ({"phone": "12345"}, "phone-invalid"),
        ({"phone": "+8612345678901"}, "phone-invalid"),
        ({"email": "nobody"}, "email-invalid"),
    ],
)
def test_an_unclear_address_is_named_with_what_would_do(visitor: Visitor, body: Any, code: str) -> None:
    answer = visitor.client.post("/api/v1/auth/code", body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == code


def test_refusals_are_said_in_chinese_to_chinese_readers(visitor: Visitor) -> None:
    headers = {"Accept-Language": "zh-Hans"}

    answer = visitor.client.post("/api/v1/auth/code", {"phone": "12345"}, headers=headers)

    assert "手机号" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"{", "请求内容不是有效的 JSON"),
        (b"[" * 99999, "嵌套过深"),
        (b'{"phone": "+8613800138000", "code": "1"}', "6 位数字"),
    ],
)
def test_so_is_what_could_not_be_read(visitor: Visitor, body: bytes, told: str) -> None:
    headers = {"Accept-Language": "zh-Hans"}

    answer = visitor.client.post("/api/v1/auth/login", body, content_type="application/json", headers=headers)

    assert answer.status_code == 400 and told in json.dumps(answer.json(), ensure_ascii=False)


def test_a_code_can_go_by_mail(visitor: Visitor, settings: Any) -> None:
    settings.CODE_SENDER = "creator.accounts.code_senders.EmailSender"

    visitor.client.post("/api/v1/auth/code", {"email": "ming@example.org"})
    code = "".join(filter(str.isdigit, mail.outbox[0].subject))

    assert visitor.log_in(email="ming@example.org", code=code).status_code == 200
    assert visitor.client.post("/api/v1/auth/code", {"phone": PHONE}).status_code == 422


def test_a_mail_server_that_is_down_is_said_so(visitor: Visitor, settings: Any) -> None:
    settings.CODE_SENDER = "creator.accounts.code_senders.EmailSender"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    answer = visitor.client.post("/api/v1/auth/code", {"email": "ming@example.org"})

    assert (answer.status_code, answer.json()["code"]) == (503, "code-not-sent")


def test_a_closed_account_stays_outside(visitor: Visitor, patiently: Callable[[], object]) -> None:
    client = visitor.sign_in(phone=PHONE)
    User.objects.update(is_active=False)
    patiently()

    refused = visitor.log_in(phone=PHONE, code=visitor.ask_code(phone=PHONE))

    assert client.get("/api/v1/me").status_code == 401
    assert (refused.status_code, refused.json()["code"]) == (403, "account-closed")


def test_signing_out_ends_that_session_and_no_other(
    visitor: Visitor, patiently: Callable[[], object]
) -> None:
    first = visitor.sign_in(phone=PHONE)
    patiently()
    second = visitor.sign_in(phone=PHONE)

    assert first.post("/api/v1/auth/logout").status_code == 204
    assert first.get("/api/v1/me").status_code == 401
    assert second.get("/api/v1/me").status_code == 200


def test_the_table_of_tokens_opens_nothing(visitor: Visitor) -> None:
    visitor.sign_in(phone=PHONE)
    token = Token.objects.get()

    assert user_for(token.digest) is None
    assert bearing(token.digest).get("/api/v1/me").status_code == 401


def test_a_token_expires(visitor: Visitor) -> None:
    client = visitor.sign_in(phone=PHONE)
    Token.objects.update(expires_at=timezone.now())

    answer = client.get("/api/v1/me")

    assert answer.status_code == 401
    assert "auth/login" in answer.json()["detail"]


def test_knowing_who_asks_takes_one_query(visitor: Visitor, django_assert_num_queries: Any) -> None:
    visitor.sign_in(phone=PHONE)
    secret = tokens.issue_session(User.objects.get())[1]
    assert user_for(secret) is not None  # the first use is noted, the next minute's are not

    with django_assert_num_queries(1):
        assert user_for(secret) is not None


def test_a_login_is_a_handful_of_queries(visitor: Visitor, django_assert_max_num_queries: Any) -> None:
    code = visitor.ask_code(phone=PHONE)

    with django_assert_max_num_queries(10):  # one counts the attempt, one the sessions there are
        visitor.log_in(phone=PHONE, code=code)


def test_sessions_that_are_over_are_forgotten_and_ended_keys_stay_listed(
    visitor: Visitor, patiently: Callable[[], object]
) -> None:
    client = visitor.sign_in(phone=PHONE)
    client.post("/api/v1/keys", {"name": "my script", "days": 1})
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    patiently()

    visitor.ask_code(phone=PHONE)

    assert [token.kind for token in Token.objects.all()] == ["key"]


def test_a_stranger_is_asked_to_sign_in(visitor: Visitor) -> None:
    assert visitor.client.get("/api/v1/me").status_code == 401


def test_a_key_does_not_sign_out_and_goes_on_opening(creator: User) -> None:
    client = bearing(tokens.issue(creator, kind=Token.Kind.KEY, name="program", scopes=list(Scope))[1])

    refused = client.post("/api/v1/auth/logout")

    assert (refused.status_code, refused.json()["code"]) == (403, "session-needed")
    assert client.get("/api/v1/me").status_code == 200
