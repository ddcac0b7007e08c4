"""Scaled out: with a real Redis as channel layer, readers are woken; where it says nothing, they poll."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers

from creator.accounts import tokens
from creator.models import User
from fixtures import services
from jobs.ledger import notify
from jobs.models import Job
from jobs.realtime import event_watcher
from jobs.worker import perform
from tests.jobs.sockets import Socket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.redis]
LIFE = ["queued", "running", "done"]


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with services.redis() as url:
        yield url


@pytest.fixture(autouse=True)
def _layer(settings: Any, redis_url: str) -> Iterator[None]:
    backend = "channels_redis.pubsub.RedisPubSubChannelLayer"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend, "CONFIG": {"hosts": [redis_url]}}}
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


@pytest.fixture
def token(creator: User) -> str:
    return tokens.issue_session(creator)[1]


@pytest.mark.parametrize("address", ["/ws/jobs/{job}", "/ws/me"])
async def test_the_layer_wakes_a_reader_who_would_poll_only_in_an_hour(
    submit: Callable[..., Job], token: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_watcher, "FALLBACK", 3600.0)
    job = await sync_to_async(submit)()
    socket = await Socket(f"{address.format(job=job.pk)}?after=0", token).open()
    assert [(await socket.event())["kind"] for _ in LIFE[:1]] == LIFE[:1]
    await sync_to_async(perform.drain)()
    assert [(await socket.event())["kind"] for _ in LIFE[1:]] == LIFE[1:]
    await socket.leave()


async def test_a_layer_that_says_nothing_costs_time_but_no_events(
    submit: Callable[..., Job], token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_watcher, "FALLBACK", 0.1)
    monkeypatch.setattr(notify, "wake_readers", lambda *_: None)
    job = await sync_to_async(submit)()
    socket = await Socket(f"/ws/jobs/{job.pk}", token).open()
    await sync_to_async(perform.drain)()
    assert [(await socket.event())["kind"] for _ in LIFE] == LIFE
    assert await socket.close_code() == 1000


def test_a_layer_that_is_down_does_not_fail_what_was_committed(
    submit: Callable[..., Job], settings: Any
) -> None:
    layer = {**settings.CHANNEL_LAYERS["default"], "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]}}
    settings.CHANNEL_LAYERS = {"default": layer}
    channel_layers.backends.clear()
    job = submit()
    assert perform.drain() == 1
    job.refresh_from_db()
    assert job.state == "done"
