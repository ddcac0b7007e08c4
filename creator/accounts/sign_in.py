"""One step to get in: a code to a phone or an e-mail address, and whoever sends it back is signed in.

An unknown address signs up with its first code; nothing here says whether it was known.
"""

import logging
import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from creator.accounts import code_senders, sessions, tokens
from creator.accounts.addresses import Address
from creator.errors import AccountClosed, CodeNotSent, CodeUnsendable, WrongCode
from creator.limits import delete_expired_windows, spend
from creator.limits.catalogue import LIMITS
from creator.models import SignInCode, Token, User

DIGITS = 6
MINUTES = 5
MOST_TRIES = 5
RESEND_SECONDS = LIMITS["codes_again"].seconds or 0

log = logging.getLogger(__name__)


def request_code(address: Address) -> None:
    """Send a new code to `address`; the one before it no longer works.

    Raises RateLimited, CodeUnsendable if no such address can be reached from here, CodeNotSent if it failed.
    """
    sender = code_senders.configured_sender()
    if not sender.reaches(address):
        raise CodeUnsendable(field=address.field)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    _store_code(address, code)
    _send(sender, address, code)
    _delete_expired()


@transaction.atomic
def _store_code(address: Address, code: str) -> None:
    """All allowances are spent, or none is."""
    spend("codes_again", address.text)
    spend("codes", address.text)
    fresh = {
        "digest": _digest(address, code),
        "tries": 0,
        "expires_at": timezone.now() + timedelta(minutes=MINUTES),
    }
    SignInCode.objects.update_or_create(address=address.text, defaults=fresh)


def _send(sender: code_senders.Sender, address: Address, code: str) -> None:
    """At once, not on commit: a person whose code could not be sent is told so."""
    try:
        sender.send(address, code)
    except Exception as error:
        log.exception("a sign-in code could not be sent")
        raise CodeNotSent() from error


def sign_in(address: Address, code: str, device: str = "") -> tuple[User, str]:
    """The person at `address`, signed up if new, and the secret of a new session on `device`.

    Raises WrongCode, AccountClosed.
    """
    _consume_code(address, code)
    user = find_or_create_user(address)
    if not user.is_active:
        raise AccountClosed()
    return user, sessions.open_session(user, device)[1]


def sign_out(token: Token | None) -> None:
    """End the token the request came with."""
    if token is not None:
        Token.objects.filter(pk=token.pk).delete()


def _consume_code(address: Address, code: str) -> None:
    """Spend a try, then the code. A try is counted before it is looked at, so parallel guesses all count."""
    wrong = WrongCode(field="code", digits=DIGITS, minutes=MINUTES)
    mine = SignInCode.objects.filter(address=address.text)
    open_to_tries = mine.filter(expires_at__gt=timezone.now(), tries__lt=MOST_TRIES)
    if not open_to_tries.update(tries=F("tries") + 1):
        raise wrong
    digest = _digest(address, code)
    kept = mine.values_list("digest", flat=True).first() or ""
    if not constant_time_compare(kept, digest):
        raise wrong
    # One DELETE decides which of two with the right code was first.
    used, _ = mine.filter(digest=digest).delete()
    if not used:
        raise wrong


def find_or_create_user(address: Address) -> User:
    """Somebody new gets a handle by chance; another is drawn if that one is taken."""
    for _attempt in range(5):
        if known := User.objects.filter(**{address.field: address.text}).first():
            return known
        try:
            with transaction.atomic():
                return User.objects.create_user(**{address.field: address.text})
        except IntegrityError:
            continue
    raise RuntimeError("no free handle was drawn")


def _digest(address: Address, code: str) -> str:
    return salted_hmac("creator.sign_in", f"{address.text}:{code}", algorithm="sha256").hexdigest()


def _delete_expired() -> None:
    SignInCode.objects.filter(expires_at__lt=timezone.now()).delete()
    delete_expired_windows()
    tokens.delete_expired_sessions()
