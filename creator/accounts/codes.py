"""Sign-in codes: several may live beside each other, each bound to who asked for it.

A stranger's guesses spend the tries of the stranger's code. Over all, guesses at a mailbox are bounded by the
codes that may be asked for: the first EASY a day from unknown devices bear MOST_TRIES tries, the others one.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from creator.accounts.addresses import Address
from creator.errors import WrongCode
from creator.limits import spend
from creator.models import KnownDevice, SignInCode, User

DIGITS = 6
MINUTES = 5
MOST_TRIES = 5
EASY = 10  # codes a day to a mailbox that bear more than one try


@dataclass(frozen=True)
class Asker:
    """Who asks for a code or hands one in, as far as that is known before they are signed in."""

    network: str = ""
    device: KnownDevice | None = None

    def is_known_to(self, user: User | None) -> bool:
        return user is not None and self.device is not None and self.device.user_id == user.pk


def draw() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


@transaction.atomic
def store(address: Address, code: str, *, user: User | None, asker: Asker) -> UUID:
    """Keep `code`; the id is what it is handed in with.

    All allowances are spent, or none is. Raises RateLimited.
    """
    tries = MOST_TRIES if asker.is_known_to(user) else _spend(address, asker)
    row = SignInCode.objects.create(
        mailbox=address.mailbox,
        network=_network(asker),
        digest=digest(delivered_to(address, user), code),
        most_tries=tries,
        expires_at=timezone.now() + timedelta(minutes=MINUTES),
    )
    return row.pk


def consume(address: Address, code: str, *, user: User | None, asker: Asker, request_id: UUID | None) -> None:
    """Spend a try, then the code. A try is counted before it is looked at, so parallel guesses all count.

    Without `request_id` it is the newest code asked for from the same network. Raises WrongCode.
    """
    asked = _asked(address, asker, request_id)
    open_to_tries = asked.filter(expires_at__gt=timezone.now(), tries__lt=F("most_tries"))
    tried = open_to_tries.update(tries=F("tries") + 1)
    right = asked.filter(digest=digest(delivered_to(address, user), code))
    # One DELETE decides which of two with the right code was first.
    if not tried or not right.delete()[0]:
        raise WrongCode(field="code", digits=DIGITS, minutes=MINUTES)


def give_new_code(address: Address, code: str, *, user: User | None) -> int:
    """Have `code` open every living request for `address`; how many there are."""
    living = SignInCode.objects.filter(mailbox=address.mailbox, expires_at__gt=timezone.now())
    return living.update(digest=digest(delivered_to(address, user), code))


def delivered_to(address: Address, user: User | None) -> str:
    """Where codes for `address` go: to the address the account was made with, where there is one.

    Two spellings of a mailbox that its host takes for two do not open each other's account thus.
    """
    return (getattr(user, address.field) or address.text) if user else address.text


def digest(to: str, code: str) -> str:
    """Keyed, and of where the code was sent, in any case of it."""
    return salted_hmac("creator.sign_in", f"{to.lower()}:{code}", algorithm="sha256").hexdigest()


def delete_expired() -> None:
    SignInCode.objects.filter(expires_at__lt=timezone.now()).delete()


def _asked(address: Address, asker: Asker, request_id: UUID | None) -> QuerySet[SignInCode]:
    mine = SignInCode.objects.filter(mailbox=address.mailbox)
    if request_id:
        return mine.filter(pk=request_id)
    newest = mine.filter(network=_network(asker)).order_by("-created_at", "-pk").values("pk")[:1]
    return SignInCode.objects.filter(pk__in=newest)


def _spend(address: Address, asker: Asker) -> int:
    """How many tries the code bears that is asked for by a stranger (or the owner's new phone)."""
    from_here = f"{address.mailbox} {asker.network}"
    spend("codes_again", from_here)
    spend("codes", from_here)
    allowed = spend("mailbox_codes", address.mailbox)
    return MOST_TRIES if allowed.most - allowed.left <= EASY else 1


def _network(asker: Asker) -> str:
    return salted_hmac("creator.network", asker.network, algorithm="sha256").hexdigest()
