"""Web pages of the origins in CORS_ORIGINS read every answer, refusals and files included; no others do."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from asgiref.sync import sync_to_async
from django.core.exceptions import ImproperlyConfigured

from config.asgi import request_rate
from config.origins import origins
from config.wsgi import application as over_wsgi
from creator.accounts import tokens
from creator.models import User
from tests.contracts.security.asgi import Answered, ask

pytestmark = pytest.mark.django_db(transaction=True)
APP, OTHER = "https://app.example.org", "https://evil.example"
ASKS: dict[str, Any] = {
    "access_control_request_method": "PATCH",
    "access_control_request_headers": "authorization,content-type",
}
Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def _allowed(settings: Any) -> None:
    request_rate.forget()
    settings.CORS_ORIGINS = origins([APP, "capacitor://localhost"])


async def ask_wsgi(method: str, path: str, **headers: str) -> Answered:
    told = Answered()
    meta: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_HOST": "localhost"}
    meta |= {f"HTTP_{name.upper()}": value for name, value in headers.items()} | {"wsgi.input": BytesIO()}
    setup_testing_defaults(meta)

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        told.status = int(status.split()[0])
        told.headers = {name.lower(): value for name, value in headers}

    told.body = b"".join(await sync_to_async(over_wsgi)(meta, start))
    return told


@pytest.fixture(params=[ask, ask_wsgi], ids=["asgi", "wsgi"])
def asked(request: pytest.FixtureRequest) -> Ask:
    found: Ask = request.param
    return found


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/drafts", "/api/v1/nothing", "/media/a/b", "/livez"])
@pytest.mark.parametrize("origin", [APP, "capacitor://localhost"])
async def test_a_preflight_is_answered_wherever_and_whoever_asks(asked: Ask, path: str, origin: str) -> None:
    answer = await asked("OPTIONS", path, origin=origin, **ASKS)

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == origin
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "authorization,content-type"
    assert int(answer.headers["access-control-max-age"]) > 0
    assert "origin" in answer.headers["vary"].lower()
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_preflight_is_no_request_that_counts(settings: Any) -> None:
    settings.LIMITS = {"network_requests": 1}

    preflights = [await ask("OPTIONS", "/api/v1/me", origin=APP, **ASKS) for _ in range(3)]
    last = await ask("GET", "/api/v1/me", origin=APP)

    assert [answer.status for answer in preflights] == [204] * 3
    assert last.status == 401


@pytest.mark.parametrize(
    "origin", [OTHER, "null", f"{APP}.evil.example", f"{APP}:8443", "http://app.example.org"]
)
async def test_a_page_of_another_origin_is_told_what_would_let_it(asked: Ask, origin: str) -> None:
    preflight, answer = (
        await asked("OPTIONS", "/api/v1/me", origin=origin, **ASKS),
        await asked("GET", "/livez", origin=origin),
    )

    assert (preflight.status, preflight.problem["code"]) == (403, "origin-refused")
    assert "CORS_ORIGINS" in preflight.problem["detail"]
    assert answer.status == 200
    for told in (preflight, answer):
        assert not [name for name in told.headers if name.startswith("access-control")]


async def test_names_of_headers_that_are_none_are_not_sent_back(asked: Ask) -> None:
    for odd in ("a\r\nb", "x" * 2000, "a b", "\xe9"):
        told = ASKS | {"access_control_request_headers": odd}
        answer = await asked("OPTIONS", "/api/v1/me", origin=APP, **told)

        assert answer.headers["access-control-allow-headers"] == "Authorization, Content-Type"


async def test_answers_refusals_and_files_can_be_read(asked: Ask) -> None:
    for path, status in (("/livez", 200), ("/api/v1/me", 401), ("/nothing", 404), ("/media/a/b", 404)):
        answer = await asked("GET", path, origin=APP)

        assert (answer.status, answer.headers["access-control-allow-origin"]) == (status, APP)
        exposed = answer.headers["access-control-expose-headers"]
        for name in ["ETag", "Retry-After", "RateLimit", "X-Request-ID", "Location", "Content-Range", "Link"]:
            assert name in exposed.split(", ")


async def test_what_stands_before_every_view_can_be_read_too(settings: Any) -> None:
    settings.LIMITS = {"network_requests": 0}

    often = await ask("GET", "/api/v1/me", origin=APP)
    large = await ask("POST", "/api/v1/auth/code", origin=APP, content_length=str(1 << 30))

    assert (often.status, often.headers["access-control-allow-origin"]) == (429, APP)
    assert (large.status, large.headers["access-control-allow-origin"]) == (429, APP)


async def test_all_origins_are_one_answer(asked: Ask, settings: Any) -> None:
    settings.CORS_ORIGINS = origins(["*"])

    answer = await asked("GET", "/livez", origin=OTHER)

    assert answer.headers["access-control-allow-origin"] == "*"
    assert "origin" not in answer.headers.get("vary", "").lower()


async def test_by_default_no_page_reads_anything_and_who_is_no_page_is_not_bothered(settings: Any) -> None:
    settings.CORS_ORIGINS = origins([])

    with_origin, without = await ask("GET", "/livez", origin=APP), await ask("GET", "/livez")

    assert (with_origin.status, without.status) == (200, 200)
    assert not [name for name in with_origin.headers if name.startswith("access-control")]


async def test_options_without_a_preflight_is_any_request(creator: User) -> None:
    _, secret = await sync_to_async(tokens.issue_session)(creator)

    answer = await ask("OPTIONS", "/api/v1/me", origin=APP, authorization=f"Bearer {secret}")

    assert answer.status == 200 and "GET" in answer.headers["allow"]


def test_an_origin_may_end_in_a_slash_and_is_compared_in_small_letters() -> None:
    assert origins(["https://App.Example.org/"]) == {APP}


@pytest.mark.parametrize(
    "wrong", ["app.example.org", "https://a/b", "https://*.a.org", "https://u@a", "", "https:"]
)
def test_what_is_no_origin_is_refused_when_the_server_starts(wrong: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="scheme://host"):
        origins([wrong])
