"""The same line in many hands at once."""

import random
from contextlib import suppress
from typing import Any

import pytest

from creator.accounts.actions import delete_account
from creator.models import User
from errors import DomainError
from tests.creator.concurrently import together
from tests.waitlist.counted import assert_exact, newcomer
from waitlist.admission.admit import admit
from waitlist.line import actions, counts, order
from waitlist.models import LineCount, WaitlistEntry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
HANDS = 6


def test_two_phones_of_one_person_apply_once(transactional_db: None) -> None:
    user = newcomer()

    found = together(lambda _: actions.apply(user=User.objects.get(pk=user.pk)).pk, HANDS)

    assert (len(set(found)), counts.length()) == (1, 1)
    assert_exact()


def test_one_person_leaves_once(transactional_db: None) -> None:
    user = newcomer()
    actions.apply(user=user)

    found = together(lambda _: actions.leave(user), HANDS)

    assert found.count(None) == 1
    assert_exact()


def test_nobody_waits_who_was_let_in_while_they_applied(transactional_db: None) -> None:
    for _ in range(12):
        _admit_as_they_apply(newcomer())

    assert not WaitlistEntry.objects.filter(state="waiting").exists()
    assert_exact()


def test_all_of_one_instant_are_counted(transactional_db: None) -> None:
    """They make the same nodes at once."""
    people = [newcomer() for _ in range(HANDS * 5)]

    def apply(hand: int) -> None:
        for user in people[hand::HANDS]:
            actions.apply(user=user)

    assert together(apply, HANDS) == [None] * HANDS
    assert counts.length() == len(people)
    assert_exact()


def test_places_are_exact_after_everything_at_once(transactional_db: None) -> None:
    people = [newcomer() for _ in range(20)]
    referrer = actions.apply(user=people[0])
    for user in people[1:10]:
        actions.apply(user=user, referred_by=str(referrer.referral_code))

    def act(hand: int) -> None:
        dice = random.Random(hand)
        for _ in range(100):
            _anything(dice, dice.choice(people))

    assert together(act, HANDS) == [None] * HANDS
    assert_exact()
    waiting_still = WaitlistEntry.objects.filter(state="waiting").select_related("user")
    together(lambda hand: [admit(entry.user) for entry in waiting_still[hand::2]], 2)
    assert not LineCount.objects.exists()


def _admit_as_they_apply(user: User) -> None:
    together(lambda hand: admit(user) if hand else actions.apply(user=user), 2)


def _anything(dice: random.Random, user: User) -> None:
    """What refuses is as good as what is done; what fails is not."""
    act: Any = dice.choice((_apply, _apply, actions.leave, admit, _move, _move, _look, _delete))
    with suppress(DomainError, User.DoesNotExist):
        act(user)


def _apply(user: User) -> None:
    actions.apply(user=User.objects.get(pk=user.pk))


def _move(user: User) -> None:
    if entry := WaitlistEntry.objects.filter(user=user).first():
        counts.move(entry, entry.rank - random.randrange(10**7) * order.SECOND)


def _look(user: User) -> None:
    """Nobody is before the first or behind the last."""
    if entry := WaitlistEntry.objects.filter(user=user).first():
        place = counts.place(entry)
        assert place is None or 1 <= place <= 20


def _delete(user: User) -> None:
    if user.pk % 4 == 0:  # some stay
        delete_account(User.objects.get(pk=user.pk))
