"""The AsyncAPI document describes the events that are really sent, and every address they are sent from."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from config.openapi import asyncapi
from creator.models import User
from jobs import schema
from jobs.ledger import actions
from jobs.models import Job, JobEvent
from jobs.realtime.consumers import Close
from jobs.realtime.events import as_json
from jobs.realtime.routing import websocket_urlpatterns
from jobs.worker import perform
from jobs.worker.handlers import Run
from library.errors import SourceGone
from library.media.progress import Stage
from tests.contract import committed, problems
from tests.jobs.conftest import submit as submit

COMMITTED: dict[str, Any] = yaml.safe_load(asyncapi.PATH.read_text())


def referred(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if "$ref" in part else set()
        return own.union(*map(referred, part.values()))
    return set().union(*map(referred, part)) if isinstance(part, list) else set()


def test_every_reference_leads_somewhere() -> None:
    def found(reference: str) -> Any:
        place: Any = COMMITTED
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
        return place

    assert all(found(reference) for reference in referred(COMMITTED))


def test_every_websocket_has_a_channel_and_every_kind_of_event_a_message() -> None:
    addresses = {str(one.pattern).replace("<uuid:job_id>", "{id}") for one in websocket_urlpatterns}
    told = {message["name"] for message in COMMITTED["components"]["messages"].values()}

    channels = COMMITTED["channels"].values()
    assert {channel["address"] for channel in channels} == {f"/{one}" for one in addresses}
    assert told == set(schema.kinds())


def test_its_events_are_those_of_the_openapi_document() -> None:
    schemas = committed()["components"]["schemas"]

    assert {name: schemas[name] for name in COMMITTED["components"]["schemas"]} == (
        COMMITTED["components"]["schemas"]
    )


def test_it_lists_why_connections_are_closed() -> None:
    told = [(why["code"], why["reason"]) for why in COMMITTED["channels"]["myEvents"]["x-close-codes"]]

    assert told == [why.value for why in Close]


def _busy(run: Run) -> None:
    run.stage(Stage.DENOISING, total=2)
    run.step(1, eta=1.0, data={"segment": 0})
    run.save(kept=1)
    if run.job.attempts == 1:
        raise RuntimeError("its worker dies")


def _refused(run: Run) -> None:
    raise SourceGone()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_events_of_jobs_are_what_their_messages_say(
    submit: Callable[..., Job], creator: User, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.worker.run.WRITES_PER_SECOND", float("inf"))
    first, failing = submit(_busy), submit(_refused)
    submit(waits_for=[first])
    actions.cancel(submit())
    perform.drain("cpu")
    retried = Job.objects.get(pk=failing.pk)
    actions.retry(retried)

    events = as_json(JobEvent.objects.select_related("job").order_by("pk"), language)

    seen = {event["kind"] for event in events}
    assert seen == set(schema.DATA) - {"cancelling"}
    for event in events:
        message = COMMITTED["components"]["messages"][schema.component_of(event["kind"])]
        assert problems(message["payload"], event) == [], event


OF_ROOMS: dict[str, dict[str, Any]] = {
    "understood": {
        "rewritten_prompt": "a dog", "slots": {"subject": "dog"}, "matched_words": {"subject": "dog"},
        "missing": ["cat"], "captions": {"en": "a dog", "zh": "一只狗"}, "recognised": True,
        "detail": "Drew: a dog.",
    },
    "plan": {"segments": 1, "steps": 8, "frames": 60},
    "preview": {"jpeg": "/9j/", "segment": 0, "step": 1},
    "followed": {"cuts": [{"cut": 0, "shown": "track", "trust": 0.9, "moves": ["pan"], "led_by": ["face"]}]},
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(OF_ROOMS))
def test_what_a_handler_tells_is_what_its_message_says(kind: str) -> None:
    assert set(OF_ROOMS) == set(schema.kinds()) - set(schema.DATA)
    data = committed()["components"]["schemas"][schema.kinds()[kind].__name__]

    assert problems({**data, "additionalProperties": False}, OF_ROOMS[kind]) == []
