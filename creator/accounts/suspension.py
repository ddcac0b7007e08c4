"""Staff suspend an account and restore it. Everything that acts for it ends in the same transaction."""

from django.db import transaction

from creator import audit
from creator.errors import OwnAccount, SuperuserOnly, UserNotFound
from creator.models import KnownDevice, SignInCode, Token, User
from creator.signals import account_suspending


def suspend(*, actor: User, handle: str, reason: str) -> User:
    """End sessions, keys, devices, codes and jobs of the person with `handle`; their posts are hidden.

    Suspending twice is suspending once. Raises UserNotFound, OwnAccount, SuperuserOnly.
    """
    user = _subject(actor, handle)
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            _end_access(user)
            account_suspending.send(sender=User, user=user)
            _record(actor=actor, action="suspend", user=user, reason=reason)
    user.is_active = False
    return user


def restore(*, actor: User, handle: str, reason: str) -> User:
    """Let the person sign in again and show their posts; what was ended stays ended.

    Raises UserNotFound, OwnAccount, SuperuserOnly.
    """
    user = _subject(actor, handle)
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            _record(actor=actor, action="restore", user=user, reason=reason)
    user.is_active = True
    return user


def _subject(actor: User, handle: str) -> User:
    """The person with `handle`, if `actor` may decide about them."""
    user = User.objects.filter(handle=handle).first()
    if user is None:
        raise UserNotFound()
    if user.pk == actor.pk:
        raise OwnAccount()
    if (user.is_staff or user.is_superuser) and not actor.is_superuser:
        raise SuperuserOnly()
    return user


def _end_access(user: User) -> None:
    Token.objects.filter(user=user).delete()
    KnownDevice.objects.filter(user=user).delete()
    addresses = [address for address in (user.phone, user.mailbox) if address]
    SignInCode.objects.filter(mailbox__in=addresses).delete()


def _record(*, actor: User, action: str, user: User, reason: str) -> None:
    """The handle as it was: the person may take another, or leave."""
    data = {"handle": user.handle}
    audit.record(actor=actor, action=action, subject=f"user:{user.pk}", reason=reason, data=data)
