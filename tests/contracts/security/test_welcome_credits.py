"""Welcome credits once to a person, however often they leave and come back."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from creator.accounts.actions import delete_account
from creator.credits import ledger, welcome
from creator.models import User, WelcomedAddress
from waitlist.admission.admit import admit
from waitlist.invites.actions import make_invite, redeem
from waitlist.models import Invite

PHONE, EMAIL = "+8613800138000", "ming@example.org"


def _comes_and_is_let_in(**address: str) -> User:
    user = User.objects.create_user(**address)
    admit(user)
    return user


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "again"),
    [
        ({"phone": PHONE}, {"phone": PHONE}),
        ({"email": EMAIL}, {"email": EMAIL}),
        ({"email": EMAIL}, {"email": "Ming+again@example.org"}),
        ({"email": "long.zhou@gmail.com"}, {"email": "longzhou@googlemail.com"}),
    ],
)
def test_whoever_comes_back_is_let_in_without_credits(first: Any, again: Any, settings: Any) -> None:
    user = _comes_and_is_let_in(**first)
    assert ledger.balance(user).available == settings.SIGNUP_CREDITS > 0
    delete_account(user)

    back = _comes_and_is_let_in(**again)

    assert back.is_admitted
    assert ledger.balance(back).available == 0


@pytest.mark.django_db
def test_leaving_before_being_let_in_costs_no_welcome(settings: Any) -> None:
    delete_account(User.objects.create_user(phone=PHONE))

    assert ledger.balance(_comes_and_is_let_in(phone=PHONE)).available == settings.SIGNUP_CREDITS


@pytest.mark.django_db
def test_no_use_of_an_invite_comes_back_when_a_person_leaves(staff: User) -> None:
    invite = make_invite(made_by=staff, uses=2)
    person = User.objects.create_user(phone=PHONE)
    redeem(user=person, code=invite.code)

    delete_account(person)

    assert Invite.objects.get().used == 1


@pytest.mark.django_db
def test_what_is_kept_of_a_person_is_a_keyed_digest_for_two_years() -> None:
    delete_account(_comes_and_is_let_in(phone=PHONE))

    kept = WelcomedAddress.objects.get()

    assert PHONE not in kept.digest and len(kept.digest) == 64
    assert kept.kept_until is not None
    assert timedelta(days=729) < kept.kept_until - timezone.now() <= welcome.KEPT == timedelta(days=730)


@pytest.mark.django_db
def test_after_two_years_nothing_is_kept() -> None:
    delete_account(_comes_and_is_let_in(phone=PHONE))
    WelcomedAddress.objects.update(kept_until=timezone.now() - timedelta(seconds=1))

    welcome.delete_expired()

    assert not WelcomedAddress.objects.exists()


@pytest.mark.django_db
def test_a_digest_stays_as_long_as_the_account_that_came_back() -> None:
    delete_account(_comes_and_is_let_in(phone=PHONE))

    _comes_and_is_let_in(phone=PHONE)

    assert WelcomedAddress.objects.get().kept_until is None


@pytest.mark.django_db
def test_those_admitted_before_are_not_welcomed_again() -> None:
    before = User.objects.create_user(phone=PHONE, admitted_at=timezone.now())
    import_module("creator.migrations.0005_welcomed_addresses").fill(apps, None)
    delete_account(before)

    assert ledger.balance(_comes_and_is_let_in(phone=PHONE)).available == 0
