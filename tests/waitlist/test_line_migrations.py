"""A line that was kept by the creator room, before it had ranks, comes over as it stood."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from waitlist.line.counts import LEVELS
from waitlist.models import Invite, InviteUse, LineCount, WaitlistEntry

BEFORE = [("creator", "0006_tokens_have_scopes_and_tickets")]
NOON = datetime(2026, 11, 1, 12, 0, 0, 123_456, tzinfo=UTC)


@pytest.fixture
def alias(tmp_path: Path, django_db_blocker: Any) -> Iterator[str]:
    """A database of its own, as it was before."""
    connections.databases["before"] = {
        **connections.databases["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / "before.sqlite3"),
        "OPTIONS": {},
    }
    with django_db_blocker.unblock():
        MigrationExecutor(connections["before"]).migrate(BEFORE)
        yield "before"
        connections["before"].close()
    del connections["before"], connections.databases["before"]


class Before:
    """Rows of then."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.apps = MigrationExecutor(connections[alias]).loader.project_state(BEFORE).apps

    def create(self, name: str, **fields: Any) -> Any:
        return self.apps.get_model("creator", name).objects.using(self.alias).create(**fields)

    def entry(self, handle: str, seconds: int, **fields: Any) -> Any:
        user = self.create("User", handle=handle, email=f"{handle}@example.org")
        applied = NOON + timedelta(seconds=seconds)
        return self.create("WaitlistEntry", user=user, applied_at=applied, locale="en", **fields)


def migrate(alias: str) -> None:
    executor = MigrationExecutor(connections[alias])
    executor.migrate([key for key in executor.loader.graph.leaf_nodes() if key[0] in ("creator", "waitlist")])


def test_the_order_stays_and_who_was_let_in_does_not_wait(alias: str) -> None:
    before = Before(alias)
    before.entry("first", 0, reason="想试试")
    before.entry("second", 90)
    before.entry("third", 30)  # a clock was put back: it stays behind the second, of the lower id
    before.entry("fourth", 300_000)
    before.entry("in", 10, admitted_at=NOON + timedelta(days=2))

    migrate(alias)

    rows = WaitlistEntry.objects.using(alias)
    line = rows.filter(state="waiting").order_by("rank", "pk").select_related("user")
    assert [entry.user.handle for entry in line] == ["first", "second", "third", "fourth"]
    assert line[0].rank == int(NOON.timestamp()) * 1_000_000 + 123_456
    assert (line[0].reason, line[0].locale, line[0].head_start) == ("想试试", "en", 0)
    admitted = rows.get(user__handle="in")
    assert (admitted.state, admitted.admitted_at) == ("admitted", NOON + timedelta(days=2))
    for level, bits in enumerate(LEVELS):
        counted = dict(LineCount.objects.using(alias).filter(level=level).values_list("prefix", "waiting"))
        ranks = [entry.rank >> bits for entry in line]
        assert counted == {prefix: ranks.count(prefix) for prefix in ranks}


def test_who_was_let_in_as_they_applied_waits_no_more(alias: str) -> None:
    entry = Before(alias).entry("both", 0)
    entry.user.admitted_at = NOON
    entry.user.save()

    migrate(alias)

    kept = WaitlistEntry.objects.using(alias).get()
    assert (kept.state, kept.admitted_at) == ("admitted", NOON)


def test_invites_and_who_came_by_them_stay(alias: str) -> None:
    before = Before(alias)
    staff = before.create("User", handle="staff", email="staff@example.org")
    friend = before.create("User", handle="friend", email="friend@example.org", admitted_at=NOON)
    invite = before.create("Invite", code="LONGZHOU", uses=5, used=1, made_by=staff, created_at=NOON)
    before.create("InviteUse", invite=invite, user=friend, used_at=NOON)

    migrate(alias)

    kept = Invite.objects.using(alias).get()
    assert (kept.pk, kept.code, kept.uses, kept.used) == (invite.pk, "LONGZHOU", 5, 1)
    assert (kept.made_by_id, kept.created_at, kept.credits) == (staff.pk, NOON, None)
    use = InviteUse.objects.using(alias).get()
    assert (use.invite_id, use.user_id, use.used_at) == (invite.pk, friend.pk, NOON)


def test_an_empty_line_comes_over(alias: str) -> None:
    migrate(alias)

    assert not LineCount.objects.using(alias).exists()
