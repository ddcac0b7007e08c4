"""Everybody may ask so often and no more, reading included; who asks too much takes nothing from others."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from config.asgi import request_rate
from creator.accounts import tokens
from creator.models import User
from tests.contracts.security.asgi import Answered, ask

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _a_new_minute() -> None:
    request_rate.forget()


async def asks(times: int, **told: Any) -> list[Answered]:
    return [await ask("GET", "/api/v1/me", **told) for _ in range(times)]


async def bearer(user: User) -> str:
    return f"Bearer {(await sync_to_async(tokens.issue_session)(user))[1]}"


async def test_a_network_of_strangers_has_so_many_requests_a_minute(settings: Any) -> None:
    settings.LIMITS = {"network_requests": 3}

    *first, last = await asks(4, accept_language="zh-hans")

    assert [answer.status for answer in first] == [401] * 3
    assert [answer.headers["ratelimit"].partition(";t=")[0] for answer in first] == [
        f'"network_requests";r={left}' for left in (2, 1, 0)
    ]
    assert first[0].headers["ratelimit-policy"] == '"network_requests";q=3;w=60'
    assert (last.status, last.problem["code"]) == (429, "too-often")
    assert "秒后重试" in last.problem["detail"]
    assert 0 < int(last.headers["retry-after"]) <= 60


async def test_somebody_signed_in_is_counted_alone(creator: User, other: User, settings: Any) -> None:
    """Not with their network, nor by session: two of one person's are one."""
    settings.LIMITS = {"network_requests": 5, "requests": 3}
    await asks(6)
    one, two, neighbour = await bearer(creator), await bearer(creator), await bearer(other)

    mine = [*await asks(2, authorization=one), *await asks(2, authorization=two)]
    theirs = await asks(1, authorization=neighbour)

    assert [answer.status for answer in mine] == [200, 200, 200, 429]
    assert [answer.status for answer in theirs] == [200]


async def test_who_uses_up_a_persons_number_leaves_their_other_tokens_a_share(
    creator: User, settings: Any
) -> None:
    settings.LIMITS = {"requests": 80}
    leaked, mine = await bearer(creator), await bearer(creator)
    thief = [answer.status for answer in await asks(83, authorization=leaked)]

    ended = await ask("DELETE", "/api/v1/sessions", authorization=mine)

    assert thief == [200] * 82 + [429]
    assert ended.status == 204
    assert [answer.status for answer in await asks(1, authorization=leaked)] != [200]


async def test_an_invented_token_gives_no_allowance_of_its_own(settings: Any) -> None:
    settings.LIMITS = {"network_requests": 2}

    answers = [(await asks(1, authorization=f"Bearer lys_{n}"))[0].status for n in range(4)]

    assert answers == [401, 401, 429, 429]


async def test_the_addresses_of_one_subscriber_are_counted_together(settings: Any) -> None:
    settings.LIMITS = {"network_requests": 2}

    answers = [(await asks(1, client=f"2001:db8::{n}"))[0].status for n in range(1, 4)]

    assert answers == [401, 401, 429]
    assert (await asks(1, client="2001:db8:0:1::1"))[0].status == 401


async def test_a_forwarded_address_counts_only_where_proxies_are_known(settings: Any) -> None:
    settings.LIMITS = {"network_requests": 1}

    invented = [(await asks(1, x_forwarded_for=f"192.0.2.{n}"))[0].status for n in range(10, 12)]
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}
    vouched = [(await asks(1, x_forwarded_for=f"192.0.2.{n}"))[0].status for n in range(10, 12)]

    assert (invented, vouched) == ([401, 429], [401, 401])
