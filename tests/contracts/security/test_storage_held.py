"""One person's library has a size: what is in it, what is being made for it and what is published from it."""

import re
import wave
from collections.abc import Callable
from io import SEEK_END, BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from creator.models import User
from jobs.ledger import actions
from jobs.models import Job
from library import storage
from library.held import held_bytes
from library.models import Clip, Still, Track
from publishing.models import Post
from tests.conftest import Api
from tests.contracts.objects import ready_clip
from tests.editing.material import cut, document

pytestmark = pytest.mark.django_db(transaction=True)
MB = 10**6
SHAPE = {"width": 1280, "height": 720, "fps": 30, "seconds": 4.0, "frames": 120}


def clip_of(owner: User, size: int) -> Clip:
    return Clip.objects.create(owner=owner, origin="upload", state="ready", bytes=size, **SHAPE)


def test_everything_a_person_keeps_counts(creator: User, other: User) -> None:
    clip = clip_of(creator, 1 * MB)
    Still.objects.create(owner=creator, bytes=2 * MB, width=8, height=8)
    Track.objects.create(owner=creator, bytes=4 * MB, seconds=1.0)
    Post.objects.create(owner=creator, clip=clip, bytes=8 * MB)
    clip_of(other, 16 * MB)

    assert held_bytes(creator) == 15 * MB


def test_an_edit_that_would_not_fit_is_refused_and_leaves_nothing(
    api: Api, creator: User, other: User, settings: Any
) -> None:
    settings.LIMITS = {"storage_bytes": 100 * MB}
    clip = clip_of(creator, 99 * MB)
    trim = {"start": 0.0, "end": 3.0}

    refused = api(creator).post(f"/api/v1/clips/{clip.pk}/trim", trim)

    assert (refused.status_code, refused.data["code"]) == (409, "storage-full")
    assert re.search(r"would keep 10\d MB, .* and 100 MB is the most", refused.data["detail"])
    assert not Job.objects.exists() and Clip.objects.count() == 1
    theirs = clip_of(other, 10 * MB)
    assert api(other).post(f"/api/v1/clips/{theirs.pk}/trim", trim).status_code == 202


def test_what_is_being_made_counts_as_it_is_estimated_and_no_more_once_it_has_ended(
    api: Api, creator: User
) -> None:
    clip = clip_of(creator, 1 * MB)
    answer = api(creator).post(f"/api/v1/clips/{clip.pk}/trim", {"start": 0.0, "end": 3.0})
    job = Job.objects.get(pk=answer.data["job"]["id"])

    assert job.bytes > 0
    assert held_bytes(creator) == 1 * MB + job.bytes
    actions.cancel(job)
    assert held_bytes(creator) == 1 * MB


def test_an_upload_that_would_not_fit_is_refused(
    api: Api, creator: User, settings: Any, picture: Any
) -> None:
    settings.LIMITS = {"storage_bytes": 1 * MB}
    clip_of(creator, 1 * MB)

    refused = api(creator).post("/api/v1/uploads", {"file": picture}, format="multipart")

    assert (refused.status_code, refused.data["code"]) == (409, "storage-full")
    assert not Still.objects.exists()


def test_an_uploaded_file_counts_until_it_has_been_made_anew(
    api: Api, creator: User, work_all: Callable[[], int]
) -> None:
    """What was handed in is kept until then, whatever comes of it."""
    sound = second_of_sound(6 * MB)
    before = held_bytes(creator)

    answer = api(creator).post("/api/v1/uploads", {"file": sound}, format="multipart")

    assert answer.status_code == 202
    assert held_bytes(creator) - before > 6 * MB
    work_all()
    assert held_bytes(creator) - before < 1 * MB


def test_an_upload_that_is_refused_leaves_no_file(api: Api, creator: User, settings: Any) -> None:
    """A sweep removed it a day later: 500 files of 512 MiB are 256 GB until then."""
    settings.LIMITS = {"unfinished_cpu_jobs": 0}

    refused = api(creator).post("/api/v1/uploads", {"file": second_of_sound(6 * MB)}, format="multipart")

    assert (refused.status_code, refused.data["code"]) == (409, "limit-reached")
    assert storage.listed(storage.INCOMING)[1] == []


