"""Places of the line against the plain order of its rows, whatever comes between."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from creator.accounts.actions import delete_account
from creator.errors import AlreadyAdmitted
from creator.models import User
from tests.waitlist.counted import assert_exact, newcomer
from waitlist.admission.admit import admit
from waitlist.errors import NotInLine
from waitlist.line import actions, counts, order
from waitlist.models import LineCount, WaitlistEntry

pytestmark = pytest.mark.django_db

# From the same four seconds to another three days, and before 1970: every level, every edge.
SECONDS = st.sampled_from([0, 1, 4, 5, 1000, 1100, 80_000, 300_000, 2_000_000, 2_000_000_000])
EDGES = st.integers(-2, 2)


class Line(RuleBasedStateMachine):
    """Everybody of the line, known by when they came."""

    def __init__(self) -> None:
        super().__init__()
        self.people: list[User] = []

    @rule()
    def apply(self) -> None:
        user = newcomer()
        actions.apply(user=user)
        self.people.append(user)

    @precondition(lambda self: self.people)
    @rule(who=st.randoms(use_true_random=False), seconds=SECONDS)
    def move_up(self, who: Any, seconds: int) -> None:
        entry = WaitlistEntry.objects.get(user=who.choice(self.people))
        moved = counts.move(entry, entry.rank - seconds * order.SECOND, head_start=entry.head_start + 1)
        assert moved == (entry.state == "waiting")

    @precondition(lambda self: self.people)
    @rule(who=st.randoms(use_true_random=False), bits=st.sampled_from(counts.LEVELS), off=EDGES)
    def move_to_an_edge(self, who: Any, bits: int, off: int) -> None:
        entry = WaitlistEntry.objects.get(user=who.choice(self.people))
        counts.move(entry, (entry.rank >> bits << bits) + off)

    @precondition(lambda self: self.people)
    @rule(who=st.randoms(use_true_random=False))
    def leave(self, who: Any) -> None:
        user = who.choice(self.people)
        waits = WaitlistEntry.objects.filter(user=user, state="waiting").exists()
        try:
            actions.leave(user)
            assert waits
        except NotInLine:
            assert not waits

    @precondition(lambda self: self.people)
    @rule(who=st.randoms(use_true_random=False))
    def come_back(self, who: Any) -> None:
        user = User.objects.get(pk=who.choice(self.people).pk)
        try:
            assert actions.apply(user=user).state == "waiting"
            assert not user.is_admitted
        except AlreadyAdmitted:
            assert user.is_admitted

    @precondition(lambda self: self.people)
    @rule(who=st.randoms(use_true_random=False))
    def admit(self, who: Any) -> None:
        admit(who.choice(self.people))

    @precondition(lambda self: self.people)
    @rule(who=st.randoms(use_true_random=False))
    def delete(self, who: Any) -> None:
        user = who.choice(self.people)
        self.people.remove(user)
        delete_account(User.objects.get(pk=user.pk))

    @rule()
    def recount(self) -> None:
        counts.rebuild()

    @invariant()
    def every_place_is_exact(self) -> None:
        assert_exact()


class TestLine(Line.TestCase, TestCase):  # type: ignore[valid-type,misc]
    """Each example in a transaction of its own."""

    settings = settings(  # type: ignore[assignment]
        max_examples=10,
        stateful_step_count=50,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def test_nobody_waits_in_an_empty_line(waiting: User) -> None:
    entry = actions.apply(user=waiting)
    actions.leave(waiting)

    assert (counts.length(), counts.place(entry), LineCount.objects.exists()) == (0, None, False)


def test_of_one_rank_the_first_entry_goes_first(person: Callable[..., User]) -> None:
    now = timezone.now()
    first, second = (
        actions.apply(user=person(name, admitted=False), applied_at=now) for name in ("first", "second")
    )

    assert counts.places([second, first]) == {first.pk: 1, second.pk: 2}


def test_a_stale_entry_is_moved_from_where_it_is(waiting: User) -> None:
    entry = actions.apply(user=waiting)
    stale = WaitlistEntry.objects.get(pk=entry.pk)
    counts.move(entry, -(10**15))

    assert counts.move(stale, entry.rank + 5)
    assert_exact()


def test_who_comes_back_begins_at_the_end(person: Callable[..., User]) -> None:
    early = timezone.now() - timedelta(days=5)
    first, second = person("first", admitted=False), person("second", admitted=False)
    actions.apply(user=first, applied_at=early)
    entry = actions.apply(user=second, applied_at=early + timedelta(days=1))
    actions.leave(first)
    assert counts.place(entry) == 1

    assert counts.place(actions.apply(user=first)) == 2
    assert counts.place(entry) == 1


def test_many_places_are_read_at_once(django_assert_num_queries: Any) -> None:
    entries = [actions.apply(user=newcomer()) for _ in range(20)]

    with django_assert_num_queries(1):
        assert list(counts.places(entries).values()) == [*range(1, 21)]


def test_a_line_that_was_changed_by_hand_is_counted_anew(waiting: User, caplog: Any, capsys: Any) -> None:
    entry = actions.apply(user=waiting)
    actions.apply(user=newcomer())
    LineCount.objects.filter(level=0).delete()

    actions.leave(waiting)
    assert "manage.py recount" in caplog.text
    call_command("recount")

    assert (capsys.readouterr().out, counts.place(entry)) == ("1 wait\n", None)
    assert_exact()


def test_what_is_counted_right_is_not_complained_of(waiting: User, caplog: Any) -> None:
    entry = actions.apply(user=waiting)
    counts.move(entry, entry.rank - 10**12)
    actions.leave(waiting)

    assert caplog.text == ""
