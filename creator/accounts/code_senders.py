"""How a sign-in code reaches a person. `CODE_SENDER` names the class; an SMS gateway is one more of them."""

import fcntl
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import send_mail
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from creator.accounts.addresses import Address
from creator.accounts.codes import MINUTES

CONSOLE = "django.core.mail.backends.console.EmailBackend"


class Sender(Protocol):
    keeps_codes: (
        bool  # does a code lie somewhere others than its receiver may read? Staff's are not sent then
    )

    def reaches(self, address: Address) -> bool:
        """Can it send to addresses of this kind?"""
        ...

    def send(self, address: Address, code: str) -> None:
        """Deliver `code`, in the current language; raises if it could not."""
        ...


class FileSender:
    """Writes codes into `VAR_DIR/sign-in-codes`, mode 0600, for as long as they are good.

    For a server whose owner is its user. Never into a log: logs are kept, copied and shown to others.
    """

    keeps_codes = True

    def reaches(self, address: Address) -> bool:
        return True

    def send(self, address: Address, code: str) -> None:
        """Add a line `time address code`; those of old codes go."""
        now = timezone.now()
        _rewrite(lambda lines: [*lines, f"{now.isoformat(timespec='seconds')} {address.text} {code}\n"])


def forget(*addresses: str | None) -> None:
    """Remove what FileSender wrote for those: whoever they are of leaves."""
    if code_file().exists():
        _rewrite(lambda lines: [line for line in lines if line.split()[1] not in addresses])


def _rewrite(changed: Callable[[list[str]], list[str]]) -> None:
    with os.fdopen(_open_private(code_file()), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        lines = changed([line for line in file if _is_living(line)])
        file.seek(0)
        file.truncate()
        file.writelines(lines)


def code_file() -> Path:
    return Path(settings.VAR_DIR) / "sign-in-codes"


def _open_private(path: Path) -> int:
    """Never a link: it would lead the codes elsewhere."""
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    os.fchmod(opened, 0o600)
    return opened


def _is_living(line: str) -> bool:
    written = parse_datetime(line.partition(" ")[0])
    return written is not None and written > timezone.now() - timedelta(minutes=MINUTES)


class EmailSender:
    """Sends the code by Django's mail backend (`EMAIL_URL`); it does not reach phones."""

    keeps_codes = False

    def reaches(self, address: Address) -> bool:
        return address.field == "email"

    def send(self, address: Address, code: str) -> None:
        if settings.EMAIL_BACKEND == CONSOLE:
            raise ImproperlyConfigured("EMAIL_URL is not set: codes would be written to the log.")
        subject = gettext("{code} is your Lingying code").format(code=code)
        body = gettext("Your sign-in code is {code}. If you did not ask for it, do nothing.").format(
            code=code
        )
        send_mail(subject, body, None, [address.text])


def configured_sender() -> Sender:
    """The sender of this installation."""
    sender: Sender = import_string(settings.CODE_SENDER)()
    return sender
