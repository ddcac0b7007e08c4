"""What is quoted is what is held, and what is charged: on every route that costs something."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from creator.credits import ledger
from creator.models import User
from generation.work import Made, Render
from library.errors import SourceGone
from library.work import Stored
from tests.conftest import Api
from tests.contract import committed

GIVEN = 1000
STORED = Stored("clips/a.mp4", "clips/a.jpg", 1, "0", 1280, 720, 30, 1.0, 30, False)
Asked = dict[str, Any]

REQUESTS: dict[str, Asked] = {
    "plain": {"prompt": "一只狗", "seconds": 2},
    "rounded up": {"prompt": "一只狗", "seconds": 1.3, "resolution": "540p"},
    "large": {"prompt": "一只狗", "seconds": 2, "resolution": "1080p"},
    "pro": {"prompt": "一只狗", "seconds": 2, "quality": "pro"},
    "more steps": {"prompt": "一只狗", "seconds": 2, "steps": 90},
    "variants": {"prompt": "一只狗", "seconds": 1.3, "variants": 4},
    "dear variants": {
        "prompt": "一只狗",
        "seconds": 2,
        "variants": 3,
        "quality": "pro",
        "resolution": "1080p",
    },
}
PAID = {"createGeneration", "extendGeneration", "rerunGeneration", "retryJob"}


@pytest.fixture
def creator(person: Callable[..., User]) -> User:
    return person("ming", credits_=GIVEN)


@pytest.fixture
def client(api: Api, creator: User, installation: object) -> APIClient:
    return api(creator)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is not asked: a clip is there at once."""
    monkeypatch.setattr(Render, "work", lambda self, run: Made(STORED, {}))


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Render, run: object) -> Made:
        raise SourceGone()

    monkeypatch.setattr(Render, "work", fail)


def asked(client: APIClient, address: str, body: Asked) -> dict[str, Any]:
    answer = client.post(f"/api/v1/{address}", body)
    assert answer.status_code == 202, answer.content
    return answer.json()


def test_these_are_the_routes_that_cost_something() -> None:
    """A route that comes to cost something belongs into the tests below."""
    paid = {
        operation["operationId"]
        for methods in committed()["paths"].values()
        for operation in methods.values()
        if "402" in operation["responses"]
    }

    assert paid == PAID


@pytest.mark.parametrize("body", REQUESTS.values(), ids=REQUESTS.keys())
def test_what_is_quoted_is_held_and_charged(
    client: APIClient, creator: User, made: None, work_all: Callable[..., int], body: Asked
) -> None:
    price = client.post("/api/v1/generations/quote", body).json()["credits"]

    first = asked(client, "generations", body)
    assert price == first["cost"] * body.get("variants", 1)
    assert ledger.balance(creator) == (GIVEN - price, price)
    work_all()

    assert ledger.balance(creator) == (GIVEN - price, 0)
    charged = client.get("/api/v1/credits?limit=100").json()["receipts"]["results"]
    assert sum(receipt["used"] for receipt in charged if receipt["kind"] == "settle") == price


@pytest.mark.parametrize("variants", [1, 3])
def test_a_failure_is_refunded_wholly_and_tried_again_at_the_same_price(
    client: APIClient, creator: User, broken: None, work_all: Callable[..., int], variants: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    first = asked(client, "generations", REQUESTS["rounded up"] | {"variants": variants})
    work_all()
    assert ledger.balance(creator) == (GIVEN, 0)

    asked(client, f"jobs/{first['clip']['job']['id']}/retry", {})
    assert ledger.balance(creator) == (GIVEN - first["cost"], first["cost"])
    monkeypatch.setattr(Render, "work", lambda self, run: Made(STORED, {}))
    work_all()

    assert ledger.balance(creator) == (GIVEN - first["cost"], 0)


@pytest.mark.parametrize(
    ("address", "body"), [("extend", {"seconds": 1.3}), ("rerun", {})], ids=["extend", "rerun"]
)
def test_what_comes_of_a_clip_costs_what_it_says(
    client: APIClient, creator: User, made: None, work_all: Callable[..., int], address: str, body: Asked
) -> None:
    first = asked(client, "generations", REQUESTS["plain"])
    work_all()
    before = GIVEN - first["cost"]

    more = asked(client, f"generations/{first['id']}/{address}", body)
    assert ledger.balance(creator) == (before - more["cost"], more["cost"])
    work_all()

    assert ledger.balance(creator) == (before - more["cost"], 0)


def test_what_is_cancelled_before_a_step_is_made_is_given_back_wholly(
    client: APIClient, creator: User
) -> None:
    first = asked(client, "generations", REQUESTS["variants"])
    for key in [first["id"], *first["variants"]]:
        assert client.post(f"/api/v1/generations/{key}/cancel").status_code == 200

    assert ledger.balance(creator) == (GIVEN, 0)


@pytest.mark.parametrize("variants", [2, 4])
def test_a_refusal_names_the_price_of_all_that_was_asked_for_and_the_true_balance(
    client: APIClient, creator: User, variants: int
) -> None:
    body = {"prompt": "一只狗", "seconds": 100, "resolution": "1080p", "variants": variants}
    price = client.post("/api/v1/generations/quote", body).json()["credits"]
    ledger.hold(owner=creator, amount=GIVEN - price + 1, purpose="test", reference="elsewhere") if (
        price <= GIVEN
    ) else None
    free = ledger.balance(creator).available

    refused = client.post("/api/v1/generations", body)

    told = refused.json()
    assert (refused.status_code, told["needed"], told["available"]) == (402, price, free)
    assert str(price) in told["detail"] and str(free) in told["detail"]
    assert ledger.balance(creator).available == free
    assert client.get("/api/v1/generations").json()["results"] == []
