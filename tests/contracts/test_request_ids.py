"""One name of a request: in its answer, the problem it meets, the log, and the logs of who sent it."""

import logging
import re
from contextvars import Context
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator

from api import request_id
from config.asgi import application, request_rate
from config.http.protocol import answer as answer_of_protocol
from config.logs import LineFormatter
from creator.models import User
from tests.contracts.security.asgi import ask
from tests.jobs.conftest import submit as submit
from tests.jobs.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lines() -> Any:
    """What is logged while the test runs, as it is written."""
    written: list[str] = []

    class Written(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Written()
    handler.setFormatter(LineFormatter("{name}{request}: {message}", style="{"))
    logging.getLogger().addHandler(handler)
    request_rate.forget()
    yield written
    logging.getLogger().removeHandler(handler)


async def test_what_the_client_sends_is_in_the_answer_the_problem_and_the_log(lines: list[str]) -> None:
    answer = await ask("GET", "/api/v1/nothing", x_request_id="phone-7.A_b")

    assert answer.headers["x-request-id"] == "phone-7.A_b"
    assert answer.problem["request_id"] == "phone-7.A_b"
    assert "django.request [phone-7.A_b]: Not Found: /api/v1/nothing" in lines


@pytest.mark.parametrize("sent", ["", "a b", "a\r\nSet-Cookie: b", "x" * 65, "é", "a,b", "<script>"])
async def test_what_is_not_well_formed_is_replaced(sent: str) -> None:
    answers = [await ask("GET", "/livez", x_request_id=sent) for _ in range(2)]

    names = {answer.headers["x-request-id"] for answer in answers}
    assert len(names) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in names)


async def test_what_is_refused_before_any_view_has_it_too(settings: Any) -> None:
    settings.LIMITS = {"network_requests": 0}

    refused = await ask("GET", "/api/v1/me", x_request_id="often")

    assert (refused.status, refused.problem["request_id"]) == (429, "often")
    said = answer_of_protocol(408, [(b"x-request-id", b"slow")])
    assert b"X-Request-ID: slow\r\n" in said and b'"request_id": "slow"' in said


async def test_a_handshake_of_a_websocket_has_it(creator: User) -> None:
    socket = await Socket("/ws/me").open()

    assert dict(socket.told["headers"])[b"x-request-id"]
    await socket.close_code()
    scope = {"type": "websocket", "path": "/ws/nothing", "query_string": b"", "subprotocols": []}
    headers = [(b"x-request-id", b"mine")]
    nowhere = ApplicationCommunicator(
        application, {**scope, "headers": headers, "extensions": {"websocket.http.response": {}}}
    )
    await nowhere.send_input({"type": "websocket.connect"})
    told = await nowhere.receive_output()
    assert (told["status"], dict(told["headers"])[b"x-request-id"]) == (404, b"mine")


async def test_the_log_says_which_request_entered_a_job(submit: Any, lines: list[str]) -> None:
    request_id.begin("asked")

    job = await sync_to_async(submit)()

    assert f"jobs.ledger.actions [asked]: job {job.pk} is entered: toy" in lines


def test_a_line_about_no_request_has_no_name() -> None:
    record = logging.LogRecord("jobs", logging.INFO, "", 0, "idle", (), None)
    formatter = LineFormatter("{name}{request}: {message}", style="{")

    assert Context().run(formatter.format, record) == "jobs: idle"
