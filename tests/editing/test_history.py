"""A draft's history, and what is exported from a draft and imported into one, through the API."""

from collections.abc import Callable
from typing import Any

import pytest

from creator.models import User
from editing.models import Draft
from library.actions import delete
from library.models import Clip
from tests.conftest import Api
from tests.editing.conftest import MakeClip
from tests.editing.material import cut, document

pytestmark = pytest.mark.django_db(transaction=True)
WorkAll = Callable[..., int]


@pytest.fixture
def clip(make_clip: MakeClip) -> Clip:
    return make_clip()


@pytest.fixture
def draft(api: Api, creator: User, clip: Clip) -> str:
    """The address of a draft of two revisions: a second of a clip, then half a second."""
    made = api(creator).post("/api/v1/drafts", {"title": "Boats", "document": lasting(clip, 1)}).json()
    address = f"/api/v1/drafts/{made['id']}"
    api(creator).patch(address, {"document": lasting(clip, 0.5)})
    return address


def lasting(clip: Clip, seconds: float, **more: Any) -> dict[str, Any]:
    return document(cut(0, seconds, clip=str(clip.pk)), **more)


def test_every_revision_is_listed_newest_first_and_shown_with_its_document(
    api: Api, creator: User, draft: str
) -> None:
    listed = api(creator).get(f"{draft}/revisions").json()["results"]

    assert [(one["number"], one["before"], one["current"]) for one in listed] == [
        (2, 1, True),
        (1, None, False),
    ]
    first = api(creator).get(f"{draft}/revisions/1").json()
    assert first["document"]["clips"][0]["end"] == 1
    assert api(creator).get(f"{draft}/revisions/3").status_code == 404


def test_a_revision_is_named_and_nothing_else_of_it_changes(api: Api, creator: User, draft: str) -> None:
    before = api(creator).get(f"{draft}/revisions/1").json()
    named = api(creator).patch(f"{draft}/revisions/1", {"name": "长版"}).json()

    assert named == before | {"name": "长版"}
    assert api(creator).patch(f"{draft}/revisions/1", {"name": "x" * 101}).status_code == 400


def test_restoring_makes_a_new_revision_and_an_undo_leads_back(
    api: Api, creator: User, draft: str, clip: Clip
) -> None:
    restored = api(creator).post(f"{draft}/revisions/1/restore").json()

    assert (restored["revision"], restored["seconds"]) == (3, 1.0)
    assert api(creator).post(f"{draft}/undo").json()["seconds"] == 0.5
    delete(clip)
    assert api(creator).post(f"{draft}/revisions/1/restore").status_code == 200


def test_a_draft_explains_its_command_while_its_clip_is_still_pending(
    api: Api, creator: User, draft: str, clip: Clip
) -> None:
    view = api(creator).get(f"{draft}/explain").json()

    assert clip.state == "pending"
    assert (view["frames"], view["width"], view["height"], view["fps"]) == (15, 160, 96, 30)
    assert f"{clip.pk}.mp4" in view["text"]
    assert [node["role"] for node in view["nodes"]][:: len(view["nodes"]) - 1] == ["input", "output"]
    assert "trim" in {node["name"] for node in view["nodes"]}


def test_captions_are_exported_and_imported_as_subtitles(api: Api, creator: User, draft: str) -> None:
    srt = "1\n00:00:00,100 --> 00:00:00,400\n端午\n\n2\n00:00:00,300 --> 00:00:09,000\n龙舟\n"
    put = api(creator).put(f"{draft}/captions", {"text": srt, "style": "top"})

    assert put.status_code == 200
    assert put.json()["document"]["captions"] == [
        {"text": "端午", "start": 0.1, "end": 0.4, "style": "top"},
        {"text": "龙舟", "start": 0.3, "end": 0.5, "style": "top"},
    ]
    vtt = api(creator).get(f"{draft}/captions", {"as": "vtt"})
    assert vtt["Content-Type"] == "text/vtt; charset=utf-8"
    assert "00:00:00.300 --> 00:00:00.500\n龙舟" in vtt.content.decode()
    assert "00:00:00,100 --> 00:00:00,400\n端午" in api(creator).get(f"{draft}/captions").content.decode()
    refused = api(creator).put(f"{draft}/captions", {"text": "no cue"})
    assert (refused.status_code, refused.json()["code"]) == (400, "no-subtitles")


def test_a_draft_is_exported_as_a_timeline_and_imported_as_another_draft(
    api: Api, creator: User, draft: str, clip: Clip
) -> None:
    timeline = api(creator).get(f"{draft}/otio").json()
    answer = api(creator).post("/api/v1/drafts/otio", {"title": "again", "timeline": timeline})

    assert timeline["OTIO_SCHEMA"] == "Timeline.1"
    assert answer.status_code == 201
    assert answer.json()["document"] == api(creator).get(draft).json()["document"]
    assert Draft.objects.count() == 2


def test_a_timeline_of_clips_that_are_not_ones_own_is_refused(
    api: Api, creator: User, other: User, draft: str
) -> None:
    timeline = api(creator).get(f"{draft}/otio").json()

    answer = api(other).post("/api/v1/drafts/otio", {"timeline": timeline})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "edit-clip-not-found"
    answer = api(other).post("/api/v1/drafts/otio", {"timeline": {"OTIO_SCHEMA": "Clip.2"}})
    assert (answer.status_code, answer.json()["code"]) == (400, "no-timeline")


def test_there_are_so_many_drafts_and_no_more(
    api: Api, creator: User, clip: Clip, draft: str, settings: Any
) -> None:
    settings.LIMITS = {"drafts": 2}
    made = {"document": lasting(clip, 1)}
    assert api(creator).post("/api/v1/drafts", made).status_code == 201

    refused = api(creator).post("/api/v1/drafts", made)

    assert (refused.status_code, refused.json()["code"]) == (409, "limit-reached")
    assert Draft.objects.count() == 2
    assert api(creator).delete(draft).status_code == 204
    assert api(creator).post("/api/v1/drafts", made).status_code == 201


def test_the_oldest_revisions_that_nobody_named_make_room(
    api: Api, creator: User, clip: Clip, draft: str, settings: Any
) -> None:
    settings.LIMITS = {"revisions": 3}
    api(creator).patch(f"{draft}/revisions/1", {"name": "first"})

    for seconds in (0.6, 0.7, 0.8):
        api(creator).patch(draft, {"document": lasting(clip, seconds)})

    listed = api(creator).get(f"{draft}/revisions").json()["results"]
    assert [revision["number"] for revision in listed] == [5, 4, 3, 1]
    assert api(creator).post(f"{draft}/undo").status_code == 200
