"""Accounts from before there was one spelling: nobody loses theirs."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from creator.accounts.addresses import address
from creator.accounts.sign_in import user_at
from creator.models import User

migration = import_module("creator.migrations.0003_one_mailbox_one_person")


def _from_before(**fields: Any) -> User:
    user = User.objects.create_user()
    User.objects.filter(pk=user.pk).update(**fields)
    return user


@pytest.mark.django_db
def test_of_several_accounts_of_a_mailbox_the_oldest_keeps_it_and_the_others_their_spelling() -> None:
    oldest = _from_before(email="ming@example.org")
    younger = _from_before(email="ming+shop@example.org")

    migration.fill(apps, None)

    assert user_at(address(email="ming@example.org")) == oldest
    assert user_at(address(email="Ming+Shop@example.org")) == younger
    assert user_at(address(email="ming+else@example.org")) == oldest


@pytest.mark.django_db
def test_an_address_is_kept_as_its_host_is_asked_for() -> None:
    user = _from_before(email="ming@bücher.example")

    migration.fill(apps, None)

    assert user_at(address(email="ming@bücher.example")) == user
    assert User.objects.get(pk=user.pk).email == "ming@xn--bcher-kva.example"


@pytest.mark.django_db
def test_a_number_in_other_digits_becomes_the_number_unless_somebody_older_has_it() -> None:
    arabic = "+٨٦١٣٨٠٠١٣٨٠٠٠"
    first = _from_before(phone=arabic)
    second = _from_before(phone="+8613800138001")
    third = _from_before(phone="+٨٦١٣٨٠٠١٣٨٠٠١")

    migration.fill(apps, None)

    assert user_at(address(phone="13800138000")) == first
    assert user_at(address(phone="13800138001")) == second
    assert User.objects.get(pk=third.pk).phone == "+٨٦١٣٨٠٠١٣٨٠٠١"
