"""When a person is suspended, nothing more is made for them."""

from contextlib import suppress
from typing import Any

from creator.models import User
from jobs.errors import AlreadyFinished
from jobs.ledger import actions
from jobs.ledger.states import FINAL
from jobs.models import Job


def cancel_all(*, user: User, **_: Any) -> None:
    """Cancel every job of `user` that has not ended; a running one stops within a step of its worker."""
    for job in Job.objects.owned_by(user).exclude(state__in=FINAL).order_by("pk"):
        with suppress(AlreadyFinished):
            actions.cancel(job)
