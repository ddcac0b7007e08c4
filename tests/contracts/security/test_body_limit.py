"""A body is refused by its size before it is kept anywhere; strangers may send one MiB."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from config.asgi import application
from creator.accounts import tokens
from creator.models import User
from tests.contracts.security.asgi import ask, scope_of

pytestmark = pytest.mark.django_db(transaction=True)
MIB = 1 << 20
PART = bytes(64 << 10)
FORM = "multipart/form-data; boundary=b"


def parts(size: int) -> Iterator[bytes]:
    yield from [PART] * (size // len(PART))


@pytest.fixture
def session(creator: User) -> str:
    return f"Bearer {tokens.issue_session(creator)[1]}"


async def test_a_strangers_body_is_refused_by_its_declared_length() -> None:
    answer = await ask(
        "POST",
        "/api/v1/auth/code",
        body=parts(2 * MIB),
        content_length=str(2 * MIB),
        content_type="application/json",
    )

    assert (answer.status, answer.read) == (413, 0)
    assert answer.problem["code"] == "body-too-large"
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("path", ["/api/v1/auth/code", "/api/v1/uploads", "/livez", "/nothing/here"])
@pytest.mark.parametrize(
    "authorization", ["", "Bearer lys_nobody", "Bearer \xe9\xff", "Basic YTpi", "Bearer"]
)
async def test_a_strangers_body_without_a_length_ends_at_one_mib(path: str, authorization: str) -> None:
    answer = await ask(
        "POST",
        path,
        body=parts(8 * MIB),
        transfer_encoding="chunked",
        content_type=FORM,
        authorization=authorization,
    )

    assert answer.status == 413
    assert answer.read <= MIB + len(PART)


async def test_the_answer_is_in_the_clients_language() -> None:
    answer = await ask(
        "POST", "/api/v1/auth/code", content_length=str(2 * MIB), accept_language="zh-CN,zh;q=0.9,en;q=0.1"
    )

    assert answer.problem["detail"] == "请求内容过大；此处最多接受 1024 KiB。"
    assert answer.headers["content-language"] == "zh-hans"


async def test_json_of_somebody_signed_in_is_small_too(session: str) -> None:
    answer = await ask(
        "POST",
        "/api/v1/drafts",
        body=parts(4 * MIB),
        content_length=str(4 * MIB),
        content_type="application/json",
        authorization=session,
    )

    assert (answer.status, answer.read) == (413, 0)


async def test_a_file_of_somebody_signed_in_may_be_as_large_as_an_upload(session: str, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 8 * MIB
    small, large = await _upload(session, 4 * MIB), await _upload(session, 16 * MIB)

    assert (small.status, small.read) == (400, 4 * MIB)  # read whole; it is no form
    assert (large.status, large.read) == (413, 0)
    assert large.problem["detail"] == "This file is too large; at most 8 MiB are taken."


async def _upload(session: str, size: int) -> Any:
    return await ask(
        "POST",
        "/api/v1/uploads",
        body=parts(size),
        content_length=str(size),
        content_type=FORM,
        authorization=session,
    )


async def test_who_may_hand_in_no_more_files_is_told_before_sending_one(session: str, settings: Any) -> None:
    settings.LIMITS = {"uploads": 0}

    answer = await _upload(session, 4 * MIB)

    assert (answer.status, answer.read) == (429, 0)
    assert answer.problem["code"] == "too-often"
    assert int(answer.headers["retry-after"]) > 0


async def test_who_is_not_let_in_is_told_before_sending_a_file(waiting: User) -> None:
    _, secret = await sync_to_async(tokens.issue_session)(waiting)

    answer = await _upload(f"Bearer {secret}", 4 * MIB)

    assert (answer.status, answer.read) == (403, 0)
    assert answer.problem["code"] == "not-admitted"


async def test_a_small_body_reaches_its_view_as_it_was() -> None:
    answer = await ask(
        "POST",
        "/api/v1/auth/code",
        body=[b'{"email": ', b"3}"],
        transfer_encoding="chunked",
        content_type="application/json",
    )

    assert answer.status == 400
    # of no body at all it would be "address-invalid"
    assert answer.problem["errors"][0]["field"] == "email"


class Unfinished:
    """Requests whose bodies never end, as long as this is open."""

    def __init__(self) -> None:
        self.tasks: list[asyncio.Task[None]] = []
        self.held = asyncio.Semaphore(0)

    async def begin(self, path: str, body: bytes, *, client: str = "192.0.2.1", **headers: str) -> None:
        parts, never = [body], asyncio.Event()

        async def receive() -> dict[str, Any]:
            if not parts:
                self.held.release()
                await never.wait()
            return {"type": "http.request", "body": parts.pop(), "more_body": True}

        async def send(message: Any) -> None:
            self.held.release()

        scope = scope_of("POST", path, client, headers)
        self.tasks.append(asyncio.create_task(application(scope, receive, send)))
        await self.held.acquire()

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


JSON = {"content_type": "application/json", "transfer_encoding": "chunked"}


async def test_a_network_keeps_so_much_of_unfinished_bodies_in_memory_and_no_more(settings: Any) -> None:
    settings.LIMITS = {"network_bodies": 2 * MIB}
    unfinished = Unfinished()
    for _ in range(2):
        await unfinished.begin("/api/v1/auth/code", bytes(MIB), **JSON)

    refused = await ask("POST", "/api/v1/auth/code", body=[b"{}"], **JSON)
    elsewhere = await ask("POST", "/api/v1/auth/code", body=[b"{}"], client="198.51.100.1", **JSON)
    await unfinished.end()
    after = await ask("POST", "/api/v1/auth/code", body=[b"{}"], **JSON)

    assert (refused.status, refused.problem["code"]) == (429, "too-many-bodies")
    assert refused.headers["retry-after"] == "5"
    assert (elsewhere.status, after.status) == (400, 400)


async def test_a_person_sends_so_many_large_bodies_at_once_and_no_more(session: str, settings: Any) -> None:
    settings.LIMITS = {"large_bodies": 2}
    unfinished = Unfinished()
    for _ in range(2):
        await unfinished.begin("/api/v1/uploads", bytes(2 * MIB), content_type=FORM, authorization=session)

    refused = await _upload(session, 4 * MIB)
    await unfinished.end()
    after = await _upload(session, 4 * MIB)

    assert (refused.status, refused.read, refused.problem["code"]) == (429, 0, "too-many-bodies")
    assert after.status == 400  # read whole; it is no form
