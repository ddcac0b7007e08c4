"""A timeline is read by native code: what kills that kills a child, and is told as any other bad file is."""

from typing import Any

import opentimelineio as otio
import pytest

from creator.models import User
from editing.engine.interchange import apart
from library.media.guard.process import Limits
from library.models import Clip
from tests.conftest import Api
from tests.contracts.objects import ready_clip

pytestmark = pytest.mark.django_db
PATH = "/api/v1/drafts/otio"


def timeline(clip: Clip, **more: Any) -> dict[str, Any]:
    """One second of one clip."""
    rate = {"OTIO_SCHEMA": "RationalTime.1", "rate": 30}
    link = {"OTIO_SCHEMA": "ExternalReference.1", "target_url": f"urn:uuid:{clip.pk}"}
    second = {"start_time": rate | {"value": 0}, "duration": rate | {"value": 30}}
    cut = {
        "OTIO_SCHEMA": "Clip.2",
        "name": str(clip.pk),
        "source_range": {"OTIO_SCHEMA": "TimeRange.1"} | second,
        "media_references": {"DEFAULT_MEDIA": link},
        "active_media_reference_key": "DEFAULT_MEDIA",
    } | more
    track = {"OTIO_SCHEMA": "Track.1", "kind": "Video", "children": [cut]}
    return {"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.1", "children": [track]}}


@pytest.mark.parametrize("version", ["Clip.1", "Clip.0", "Clip.-1"])
def test_a_timeline_that_kills_its_reader_kills_no_server(version: str, api: Api, creator: User) -> None:
    sent = {"timeline": timeline(ready_clip(creator), OTIO_SCHEMA=version)}

    answer = api(creator).post(PATH, sent)

    assert (answer.status_code, answer.json()["code"]) == (400, "no-timeline")


def test_none_is_read_in_the_web_process(api: Api, creator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(otio.core, "deserialize_json_from_string")

    answer = api(creator).post(PATH, {"timeline": timeline(ready_clip(creator)), "title": "第一剪"})

    assert answer.status_code == 201, answer.json()
    assert (answer.json()["title"], answer.json()["seconds"]) == ("第一剪", 1.0)


def test_one_that_takes_too_long_is_no_timeline(
    api: Api, creator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "LIMITS", Limits(seconds=0.01))

    answer = api(creator).post(PATH, {"timeline": timeline(ready_clip(creator))})

    assert answer.json()["code"] == "no-timeline"
