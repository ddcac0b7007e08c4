"""One step to get in: a code to a phone or an e-mail address, and whoever sends it back is signed in.

An unknown address signs up with its first code; nothing here says whether it was known.
"""

import logging
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from creator.accounts import code_senders, codes, devices, sessions, tokens
from creator.accounts.addresses import Address
from creator.accounts.codes import Asker
from creator.credits import welcome
from creator.errors import AccountClosed, CodeNotSent, CodeUnsendable
from creator.limits import delete_expired_windows
from creator.limits.catalogue import LIMITS
from creator.models import Token, User

RESEND_SECONDS = LIMITS["codes_again"].seconds or 0
NOBODY = Asker()

log = logging.getLogger(__name__)


class SignedIn(NamedTuple):
    """Who it is, the secret of a new session, and the token by which the device is known from now on."""

    user: User
    token: str
    device_token: str


def request_code(address: Address, *, asker: Asker = NOBODY) -> UUID:
    """Send a new code to `address`; answers the id of the request, to be handed in with the code.

    Nothing is locked while it is sent. Raises RateLimited, CodeUnsendable if no such address can be reached
    from here, CodeNotSent if it failed.
    """
    sender = code_senders.configured_sender()
    if not sender.reaches(address):
        raise CodeUnsendable(field=address.field)
    code, user = codes.draw(), user_at(address)
    request_id = codes.store(address, code, user=user, asker=asker)
    if user and _is_kept_from_staff(sender, user):
        log.info("staff asked for a code, which is not written anywhere: manage.py sign_in_code shows one")
    else:
        _send(sender, _delivery(address, user), code)
    _delete_expired()
    return request_id


def code_for_terminal(address: Address) -> str | None:
    """A new code for every living request of `address`, for who runs the machine; None if there is none."""
    code, user = codes.draw(), user_at(address)
    return code if codes.give_new_code(address, code, user=user) else None


def _is_kept_from_staff(sender: code_senders.Sender, user: User) -> bool:
    """Whoever could read a kept code of theirs would be staff."""
    return (user.is_staff or user.is_superuser) and getattr(sender, "keeps_codes", False)


def _delivery(address: Address, user: User | None) -> Address:
    return Address(address.field, codes.delivered_to(address, user), address.mailbox)


def _send(sender: code_senders.Sender, address: Address, code: str) -> None:
    """At once, not on commit: a person whose code could not be sent is told so."""
    try:
        sender.send(address, code)
    except Exception as error:
        log.exception("a sign-in code could not be sent")
        raise CodeNotSent() from error


def sign_in(
    address: Address,
    code: str,
    *,
    request_id: UUID | None = None,
    asker: Asker = NOBODY,
    device_token: str = "",
    device_name: str = "",
) -> SignedIn:
    """The person at `address`, signed up if new; their session is listed as on `device_name`.

    Raises WrongCode, AccountClosed.
    """
    known = user_at(address)
    codes.consume(address, code, user=known, asker=asker, request_id=request_id)
    user = known or _create_user(address)
    if not user.is_active:
        raise AccountClosed()
    device = devices.remember(user, device_token, is_new=known is None)
    return SignedIn(user, sessions.open_session(user, device_name)[1], device)


def sign_out(token: Token | None) -> None:
    """End the token the request came with."""
    if token is not None:
        Token.objects.filter(pk=token.pk).delete()


def user_at(address: Address) -> User | None:
    """Whose mailbox or phone it is; somebody who has only a spelling of it is found by that spelling."""
    if address.field == "phone":
        return User.objects.filter(phone=address.text).first()
    theirs = Q(mailbox=address.mailbox) | Q(mailbox=None, email__iexact=address.text)
    found = sorted(User.objects.filter(theirs)[:2], key=lambda user: user.mailbox is not None)
    return found[0] if found else None


def find_or_create_user(address: Address) -> User:
    """Somebody new gets a handle by chance; another is drawn if that one is taken."""
    return user_at(address) or _create_user(address)


def _create_user(address: Address) -> User:
    for _attempt in range(5):
        try:
            with transaction.atomic():
                return User.objects.create_user(**{address.field: address.text})
        except IntegrityError:  # the handle is taken, or the same person signed up in the same instant
            if known := user_at(address):
                return known
    raise RuntimeError("no free handle was drawn")


def _delete_expired() -> None:
    codes.delete_expired()
    delete_expired_windows()
    tokens.delete_expired_sessions()
    welcome.delete_expired()
