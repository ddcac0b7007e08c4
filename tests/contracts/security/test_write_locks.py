"""Nobody waits for another's slow work: no request holds a write lock over it, none holds one for long.

Every request that a test makes through `CheckedClient` is watched (tests/write_locks.py); here each route
that changes something is asked once more, with a session, a key, and as much as it takes.
"""

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from PIL import Image

from creator.accounts.tokens import issue_session
from creator.models import User
from generation.runner import prompt_parser, prompts
from jobs.models import Job
from library.models import Clip
from tests.conftest import Api
from tests.contract import CheckedClient
from tests.contracts.objects import Things, document, make_things, ready_clip
from tests.contracts.test_idor_matrix import BODIES, WHO
from tests.write_locks import watched

MOST_SECONDS = 0.05  # of CPU
PATIENCE = 120  # seconds; only a test that fails waits so long
TRIES = 4  # the first calls of a process load modules and fill caches
CHANGING = sorted(route for route in WHO if not route.startswith("GET"))


def picture() -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (640, 480), "red").save(data, "PNG")
    return SimpleUploadedFile("red.png", data.getvalue(), "image/png")


def large(owner: User) -> dict[str, Any]:
    """A document of as many pieces and captions as there may be."""
    one = document(ready_clip(owner))
    captions = [{"text": f"第{n}句 " * 20, "start": n / 10, "end": n / 10 + 0.1} for n in range(200)]
    return one | {"clips": one["clips"] * 32, "captions": captions}


def bodies(owner: User) -> dict[str, dict[str, Any]]:
    """A body for each route that takes one and gets none in the matrix."""
    scene = {"prompt": "一只红色的小狗在海边向右走," * 10}
    return BODIES | {
        "POST generations": {"prompt": scene["prompt"], "seconds": 5, "variants": 2},
        "POST generations/quote": {"prompt": scene["prompt"], "seconds": 5},
        "POST drafts": {"document": large(owner)},
        "PATCH drafts/{id}": {"document": large(owner), "title": "mine"},
        "POST posts": {"clip": str(ready_clip(owner).pk), "title": "mine"},
        "POST templates/{name}/fill": {"clips": [str(ready_clip(owner).pk)]},
        "POST keys": {"name": "phone"},
        "POST auth/code": {"email": "new@example.org"},
        "POST auth/login": {"email": "new@example.org", "code": "123456"},
        "PATCH me": {"display_name": "Ming"},
    }


def ask(client: CheckedClient, route: str, things: Things, body: dict[str, Any]) -> Any:
    method, path = route.split(" ")
    address = f"/api/v1/{path}".replace("{number}", "1")
    address = re.sub(r"{\w+}", str(things.get(path.split("/")[0], "")), address)
    headers = {"Idempotency-Key": str(uuid4())}
    if route == "POST uploads":
        return client.post(address, {"file": picture()}, format="multipart", headers=headers)
    return getattr(client, method.lower())(address, body, format="json", headers=headers)


@pytest.mark.parametrize("route", CHANGING)
def test_no_route_holds_a_write_lock_over_slow_work_or_for_long(
    route: str, creator: User, staff: User, api: Api
) -> None:
    longest = []
    for _ in range(TRIES):
        owner = staff if WHO[route] == "staff" else creator
        things, body = make_things(owner, api), bodies(owner).get(route, {})
        client = CheckedClient(headers={"Authorization": f"Bearer {issue_session(owner)[1]}"})
        with transaction.atomic(), watched() as (slow, holds):
            status = ask(client, route, things, body).status_code
            transaction.set_rollback(True)  # what it changed is there again for the next try
        assert not slow
        assert status < 500
        longest.append(max(holds, default=0.0))
        if longest[-1] <= MOST_SECONDS:
            return
    raise AssertionError(f"{route} held a write lock for {min(longest):.3f} s of CPU")


@pytest.mark.parametrize(("kind", "status"), [("editing.render", 202), ("library.ingest", 410)])
def test_a_job_is_tried_again_without_reading_its_sources_under_a_lock(
    kind: str, status: int, creator: User, api: Api
) -> None:
    """A document is parsed and a file is looked for first: it may lie in S3."""
    things = make_things(creator, api)
    promised = api(creator).post(f"/api/v1/drafts/{things['drafts']}/render").json()
    job = Job.objects.get(pk=promised["job"]["id"])
    upload = {"becomes": "clip", "id": promised["id"], "raw": "incoming/gone"}
    params = job.params if kind == job.kind else upload
    Job.objects.filter(pk=job.pk).update(state="failed", kind=kind, params=params)
    Clip.objects.filter(pk=promised["id"]).update(state="failed")

    assert api(creator).post(f"/api/v1/jobs/{job.pk}/retry").status_code == status


@pytest.fixture
def slow_parser(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """A prompt parser that does not end before it is told to: (it has begun, it may end)."""
    begun, may_end = threading.Event(), threading.Event()
    parsed = prompts.parsed
    prompt_parser.load(settings.MODELS[settings.DEFAULT_MODEL])

    def slowly(*args: Any, **kwargs: Any) -> Any:
        begun.set()
        may_end.wait(PATIENCE)
        return parsed(*args, **kwargs)

    monkeypatch.setattr(prompts, "parsed", slowly)
    yield begun, may_end
    may_end.set()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_while_one_prompt_is_parsed_everybody_else_writes(
    creator: User, other: User, api: Api, slow_parser: tuple[threading.Event, threading.Event]
) -> None:
    begun, may_end = slow_parser
    client = CheckedClient(headers={"Authorization": f"Bearer {issue_session(creator)[1]}"})

    def generate() -> int:
        try:
            asked = {"prompt": "一只狗", "seconds": 2}
            key = {"Idempotency-Key": "one"}
            return client.post("/api/v1/generations", asked, headers=key).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(generate)
        assert begun.wait(PATIENCE)
        neighbour = api(other).patch("/api/v1/me", {"display_name": "Hua"})
        may_end.set()

        assert neighbour.status_code == 200
        assert answer.result(PATIENCE) == 202


def test_the_watch_finds_a_parser_a_process_and_a_pause_in_a_transaction(db: None) -> None:
    import subprocess
    import time

    from editing.engine.document import parse
    from editing.engine.errors import DocumentInvalid

    def a_document() -> None:
        with pytest.raises(DocumentInvalid):
            parse({"version": 1})

    slow_things: list[Callable[[], Any]] = [
        a_document,
        lambda: subprocess.run(["true"], check=True),
        lambda: time.sleep(0),
    ]
    for slow_thing in slow_things:
        with watched() as (slow, _):
            slow_thing()
            assert not slow
            with transaction.atomic():
                slow_thing()
            assert slow
