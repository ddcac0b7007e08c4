"""Codes: make them, and be let in by one."""

import re
import secrets
import unicodedata

from django.db import IntegrityError, transaction
from django.db.models import F

from creator import audit
from creator.errors import AlreadyAdmitted
from creator.models import User
from creator.models.accounts import ALPHABET
from waitlist.admission.admit import admit
from waitlist.errors import InvalidInvite, InviteExists, InviteNotFound, InviteUsedUp
from waitlist.models import Invite, InviteUse

CODE = re.compile(r"[A-Z0-9]{4,32}")


def make_invite(*, made_by: User, uses: int, code: str = "") -> Invite:
    """An invite for `uses` people, with a code of its own unless one is given.

    Raises InvalidInvite, InviteExists.
    """
    code = _normalize(code) if code else _new_code()
    if not CODE.fullmatch(code):
        raise InvalidInvite(field="code")
    try:
        with transaction.atomic():
            invite = Invite.objects.create(code=code, uses=uses, made_by=made_by)
            subject = f"invite:{invite.pk}"  # not by its code, which lets people in
            audit.record(actor=made_by, action="invite", subject=subject, data={"uses": uses})
            return invite
    except IntegrityError:
        raise InviteExists(field="code") from None


def redeem(*, user: User, code: str) -> User:
    """Let `user` in by an invite; the same invite again changes nothing.

    Raises InviteNotFound, InviteUsedUp, AlreadyAdmitted (by something else).
    """
    code = _normalize(code)
    if InviteUse.objects.filter(user=user, invite__code=code).exists():
        return user
    _redeem(user, code)
    return user


@transaction.atomic
def _redeem(user: User, code: str) -> None:
    """The person first, then the invite: the order in which the line is admitted too, so no two deadlock."""
    if not admit(user):
        raise AlreadyAdmitted()
    invite = Invite.objects.filter(code=code)
    if not invite.filter(used__lt=F("uses")).update(used=F("used") + 1):
        user.admitted_at = None  # the transaction takes it back; so does the object at hand
        raise InviteUsedUp(field="code") if invite.exists() else InviteNotFound(field="code")
    InviteUse.objects.create(invite=invite.get(), user=user)


def _normalize(code: str) -> str:
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code)).upper()


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(10)).upper()
