"""Events over polling, SSE and WebSocket: from any point, in order, to the end."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator

from config.asgi import application
from creator.accounts import tokens
from creator.models import User
from jobs.ledger import actions
from jobs.models import Job
from jobs.worker import perform
from tests.jobs.conftest import kinds
from tests.jobs.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)
Submit = Callable[..., Job]
LIFE = ["queued", "running", "stage", "done"]


def act(run: Any) -> None:
    run.stage("painting", total=3)


@pytest.fixture
def token(creator: User) -> str:
    return tokens.issue_session(creator)[1]


class Reader:
    """A reader of the stream, as an EventSource is one."""

    def __init__(self, job: Job, token: str, **headers: str) -> None:
        given = {"accept": "text/event-stream", "authorization": f"Bearer {token}", **headers}
        self.scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "path": f"/api/v1/jobs/{job.pk}/events",
            "raw_path": b"",
            "query_string": b"",
            "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in given.items()],
            "server": ("testserver", 80),
        }
        self.line = ApplicationCommunicator(application, self.scope)

    async def start(self) -> int:
        await self.line.send_input({"type": "http.request", "body": b""})
        return (await self.line.receive_output(10))["status"]

    async def frames(self, until: str = "") -> list[dict[str, Any]]:
        """Events until one of kind `until`, or the end of the stream."""
        found: list[dict[str, Any]] = []
        while True:
            part = await self.line.receive_output(10)
            text = part["body"].decode()
            if "data: " in text:
                found.append(json.loads(text.partition("data: ")[2]))
            if not part.get("more_body") or (found and found[-1]["kind"] == until):
                return found


def test_polling_pages_through_the_events_and_says_when_they_have_ended(
    submit: Submit, api: Any, creator: User
) -> None:
    job, client = submit(act), api(creator)
    first = client.get(f"/api/v1/jobs/{job.pk}/events").json()
    assert ([e["kind"] for e in first["events"]], first["ended"]) == (["queued"], False)
    perform.drain()
    rest = client.get(f"/api/v1/jobs/{job.pk}/events?after={first['after']}").json()
    assert ([e["kind"] for e in rest["events"]], rest["ended"]) == (LIFE[1:], True)
    assert rest["events"][1]["data"]["label"] == "painting"


def test_somebody_elses_job_is_not_there(submit: Submit, api: Any, other: User, staff: User) -> None:
    job = submit()
    for path, method in [("", "get"), ("/events", "get"), ("/cancel", "post"), ("/retry", "post")]:
        assert getattr(api(other), method)(f"/api/v1/jobs/{job.pk}{path}").status_code == 404
    assert api(staff).get(f"/api/v1/jobs/{job.pk}").status_code == 404


def test_a_nonsense_position_is_a_problem_that_names_the_field(
    submit: Submit, api: Any, creator: User
) -> None:
    answer = api(creator).get(f"/api/v1/jobs/{submit().pk}/events?after=x")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "after")


def test_a_job_shows_its_place_in_the_queue_and_its_error_in_the_readers_language(
    submit: Submit, api: Any, creator: User
) -> None:
    first, second = submit(), submit()
    assert api(creator).get(f"/api/v1/jobs/{second.pk}").json()["place_in_queue"] == 2
    actions.cancel(first)
    shown = api(creator, language="zh-Hans").get(f"/api/v1/jobs/{first.pk}").json()
    assert (shown["state"], shown["error"]["code"], shown["place_in_queue"]) == (
        "cancelled",
        "cancelled",
        None,
    )
    assert shown["error"]["detail"] == "已取消，只收取了已完成部分的费用。"
    assert api(creator).get(f"/api/v1/jobs/{second.pk}").json()["place_in_queue"] == 1


def test_cancelling_twice_is_fine_and_cancelling_what_is_done_is_a_conflict(
    submit: Submit, api: Any, creator: User
) -> None:
    job, done = submit(), submit()
    for _ in range(2):
        assert api(creator).post(f"/api/v1/jobs/{job.pk}/cancel").json()["state"] == "cancelled"
    perform.drain()
    answer = api(creator).post(f"/api/v1/jobs/{done.pk}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "already-finished")


async def test_the_stream_replays_then_follows_then_ends(submit: Submit, token: str) -> None:
    job = await sync_to_async(submit)(act)
    reader = Reader(job, token)
    assert await reader.start() == 200
    assert [f["kind"] for f in await reader.frames(until="queued")] == LIFE[:1]
    await sync_to_async(perform.drain)()
    assert [f["kind"] for f in await reader.frames()] == LIFE[1:]
    await reader.line.wait()


async def test_a_reader_who_comes_back_goes_on_where_it_was_and_is_told_to_stop_at_the_end(
    submit: Submit, token: str
) -> None:
    job = await sync_to_async(submit)(act)
    await sync_to_async(perform.drain)()
    reader = Reader(job, token, last_event_id="2")
    assert await reader.start() == 200
    assert [f["seq"] for f in await reader.frames()] == [3, 4]
    assert await Reader(job, token, last_event_id="4").start() == 204


async def test_the_stream_is_for_the_owner_only(submit: Submit, other: User) -> None:
    job = await sync_to_async(submit)(act)
    _, stranger = await sync_to_async(tokens.issue_session)(other)
    assert await Reader(job, stranger).start() == 404
    assert await Reader(job, "no-such-token").start() == 401


async def test_a_reader_who_leaves_leaves_nothing_behind(submit: Submit, token: str) -> None:
    job = await sync_to_async(submit)(act)
    reader = Reader(job, token)
    await reader.start()
    await reader.line.send_input({"type": "http.disconnect"})
    await reader.line.wait(10)
    assert not [t for t in asyncio.all_tasks() if t.get_name().startswith("jobs-")]


async def test_a_websocket_replays_follows_and_closes_after_the_last_event(
    submit: Submit, token: str
) -> None:
    job = await sync_to_async(submit)(act)
    socket = await Socket(f"/ws/jobs/{job.pk}", token).open()
    assert (await socket.event())["kind"] == "queued"
    await sync_to_async(perform.drain)()
    assert [(await socket.event())["kind"] for _ in LIFE[1:]] == LIFE[1:]
    assert await socket.close_code() == 1000
    socket = await Socket(f"/ws/jobs/{job.pk}?after=3", token).open()
    assert (await socket.event())["kind"] == "done"
    assert await socket.close_code() == 1000


async def test_a_websocket_tells_why_it_closes(submit: Submit, token: str, other: User) -> None:
    job = await sync_to_async(submit)(act)
    _, stranger = await sync_to_async(tokens.issue_session)(other)
    for code, bearer, ask in [
        (4404, stranger, ""),
        (4401, "x", ""),
        (4401, "", ""),
        (4400, token, "after=x"),
        (4400, token, "after=2"),  # there is one event so far
        (4400, token, "aftr=1"),
        (4400, token, "after=0&after=1"),
    ]:
        socket = await Socket(f"/ws/jobs/{job.pk}?{ask}", bearer).open()
        assert await socket.close_code() == code


async def test_a_reader_who_hangs_up_while_told_is_no_error(
    submit: Submit, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    job = await sync_to_async(submit)(act)
    address = {"type": "websocket", "path": f"/ws/jobs/{job.pk}", "query_string": b"", "subprotocols": []}
    asked = asyncio.Queue[dict[str, Any]]()
    asked.put_nowait({"type": "websocket.connect"})
    hung_up = asyncio.Event()

    async def send(message: Any) -> None:
        if message["type"] != "websocket.accept":
            hung_up.set()
            raise OSError("the reader is gone")

    scope = {**address, "headers": [(b"authorization", f"Bearer {token}".encode())]}
    serving = asyncio.create_task(application(scope, asked.get, send))
    await asyncio.wait_for(hung_up.wait(), 10)
    asked.put_nowait({"type": "websocket.disconnect", "code": 1006})
    await asyncio.wait_for(serving, 10)

    assert [line for line in caplog.records if line.levelname == "ERROR"] == []


async def test_a_stream_under_a_name_that_is_not_ours_is_refused(submit: Submit, token: str) -> None:
    job = await sync_to_async(submit)(act)
    stream = Reader(job, token, host="evil.example")
    words: dict[str, Any] = {"websocket.http.response": {}}
    scope = {**stream.scope, "type": "websocket", "path": "/ws/me", "extensions": words, "subprotocols": []}
    socket = ApplicationCommunicator(application, scope)
    await socket.send_input({"type": "websocket.connect"})

    assert await stream.start() == (await socket.receive_output(10))["status"] == 400
    assert b"host-invalid" in (await socket.receive_output(10))["body"]


async def test_my_stream_tells_of_all_my_jobs_and_only_mine(submit: Submit, token: str, other: User) -> None:
    socket = await Socket("/ws/me?after=0", token).open()
    mine = [await sync_to_async(submit)(act) for _ in range(2)]
    await sync_to_async(submit)(act, owner=other)
    await sync_to_async(perform.drain)()
    events = [await socket.event() for _ in range(2 * len(LIFE))]
    for job in mine:
        assert [e["kind"] for e in events if e["job"] == str(job.pk)] == LIFE
    again = await Socket(f"/ws/me?after={events[-2]['cursor']}", token).open()
    assert await again.event() == events[-1]
    assert await socket.is_silent() and await again.is_silent()
    await socket.leave()
    await again.leave()


def test_polling_reads_the_events_the_table_holds(submit: Submit, api: Any, creator: User) -> None:
    job = submit(act)
    perform.drain()
    assert [e["kind"] for e in api(creator).get(f"/api/v1/jobs/{job.pk}/events").json()["events"]] == kinds(
        job
    )


@pytest.mark.parametrize("seen", ["garbage", "-1", "1.5", "٣", "2", "9" * 17, "9" * 30, " ", "1-1"])
async def test_a_stream_behind_what_is_no_event_of_the_job_is_refused(
    submit: Submit, token: str, seen: str
) -> None:
    """Nobody would see what comes before an event that is still to come, and a page would wait for ever."""
    job = await sync_to_async(submit)(act)
    by_header, by_address = Reader(job, token, last_event_id=seen), Reader(job, token)
    by_address.scope["query_string"] = f"after={quote(seen)}".encode()

    assert [await reader.start() for reader in (by_header, by_address)] == [400, 400]


def test_a_page_behind_what_is_no_event_of_the_job_is_refused(
    submit: Submit, api: Any, creator: User
) -> None:
    job = submit(act)

    found = {after: api(creator).get(f"/api/v1/jobs/{job.pk}/events?after={after}") for after in (1, 2, "x")}

    assert {after: answer.status_code for after, answer in found.items()} == {1: 200, 2: 400, "x": 400}
    assert found[2].json()["code"] == "position-invalid" and "0 to 1" in found[2].json()["detail"]


async def test_head_tells_of_a_stream_and_opens_none(submit: Submit, token: str) -> None:
    job = await sync_to_async(submit)(act)
    reader = Reader(job, token)
    reader.scope["method"] = "HEAD"

    assert await reader.start() == 200
    assert (await reader.line.receive_output(10))["body"] == b""
    await reader.line.wait(10)


async def test_a_stream_is_not_compressed_and_kept_by_nobody(submit: Submit, token: str) -> None:
    job = await sync_to_async(submit)(act)
    reader = Reader(job, token, accept_encoding="gzip, br")
    await reader.line.send_input({"type": "http.request", "body": b""})

    told = dict((await reader.line.receive_output(10))["headers"])
    assert b"content-encoding" not in told and told[b"cache-control"] == b"no-cache, no-transform"
    await reader.line.send_input({"type": "http.disconnect"})
    await reader.line.wait(10)


@pytest.mark.parametrize("leaves", ["disconnect", "gone"])
async def test_a_reader_that_leaves_is_no_error(
    submit: Submit, token: str, caplog: pytest.LogCaptureFixture, leaves: str
) -> None:
    job = await sync_to_async(submit)(act)
    reader, socket = Reader(job, token), await Socket(f"/ws/jobs/{job.pk}", token).open()
    await reader.start()
    await socket.event()
    if leaves == "disconnect":
        await reader.line.send_input({"type": "http.disconnect"})
        await socket.leave()
        await reader.line.wait(10)
    else:  # the server ends the task
        for line in (reader.line, socket.line):
            line.stop(exceptions=False)

    assert not [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]
