"""What must hold when many ask at the same moment. SQLite by default; `--postgres` is the harder ground."""

from typing import Any

import pytest

from creator.accounts import codes, sign_in
from creator.accounts.addresses import phone_address
from creator.accounts.codes import Asker
from creator.credits import ledger
from creator.errors import NotEnoughCredits, RateLimited, WrongCode
from creator.limits import Allowed, spend
from creator.models import Hold, SignInCode, Transfer, User
from tests.creator.concurrently import together
from tests.creator.conftest import Visitor
from tests.creator.test_credits import books_add_up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
HANDS = 12
HERE = Asker("127.0.0.1")


def _people(count: int, **more: Any) -> list[User]:
    return [User.objects.create_user(handle=f"person-{number}", **more) for number in range(count)]


def _unexpected(answers: list[Any], *expected: type[Exception]) -> list[Any]:
    return [
        answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, expected)
    ]


def test_parallel_holds_never_overdraw() -> None:
    (owner,) = _people(1)
    ledger.grant(owner=owner, amount=100, purpose="test")

    answers = together(
        lambda n: ledger.hold(owner=owner, amount=15, purpose="race", reference=f"race:{n}"), HANDS
    )

    assert _unexpected(answers, NotEnoughCredits) == []
    assert sum(isinstance(answer, Hold) for answer in answers) == 6
    assert ledger.balance(owner) == (10, 90)
    assert books_add_up()


def test_the_first_holds_of_a_new_wallet_agree_on_its_accounts() -> None:
    (owner,) = _people(1)

    answers = together(lambda n: ledger.grant(owner=owner, amount=10, purpose="race"), HANDS)

    assert _unexpected(answers) == []
    assert ledger.balance(owner) == (10 * HANDS, 0)
    assert books_add_up()


def test_a_hold_is_settled_once_however_many_settle_it() -> None:
    (owner,) = _people(1)
    ledger.grant(owner=owner, amount=100, purpose="test")
    ledger.hold(owner=owner, amount=50, purpose="race", reference="race")

    answers = together(lambda n: ledger.settle("race", used=20), HANDS)

    assert _unexpected(answers) == []
    assert ledger.balance(owner) == (80, 0)
    assert Transfer.objects.filter(kind="settle").count() == 1


def test_settling_and_releasing_at_once_does_one_of_them() -> None:
    (owner,) = _people(1)
    ledger.grant(owner=owner, amount=100, purpose="test")
    ledger.hold(owner=owner, amount=50, purpose="race", reference="race")

    together(lambda n: ledger.settle("race") if n % 2 else ledger.release("race"), HANDS)

    state = Hold.objects.get().state
    assert ledger.balance(owner) == ((50, 0) if state == "settled" else (100, 0))
    assert Transfer.objects.filter(kind__in=["settle", "release"]).count() == 1
    assert books_add_up()


def test_holding_the_same_reference_at_once_holds_it_once() -> None:
    (owner,) = _people(1)
    ledger.grant(owner=owner, amount=100, purpose="test")

    answers = together(lambda n: ledger.hold(owner=owner, amount=50, purpose="race", reference="race"), HANDS)

    assert _unexpected(answers) == []
    assert ledger.balance(owner) == (50, 50)


def test_the_same_grant_at_once_is_given_once() -> None:
    (owner,) = _people(1)

    answers = together(
        lambda n: ledger.grant(owner=owner, amount=10, purpose="race", reference="gift"), HANDS
    )

    assert _unexpected(answers) == []
    assert ledger.balance(owner) == (10, 0)


def test_a_code_sent_back_from_many_phones_opens_for_one(visitor: Visitor) -> None:
    address = phone_address("+8613800138000")
    code = visitor.ask_code(phone=address.text)

    answers = together(lambda n: sign_in.sign_in(address, code, asker=HERE), 4)

    assert _unexpected(answers, WrongCode) == []
    assert sum(isinstance(answer, tuple) for answer in answers) == 1
    assert User.objects.count() == 1


def test_parallel_guesses_all_count(visitor: Visitor) -> None:
    address = phone_address("+8613800138000")
    code = visitor.ask_code(phone=address.text)
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    answers = together(lambda n: sign_in.sign_in(address, wrong, asker=HERE), HANDS)

    assert all(isinstance(answer, WrongCode) for answer in answers)
    assert SignInCode.objects.get().tries == codes.MOST_TRIES


def test_a_rate_is_not_exceeded_by_asking_at_once(settings: Any) -> None:
    settings.LIMITS = {"likes": 3}

    answers = together(lambda n: spend("likes", "me"), HANDS)

    assert _unexpected(answers, RateLimited) == []
    assert sum(isinstance(answer, Allowed) for answer in answers) == 3
