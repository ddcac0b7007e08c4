"""Grant, hold, settle, release; and the books add up whatever happens."""

from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as some

from creator.credits import ledger
from creator.errors import HoldClosed, HoldNotFound, NotEnoughCredits
from creator.models import Account, Entry, Hold, Transfer, User


def books_add_up() -> bool:
    """Every transfer sums to zero, and every balance is the sum of its entries."""
    uneven = Transfer.objects.annotate(sum=Sum("entries__amount")).exclude(sum=0).exclude(sum=None)
    owned = Account.objects.exclude(kind__in=Account.SYSTEM).annotate(sum=Sum("entries__amount"))
    return not uneven.exists() and all(account.balance == (account.sum or 0) for account in owned)


def _hold(owner: User, amount: int, reference: str = "generation:1") -> Hold:
    return ledger.hold(owner=owner, amount=amount, purpose="AI video", reference=reference)


def test_a_hold_sets_credits_aside(creator: User) -> None:
    _hold(creator, 50)

    assert ledger.balance(creator) == (550, 50)
    assert books_add_up()


def test_settling_charges_what_was_used_and_gives_back_the_rest(creator: User) -> None:
    _hold(creator, 50)

    ledger.settle("generation:1", used=30)

    assert ledger.balance(creator) == (570, 0)
    assert books_add_up()


def test_settling_without_a_figure_charges_it_all(creator: User) -> None:
    _hold(creator, 50)

    ledger.settle("generation:1")

    assert ledger.balance(creator) == (550, 0)


def test_a_release_gives_everything_back(creator: User) -> None:
    _hold(creator, 50)

    ledger.release("generation:1")

    assert ledger.balance(creator) == (600, 0)
    assert books_add_up()


def test_the_second_time_does_nothing(creator: User) -> None:
    assert _hold(creator, 50) == _hold(creator, 50)
    ledger.settle("generation:1", used=30)
    ledger.settle("generation:1", used=30)
    _hold(creator, 20, "generation:2")
    ledger.release("generation:2")
    ledger.release("generation:2")

    assert ledger.balance(creator) == (570, 0)
    assert books_add_up()


def test_what_was_closed_one_way_is_not_closed_the_other(creator: User) -> None:
    _hold(creator, 50, "a")
    _hold(creator, 50, "b")
    ledger.release("a")
    ledger.settle("b")

    with pytest.raises(HoldClosed):
        ledger.settle("a")
    with pytest.raises(HoldClosed):
        ledger.release("b")
    with pytest.raises(HoldClosed):
        _hold(creator, 50, "a")
    assert ledger.balance(creator) == (550, 0)


def test_nobody_holds_more_than_they_have(creator: User) -> None:
    with pytest.raises(NotEnoughCredits) as refusal:
        _hold(creator, 601)

    assert refusal.value.params == {"needed": 601, "available": 600}
    assert not Hold.objects.exists()
    assert ledger.balance(creator) == (600, 0)


def test_nobody_is_charged_more_than_was_held(creator: User) -> None:
    _hold(creator, 50)

    with pytest.raises(ValueError, match="51 of a hold of 50"):
        ledger.settle("generation:1", used=51)
    assert ledger.balance(creator) == (550, 50)


def test_a_hold_nobody_made_cannot_be_closed(creator: User) -> None:
    with pytest.raises(HoldNotFound):
        ledger.release("generation:none")


def test_a_reference_is_granted_once(creator: User) -> None:
    for _ in range(2):
        ledger.grant(owner=creator, amount=10, purpose="Welcome credits", reference="gift")

    assert ledger.balance(creator).available == 610


def test_something_free_is_held_and_settled_without_moving_anything(creator: User) -> None:
    _hold(creator, 0)
    ledger.settle("generation:1")

    assert ledger.balance(creator) == (600, 0)
    assert not Entry.objects.filter(transfer__reference="generation:1").exists()


def test_the_creator_sees_a_receipt_of_every_movement(api: Any, creator: User) -> None:
    _hold(creator, 50)
    ledger.settle("generation:1", used=30)

    page = api(creator).get("/api/v1/credits").json()

    assert (page["balance"], page["held"]) == (570, 0)
    newest = [
        (receipt["kind"], receipt["amount"], receipt["used"]) for receipt in page["receipts"]["results"]
    ]
    assert newest == [("settle", 20, 30), ("hold", -50, None), ("grant", 600, None)]


def test_receipts_are_said_in_the_reader_s_language(api: Any, creator: User) -> None:
    _hold(creator, 50)

    english = api(creator).get("/api/v1/credits").json()["receipts"]["results"][0]
    chinese = api(creator, "zh-Hans").get("/api/v1/credits").json()["receipts"]["results"][0]

    assert (english["title"], chinese["title"]) == ("Set aside", "预扣")


def test_receipts_come_in_pages(api: Any, creator: User) -> None:
    for number in range(4):
        _hold(creator, 1, f"generation:{number}")

    first = api(creator).get("/api/v1/credits", {"limit": 3}).json()["receipts"]
    rest = api(creator).get(first["next"]).json()["receipts"]

    references = [receipt["reference"] for receipt in first["results"] + rest["results"]]
    assert len(references) == len(set(references)) == 5
    assert rest["next"] is None


def test_nobody_sees_another_s_receipts(api: Any, creator: User, other: User) -> None:
    _hold(creator, 50)

    references = [r["reference"] for r in api(other).get("/api/v1/credits").json()["receipts"]["results"]]

    assert "generation:1" not in references


moves = some.lists(
    some.tuples(some.sampled_from(["hold", "settle", "release"]), some.integers(0, 3), some.integers(0, 300)),
    max_size=12,
)


@trying(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=moves)
def test_the_books_add_up_after_any_sequence_of_moves(person: Any, moves: list[tuple[str, int, int]]) -> None:
    owner = person(f"p{uuid4().hex[:12]}")
    for move, number, amount in moves:
        try:
            _make(owner, move, f"{owner}:{number}", amount)
        except (NotEnoughCredits, HoldClosed, HoldNotFound, ValueError):
            continue

    balance = ledger.balance(owner)
    spent = Hold.objects.filter(owner=owner, state="settled").aggregate(used=Sum("used"))["used"] or 0
    assert min(balance) >= 0
    assert sum(balance) + spent == 600
    assert books_add_up()


def _make(owner: User, move: str, reference: str, amount: int) -> None:
    if move == "hold":
        _hold(owner, amount, reference)
    elif move == "settle":
        ledger.settle(reference, used=amount)
    else:
        ledger.release(reference)
