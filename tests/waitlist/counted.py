"""The line, counted the plain way."""

from uuid import uuid4

from creator.models import User
from waitlist.line import counts
from waitlist.models import LineCount, WaitlistEntry

Counted = list[tuple[int, int, int]]


def newcomer() -> User:
    """Somebody who has signed up."""
    handle = uuid4().hex[:12]
    return User.objects.create(handle=f"p{handle}", email=f"{handle}@example.org")


def assert_exact() -> None:
    """Places are 1 to n in the plain order, one by one too; every node is as a recount finds it."""
    line = list(WaitlistEntry.objects.filter(state="waiting").order_by("rank", "id"))
    in_order = {entry.pk: place for place, entry in enumerate(line, 1)}
    assert counts.places(WaitlistEntry.objects.all()) == in_order
    assert counts.length() == len(line)
    before = _counted()
    counts.rebuild()
    assert before == _counted()


def _counted() -> Counted:
    return list(LineCount.objects.order_by("level", "prefix").values_list("level", "prefix", "waiting"))
