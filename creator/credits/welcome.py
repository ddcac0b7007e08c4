"""Welcome credits are given once to a person, not once to an account."""

from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

import errors
from creator.accounts.addresses import normalize_email
from creator.models import User, WelcomedAddress

KEPT = timedelta(days=730)  # after the account is gone; the one thing that is kept of a person


def welcome(user: User) -> bool:
    """Note that `user` is welcomed; False if somebody with one of their addresses was before.

    Call it in the transaction that gives the credits.
    """
    rows = [WelcomedAddress.objects.get_or_create(digest=digest) for digest in digests(user)]
    known = [row.pk for row, is_new in rows if not is_new]
    WelcomedAddress.objects.filter(pk__in=known).update(kept_until=None)
    return not known


def note_departure(user: User) -> None:
    """Keep for KEPT that `user`, whose account is being deleted, was welcomed."""
    WelcomedAddress.objects.filter(digest__in=digests(user)).update(kept_until=timezone.now() + KEPT)


def delete_expired() -> None:
    WelcomedAddress.objects.filter(kept_until__lt=timezone.now()).delete()


def digests(user: User) -> list[str]:
    """Keyed with the secret key: numbers are few enough to try them all against a plain hash."""
    addresses = [user.phone, _mailbox(user)]
    return [
        salted_hmac("creator.welcome", address, algorithm="sha256").hexdigest()
        for address in addresses
        if address
    ]


def _mailbox(user: User) -> str:
    """Also of those whose mailbox an older account has."""
    try:
        return user.mailbox or (normalize_email(user.email).mailbox if user.email else "")
    except errors.Invalid:
        return user.email or ""
