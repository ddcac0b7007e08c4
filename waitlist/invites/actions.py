"""Codes: make them, take them back, and be let in by one."""

import re
import secrets
import unicodedata
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from creator import audit
from creator.accounts.addresses import address, normalize_email
from creator.errors import AlreadyAdmitted, InvalidEmail, InvalidPhone
from creator.models import User
from creator.models.accounts import ALPHABET
from waitlist.admission.admit import admit
from waitlist.errors import (
    InvalidInvite,
    InviteEndsTooEarly,
    InviteExists,
    InviteExpired,
    InviteForAnother,
    InviteNotBegun,
    InviteNotFound,
    InviteRevoked,
    InviteUsedUp,
)
from waitlist.models import Invite, InviteUse

CODE = re.compile(r"[A-Z0-9]{4,32}")


def make_invite(
    *,
    made_by: User,
    uses: int,
    code: str = "",
    begins_at: datetime | None = None,
    ends_at: datetime | None = None,
    credits: int | None = None,
    for_address: str = "",
) -> Invite:
    """An invite for `uses` people, with a code of its own unless one is given; see `Invite` for the rest.

    Raises InvalidInvite, InviteExists, InviteEndsTooEarly, InvalidPhone, InvalidEmail.
    """
    code = _normalize(code) if code else _new_code()
    if not CODE.fullmatch(code):
        raise InvalidInvite(field="code")
    if ends_at and ends_at <= max(begins_at or timezone.now(), timezone.now()):
        raise InviteEndsTooEarly(field="ends_at")
    terms: dict[str, Any] = {"begins_at": begins_at, "ends_at": ends_at, "credits": credits}
    terms["for_address"] = _one_spelling(for_address) if for_address else ""
    try:
        with transaction.atomic():
            invite = Invite.objects.create(code=code, uses=uses, made_by=made_by, **terms)
            subject = f"invite:{invite.pk}"  # not by its code, which lets people in
            data = {"uses": uses, **_told_of(invite)}
            audit.record(actor=made_by, action="invite", subject=subject, data=data)
            return invite
    except IntegrityError:
        raise InviteExists(field="code") from None


def revoke(*, actor: User, code: str) -> Invite:
    """From now on nobody is let in by it; who was stays in. Revoking twice is revoking once.

    Raises InviteNotFound."""
    invite = Invite.objects.filter(code=_normalize(code)).first()
    if invite is None:
        raise InviteNotFound(field="code")
    with transaction.atomic():
        if Invite.objects.filter(pk=invite.pk, revoked_at=None).update(revoked_at=timezone.now()):
            data = {"used": invite.used, "uses": invite.uses}
            audit.record(actor=actor, action="revoke-invite", subject=f"invite:{invite.pk}", data=data)
    invite.refresh_from_db()
    return invite


def redeem(*, user: User, code: str) -> User:
    """Let `user` in by an invite; the same invite again changes nothing.

    Raises InviteNotFound, InviteRevoked, InviteNotBegun, InviteExpired, InviteForAnother, InviteUsedUp,
    AlreadyAdmitted (by something else).
    """
    code = _normalize(code)
    if not InviteUse.objects.filter(user=user, invite__code=code).exists():
        _redeem(user, code)
    return user


@transaction.atomic
def _redeem(user: User, code: str) -> None:
    """The person first, then the invite: the order in which the line is admitted too, so no two deadlock."""
    if user.is_admitted:
        raise AlreadyAdmitted()
    invite = Invite.objects.filter(code=code).first()
    if invite is None:
        raise InviteNotFound(field="code")
    _require_open(invite, user)
    if not admit(user, credits=invite.credits):
        if InviteUse.objects.filter(user=user, invite=invite).exists():
            user.refresh_from_db(fields=["admitted_at"])
            return  # by the same code on another phone, in the same instant
        raise AlreadyAdmitted()
    open_still = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
    still = Invite.objects.filter(open_still, pk=invite.pk, revoked_at=None, used__lt=F("uses"))
    if not still.update(used=F("used") + 1):
        user.admitted_at = None  # the transaction takes it back; so does the object at hand
        invite.refresh_from_db()
        _require_open(invite, user)
        raise InviteUsedUp(field="code")
    InviteUse.objects.create(invite=invite, user=user)


def _require_open(invite: Invite, user: User) -> None:
    """Say first what no other code of the same kind would change."""
    now = timezone.now()
    if invite.for_address and not _is_for(invite.for_address, user):
        raise InviteForAnother(field="code")
    if invite.revoked_at:
        raise InviteRevoked(field="code")
    if invite.begins_at and now < invite.begins_at:
        raise InviteNotBegun(field="code", begins_at=_told(invite.begins_at))
    if invite.ends_at and now >= invite.ends_at:
        raise InviteExpired(field="code", ends_at=_told(invite.ends_at))


def _is_for(for_address: str, user: User) -> bool:
    if for_address.startswith("@"):
        return any(str(one or "").lower().endswith(for_address) for one in (user.email, user.mailbox))
    return for_address in (user.phone, user.mailbox)


def _one_spelling(for_address: str) -> str:
    """A mailbox, a number in E.164, or `@` and a domain in ASCII."""
    try:
        if for_address.startswith("@"):
            return "@" + normalize_email(f"somebody{for_address}").mailbox.rpartition("@")[2]
        return address(**{"email" if "@" in for_address else "phone": for_address}).mailbox
    except (InvalidEmail, InvalidPhone) as refused:
        raise type(refused)(field="for_address") from None


def _told_of(invite: Invite) -> dict[str, Any]:
    """Its terms for the audit, which names no addresses."""
    moments = {"begins_at": invite.begins_at, "ends_at": invite.ends_at}
    found: dict[str, Any] = {name: at.isoformat() for name, at in moments.items() if at}
    found |= {} if invite.credits is None else {"credits": invite.credits}
    return found | ({"bound": True} if invite.for_address else {})


def _told(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes")


def _normalize(code: str) -> str:
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code)).upper()


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(10)).upper()
