"""Previews of a draft: its first seconds, small, by the same graph."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from creator.models import User
from editing.engine.document import parse
from editing.engine.render.preview import preview_document
from editing.engine.render.render import render
from editing.engine.source import Source
from jobs.models import Job
from library import garbage_collection, storage
from library.models import Clip
from library.work import fetch
from tests.conftest import Api
from tests.editing.conftest import MakeClip
from tests.editing.material import cut, document, numbers
from tests.progress import Recorder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def draft(api: Api, creator: User, make_clip: MakeClip) -> str:
    """Seven seconds of numbered frames at 720 pixels."""
    clip = str(make_clip(frames=210, size=(1280, 720)).pk)
    edit = document(cut(0, 4, clip), cut(2, 5, clip), canvas={"aspect": "16:9"}, cover=6.5)
    return str(api(creator).post("/api/v1/drafts", {"document": edit}).json()["id"])


def preview(api: Api, user: User, draft: str) -> Any:
    return api(user).post(f"/api/v1/drafts/{draft}/preview")


def test_a_preview_is_promised_small_and_shows_the_first_five_seconds(
    api: Api, creator: User, draft: str, work_all: Any, tmp_path: Path
) -> None:
    answer = preview(api, creator, draft)

    assert answer.status_code == 202
    promised = answer.json()
    assert (promised["state"], promised["origin"], promised["seconds"]) == ("pending", "preview", 5.0)
    assert min(promised["width"], promised["height"]) == 480
    work_all()
    clip = Clip.objects.get(pk=promised["id"])
    assert (clip.state, clip.frames, clip.height) == ("ready", 150, 480)
    shown = numbers(fetch(clip, tmp_path))
    assert shown == [*range(120), *range(60, 90)]


def test_a_preview_has_priority_over_a_render(api: Api, creator: User, draft: str) -> None:
    full = api(creator).post(f"/api/v1/drafts/{draft}/render").json()
    small = preview(api, creator, draft).json()

    priorities = [Job.objects.get(pk=clip["job"]["id"]).priority for clip in (small, full)]
    assert priorities[0] > priorities[1]


def test_a_preview_is_in_no_list_and_is_replaced_by_the_next(
    api: Api, creator: User, draft: str, work_all: Any
) -> None:
    first = preview(api, creator, draft).json()["id"]
    work_all()
    second = preview(api, creator, draft).json()["id"]

    listed = [clip["id"] for clip in api(creator).get("/api/v1/clips").json()["results"]]
    assert first not in listed and second not in listed
    assert api(creator).get(f"/api/v1/clips/{second}").status_code == 200
    assert api(creator).get(f"/api/v1/clips/{first}").status_code == 404
    assert (
        not storage.default().exists(f"clips/{first}") or not storage.default().listdir(f"clips/{first}")[1]
    )


def test_a_preview_is_deleted_after_a_day(api: Api, creator: User, draft: str, work_all: Any) -> None:
    seen = preview(api, creator, draft).json()["id"]
    work_all()

    garbage_collection.sweep(timedelta(days=1))
    assert Clip.objects.filter(pk=seen).exists()
    Clip.objects.filter(pk=seen).update(created_at=timezone.now() - timedelta(hours=25))
    garbage_collection.sweep(timedelta(days=1))
    assert not Clip.objects.filter(pk=seen).exists()


def test_a_preview_has_what_the_edit_has_and_nothing_that_comes_later(
    clips: dict[str, Source], tmp_path: Path
) -> None:
    edit = document(
        cut(0, 3, effects=[{"name": "moviepy.MirrorY"}]),
        cut(0, 2.9, transition={"name": "fade", "seconds": 0.5}),
        cut(0, 2, clip="loud"),
        captions=[{"text": "前", "start": 1, "end": 2}, {"text": "后", "start": 6, "end": 7}],
        delivery={"short_side": 192, "upscaler": "ai", "loudness": -14},
    )
    recorder = Recorder()

    found = render(
        parse(edit), clips, tmp_path / "out.mp4", workdir=tmp_path, progress=recorder, preview=True
    )

    assert (found.frames, found.width, found.height) == (150, 320, 192)
    assert recorder.stages == [("effects", 90), ("render", 150)]
    words = (tmp_path / "captions.ass").read_text()
    assert "前" in words and "后" not in words


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_a_preview_has_at_most_480_pixels_on_its_short_side(aspect: str) -> None:
    edit = document(cut(0, 1, clip="a")) | {"canvas": {"aspect": aspect, "fps": 30}}

    assert min(preview_document(parse(edit)).size) == 480
