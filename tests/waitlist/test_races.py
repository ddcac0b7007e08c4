"""What must hold at the door when many ask at the same moment."""

from typing import Any

import pytest

from creator.credits import ledger
from creator.errors import AlreadyAdmitted
from creator.models import Transfer, User
from tests.creator.concurrently import together
from waitlist.admission.actions import admit_next
from waitlist.errors import InviteUsedUp
from waitlist.invites.actions import make_invite, redeem
from waitlist.line.actions import apply
from waitlist.models import Invite, InviteUse, WaitlistEntry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
HANDS = 12


def _people(count: int) -> list[User]:
    return [User.objects.create_user(handle=f"person-{number}") for number in range(count)]


def _unexpected(answers: list[Any], *expected: type[Exception]) -> list[Any]:
    return [
        answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, expected)
    ]


def test_an_invite_of_five_lets_in_five() -> None:
    maker, *people = _people(HANDS + 1)
    invite = make_invite(made_by=maker, uses=5)

    answers = together(lambda n: redeem(user=people[n], code=invite.code), HANDS)

    assert _unexpected(answers, InviteUsedUp) == []
    assert User.objects.exclude(admitted_at=None).count() == InviteUse.objects.count() == 5
    assert Invite.objects.get().used == 5
    assert Transfer.objects.filter(kind="grant").count() == 5


def test_one_person_redeeming_on_many_phones_uses_one(settings: Any) -> None:
    maker, person = _people(2)
    invite = make_invite(made_by=maker, uses=5)

    together(lambda n: redeem(user=User.objects.get(pk=person.pk), code=invite.code), HANDS)

    assert Invite.objects.get().used == 1
    assert ledger.balance(person) == (settings.SIGNUP_CREDITS, 0)


def test_administrators_admitting_at_once_admit_each_person_once() -> None:
    for person in _people(20):
        apply(user=person)

    answers = together(lambda n: admit_next(4), 4)

    assert answers == [4, 4, 4, 4]
    assert User.objects.exclude(admitted_at=None).count() == 16
    assert Transfer.objects.filter(kind="grant").count() == 16
    left = User.objects.filter(admitted_at=None).values_list("handle", flat=True)
    assert sorted(left) == ["person-16", "person-17", "person-18", "person-19"]


def test_invites_and_the_line_admit_the_same_people_once_between_them(settings: Any) -> None:
    maker, *people = _people(HANDS + 1)
    for person in people:
        apply(user=person)
    invite = make_invite(made_by=maker, uses=HANDS)

    answers = together(
        lambda n: admit_next(HANDS) if n % 3 == 0 else redeem(user=people[-n], code=invite.code),
        HANDS,
    )

    assert _unexpected(answers, AlreadyAdmitted) == []
    assert all(User.objects.get(pk=person.pk).is_admitted for person in people)
    assert {ledger.balance(person).available for person in people} == {settings.SIGNUP_CREDITS}
    assert not WaitlistEntry.objects.filter(state="waiting").exists()
    assert Invite.objects.get().used == InviteUse.objects.count()
