"""Codes lie in a file that only the server's own user reads, while they are good; staff's lie nowhere."""

import logging
import os
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from creator.accounts.addresses import phone_address
from creator.accounts.code_senders import FileSender, code_file
from creator.models import User
from tests.contract import CheckedClient

PHONE = "+8613800138000"
CODE, LOGIN = "/api/v1/auth/code", "/api/v1/auth/login"


@pytest.fixture(autouse=True)
def _folder_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def test_a_code_is_in_the_file_and_in_no_log(db: None, caplog: Any, capfd: Any) -> None:
    caplog.set_level(logging.DEBUG)
    CheckedClient().post(CODE, {"phone": PHONE})
    code = code_file().read_text().split()[-1]

    said = caplog.text + "".join(capfd.readouterr())

    assert re.fullmatch(r"\d{6}", code)
    assert code not in said


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_only_the_server_s_user_reads_the_file(mask: int) -> None:
    before = os.umask(mask)
    try:
        FileSender().send(phone_address(PHONE), "123456")
    finally:
        os.umask(before)

    assert code_file().stat().st_mode & 0o777 == 0o600


def test_a_file_left_open_to_others_is_closed_to_them() -> None:
    code_file().touch(mode=0o644)

    FileSender().send(phone_address(PHONE), "123456")

    assert code_file().stat().st_mode & 0o777 == 0o600


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    code_file().symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="symbolic links"):
        FileSender().send(phone_address(PHONE), "123456")


def test_old_codes_are_gone_from_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    FileSender().send(phone_address(PHONE), "111111")
    later = timezone.now() + timedelta(minutes=6)
    monkeypatch.setattr(timezone, "now", lambda: later)

    FileSender().send(phone_address(PHONE), "222222")

    assert [line.split()[-1] for line in code_file().read_text().splitlines()] == ["222222"]


@pytest.mark.parametrize("kind", ["is_staff", "is_superuser"])
def test_a_code_of_staff_is_written_nowhere(db: None, caplog: Any, kind: str) -> None:
    caplog.set_level(logging.DEBUG)
    User.objects.create_user(phone=PHONE, **{kind: True})

    assert CheckedClient().post(CODE, {"phone": PHONE}).status_code == 202

    assert not code_file().exists()
    assert PHONE not in caplog.text


def test_staff_sign_in_with_a_code_from_the_terminal(db: None) -> None:
    User.objects.create_user(phone=PHONE, is_staff=True)
    client, shown = CheckedClient(), StringIO()
    request_id = client.post(CODE, {"phone": PHONE}).json()["request_id"]

    call_command("sign_in_code", phone=PHONE, stdout=shown)

    body = {"phone": PHONE, "code": shown.getvalue().strip(), "request_id": request_id}
    assert client.post(LOGIN, body).status_code == 200


def test_the_terminal_shows_no_code_that_nobody_asked_for(db: None) -> None:
    with pytest.raises(CommandError, match="Ask in the app first"):
        call_command("sign_in_code", phone=PHONE, stdout=StringIO())


def test_mails_do_not_go_to_the_log_for_want_of_a_server(db: None, settings: Any, capfd: Any) -> None:
    settings.CODE_SENDER = "creator.accounts.code_senders.EmailSender"
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    answer = CheckedClient().post(CODE, {"email": "ming@example.org"})

    assert (answer.status_code, answer.json()["code"]) == (503, "code-not-sent")
    assert "is your Lingying code" not in "".join(capfd.readouterr())


def test_a_mail_server_may_not_keep_a_request_waiting(settings: Any) -> None:
    assert 0 < settings.EMAIL_TIMEOUT <= 30


@pytest.mark.django_db(transaction=True)
def test_who_leaves_takes_their_codes_along(api: Any, creator: User) -> None:
    theirs, another = PHONE, "+8613900139000"
    creator.phone = theirs
    creator.save()
    for phone in (theirs, another):
        FileSender().send(phone_address(phone), "123456")

    assert api(creator).delete("/api/v1/me").status_code == 204

    assert theirs not in code_file().read_text() and another in code_file().read_text()
