"""How a sign-in code reaches a person. `CODE_SENDER` names the class; an SMS gateway is one more of them."""

import logging
from typing import Protocol

from django.conf import settings
from django.core.mail import send_mail
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from creator.accounts.addresses import Address

log = logging.getLogger("creator.codes")


class Sender(Protocol):
    def reaches(self, address: Address) -> bool:
        """Can it send to addresses of this kind?"""
        ...

    def send(self, address: Address, code: str) -> None:
        """Deliver `code`, in the current language; raises if it could not."""
        ...


class LogSender:
    """Writes the code to the server's log: for a server whose owner is its user."""

    def reaches(self, address: Address) -> bool:
        return True

    def send(self, address: Address, code: str) -> None:
        log.info("sign-in code for %s: %s", address.text, code)


class EmailSender:
    """Sends the code by Django's mail backend (`EMAIL_URL`); it does not reach phones."""

    def reaches(self, address: Address) -> bool:
        return address.field == "email"

    def send(self, address: Address, code: str) -> None:
        subject = gettext("{code} is your Lingying code").format(code=code)
        body = gettext("Your sign-in code is {code}. If you did not ask for it, do nothing.").format(
            code=code
        )
        send_mail(subject, body, None, [address.text])


def configured_sender() -> Sender:
    """The sender of this installation."""
    sender: Sender = import_string(settings.CODE_SENDER)()
    return sender
