"""One who asks much at once waits for themselves, and nobody for them."""

import asyncio
from collections.abc import MutableMapping
from io import BytesIO
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from PIL import Image

from config.http.turns import CALLER, Turns
from creator.accounts import tokens
from creator.models import User
from library.upload import turns
from tests.contracts.security.asgi import ask, scope_of

pytestmark = pytest.mark.django_db(transaction=True)


class Views:
    """An application that reads a request and answers once it may."""

    def __init__(self) -> None:
        self.working, self.may_answer, self.may_end = 0, asyncio.Event(), asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        self.working += 1
        await self.may_answer.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await self.may_end.wait()


def begin(application: Turns, caller: int | None, *parts: bytes, ends: bool = True) -> asyncio.Task[None]:
    left = list(parts or (b"",))

    async def receive() -> dict[str, Any]:
        if not left:
            await asyncio.Event().wait()
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(left) or not ends}

    async def send(_: MutableMapping[str, Any]) -> None:
        pass

    scope = scope_of("GET", "/api/v1/me", "192.0.2.1", {}) | {CALLER: caller}
    return asyncio.create_task(application(scope, receive, send))


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_person_is_worked_for_so_often_at_once_and_others_wait_for_none_of_it(settings: Any) -> None:
    settings.LIMITS = {"requests_at_once": 2, "network_requests_at_once": 3}
    views = Views()
    application = Turns(views)
    asking = [begin(application, 1) for _ in range(10)]
    await settle()
    assert views.working == 2

    asking += [begin(application, 2), *(begin(application, None) for _ in range(10))]
    await settle()
    assert views.working == 2 + 1 + 3
    views.may_answer.set()
    await settle()
    assert views.working == 21  # whoever is answered gives way, though nobody has read the answer
    views.may_end.set()
    await asyncio.gather(*asking)
    assert not application._free and not application._asking


async def test_slow_and_large_bodies_hold_no_turn(settings: Any) -> None:
    settings.LIMITS = {"requests_at_once": 1, "anonymous_body": 1000}
    views = Views()
    application = Turns(views)
    slow = [begin(application, 1, b"{", ends=False) for _ in range(3)]
    large = [begin(application, 1, bytes(1001)) for _ in range(3)]
    quick = [begin(application, 1) for _ in range(3)]
    await settle()

    assert views.working == 3 + 1
    for task in (*slow, *large, *quick):
        task.cancel()
    await asyncio.gather(*slow, *large, *quick, return_exceptions=True)
    assert not application._free


async def test_who_is_known_waits_for_their_own_requests_alone(
    creator: User, other: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LIMITS = {"requests_at_once": 1}
    monkeypatch.setattr(turns, "PATIENCE", 60.0)
    mine, theirs = [
        f"Bearer {(await sync_to_async(tokens.issue_session)(user))[1]}" for user in (creator, other)
    ]
    with turns.turn(creator.pk):  # an earlier upload is still looked at
        upload = asyncio.create_task(_upload(mine))
        await _until_waiting()
        me = asyncio.create_task(ask("GET", "/api/v1/me", authorization=mine))
        answer = await ask("GET", "/api/v1/me", authorization=theirs)
        assert (answer.status, me.done()) == (200, False)

    assert ((await upload).status, (await me).status) == (202, 200)


async def _until_waiting() -> None:
    async with asyncio.timeout(20):
        while not turns._changed._waiters:  # type: ignore[attr-defined]
            await asyncio.sleep(0)


async def _upload(authorization: str) -> Any:
    picture = BytesIO()
    Image.new("RGB", (64, 64)).save(picture, "PNG")
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    return await ask(
        "POST",
        "/api/v1/uploads",
        body=[head + picture.getvalue() + b"\r\n--b--\r\n"],
        content_type="multipart/form-data; boundary=b",
        content_length=str(len(head) + len(picture.getvalue()) + 9),
        authorization=authorization,
    )
