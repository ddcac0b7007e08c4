"""The door: a line that moves from its front, and invites that open it a counted number of times.

Whoever sets `User.admitted_at` first has admitted the person, and only they give the welcome credits.
"""

import re
import secrets
import unicodedata

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from creator import audit
from creator.admission.welcome import welcome
from creator.credits import ledger
from creator.errors import (
    AlreadyAdmitted,
    InvalidInvite,
    InviteExists,
    InviteNotFound,
    InviteUsedUp,
    NotInLine,
)
from creator.models import Invite, InviteUse, User, WaitlistEntry
from creator.models.accounts import ALPHABET

WELCOME = "Welcome credits"  # gettext msgid of the receipt
COUNTED = 10_000  # a place further back than this is said as "more than": counting it all would cost more
CODE = re.compile(r"[A-Z0-9]{4,32}")


def apply(*, user: User, reason: str = "", locale: str = "") -> WaitlistEntry:
    """Put `user` at the end of the line, once. Raises AlreadyAdmitted."""
    if user.is_admitted:
        raise AlreadyAdmitted()
    entry, _made = WaitlistEntry.objects.get_or_create(
        user=user, defaults={"reason": reason, "locale": locale}
    )
    return entry


def entry_for(user: User) -> WaitlistEntry:
    """Their entry; somebody let in without applying gets one that is not kept. Raises NotInLine."""
    entry = WaitlistEntry.objects.filter(user=user).first()
    if entry:
        return entry
    if user.admitted_at is None:
        raise NotInLine()
    return WaitlistEntry(user=user, applied_at=user.admitted_at, admitted_at=user.admitted_at)


def place_in_line(entry: WaitlistEntry) -> int | None:
    """1 is next; None when in. Counts no further than COUNTED + 1, which means "more than COUNTED"."""
    if entry.admitted_at:
        return None
    ahead = WaitlistEntry.objects.filter(admitted_at=None, pk__lt=entry.pk)
    return ahead[:COUNTED].count() + 1


def admit_next(count: int, *, staff: User | None = None) -> int:
    """Admit up to `count` people from the front of the line; says how many it was.

    `staff`: who asks for it; None on the terminal of the machine.
    """
    admitted = 0
    while admitted < count and (batch := _front(min(count - admitted, 500))):
        admitted += sum(_admit_from_line(entry, staff) for entry in batch)
    return admitted


def admit(user: User, *, staff: User | None = None) -> bool:
    """Let `user` in and give the welcome credits, once to a person; False if somebody else did so first.

    `staff`: whose act it is, for the audit, if it is one.
    """
    now = timezone.now()
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, admitted_at=None).update(admitted_at=now):
            return False
        WaitlistEntry.objects.filter(user=user, admitted_at=None).update(admitted_at=now)
        if settings.SIGNUP_CREDITS and welcome(user):
            reference = f"signup:{user.pk}"
            ledger.grant(owner=user, amount=settings.SIGNUP_CREDITS, purpose=WELCOME, reference=reference)
        if staff:
            audit.record(actor=staff, action="admit", subject=f"user:{user.pk}")
    user.admitted_at = now
    return True


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


def _front(count: int) -> list[WaitlistEntry]:
    line = WaitlistEntry.objects.filter(admitted_at=None).order_by("pk").select_related("user")
    return list(line[:count])


def _admit_from_line(entry: WaitlistEntry, staff: User | None) -> bool:
    if admit(entry.user, staff=staff):
        return True
    # Let in by other means while waiting: the entry must leave the line, or its front would never move.
    WaitlistEntry.objects.filter(pk=entry.pk, admitted_at=None).update(admitted_at=timezone.now())
    return False


def _normalize(code: str) -> str:
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code)).upper()


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(10)).upper()