def second_of_sound(padding: int) -> BytesIO:
    """A second of silence, with `padding` bytes behind what a player looks at."""
    sound = BytesIO()
    with wave.open(sound, "wb") as file:
        file.setparams((2, 2, 48_000, 0, "NONE", ""))
        file.writeframes(bytes(48_000 * 4))
    sound.seek(0, SEEK_END)
    sound.write(bytes(padding))
    sound.name = "beat.wav"
    sound.seek(0)
    return sound


def test_a_post_that_would_not_fit_is_refused(api: Api, creator: User, settings: Any) -> None:
    settings.LIMITS = {"storage_bytes": 2 * MB}
    clip = clip_of(creator, 2 * MB)

    refused = api(creator).post("/api/v1/posts", {"clip": str(clip.pk), "title": "fox"})

    assert (refused.status_code, refused.data["code"]) == (409, "storage-full")
    assert not Post.objects.exists()


def test_the_history_of_drafts_counts_and_ends_with_what_is_forgotten(
    api: Api, creator: User, settings: Any
) -> None:
    settings.LIMITS = {"revisions": 3}
    person, clip = api(creator), ready_clip(creator)
    before = held_bytes(creator)
    made = person.post("/api/v1/drafts", {"document": captioned(clip, 0)})
    draft = f"/api/v1/drafts/{made.data['id']}"
    one = held_bytes(creator) - before

    for number in range(1, 6):
        assert person.patch(draft, {"document": captioned(clip, number)}).status_code == 200

    assert one > 500_000  # as it is written: a sign beyond the basic plane takes twelve bytes
    assert held_bytes(creator) - before == 3 * one
    person.delete(draft)
    assert held_bytes(creator) == before


def test_a_draft_that_would_not_fit_is_refused(api: Api, creator: User, settings: Any) -> None:
    person, clip = api(creator), ready_clip(creator)
    made = person.post("/api/v1/drafts", {"document": captioned(clip, 0)})
    settings.LIMITS = {"storage_bytes": held_bytes(creator) + 1000}

    saved = person.patch(f"/api/v1/drafts/{made.data['id']}", {"document": captioned(clip, 1)})
    another = person.post("/api/v1/drafts", {"document": captioned(clip, 1)})

    assert [answer.data["code"] for answer in (saved, another)] == ["storage-full"] * 2
    assert person.get(f"/api/v1/drafts/{made.data['id']}").data["revision"] == 1


def test_naming_revisions_keeps_only_so_many_for_ever(api: Api, creator: User, settings: Any) -> None:
    settings.LIMITS = {"named_revisions": 1}
    person, clip = api(creator), ready_clip(creator)
    made = person.post("/api/v1/drafts", {"document": captioned(clip, 0)})
    draft = f"/api/v1/drafts/{made.data['id']}"
    person.patch(draft, {"document": captioned(clip, 1)})

    named = [person.patch(f"{draft}/revisions/{number}", {"name": "good"}) for number in (1, 1, 2)]

    assert [answer.status_code for answer in named] == [200, 200, 409]
    person.patch(f"{draft}/revisions/1", {"name": ""})
    assert person.patch(f"{draft}/revisions/2", {"name": "good"}).status_code == 200


def captioned(clip: Clip, number: int) -> dict[str, Any]:
    """A long document."""
    caption = {"text": chr(0x1F400 + number) * 299, "start": 0, "end": 0.2}
    return document(cut(0, 1, clip=str(clip.pk)), captions=[caption] * 200)


def test_the_sum_is_read_from_indexes_alone(creator: User) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        held_bytes(creator)

    for query in queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert "SCAN" not in plan, plan


@pytest.fixture
def picture() -> Any:
    from PIL import Image

    file = BytesIO()
    Image.new("RGB", (64, 64)).save(file, "PNG")
    file.name = "fox.png"
    file.seek(0)
    return file
