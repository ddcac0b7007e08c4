"""One person's library has a size: what is in it, what is being made for it and what is published from it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from creator.models import User
from jobs.ledger import actions
from jobs.models import Job
from library.held import held_bytes
from library.models import Clip, Still, Track
from publishing.models import Post
from tests.conftest import Api

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


def test_a_post_that_would_not_fit_is_refused(api: Api, creator: User, settings: Any) -> None:
    settings.LIMITS = {"storage_bytes": 2 * MB}
    clip = clip_of(creator, 2 * MB)

    refused = api(creator).post("/api/v1/posts", {"clip": str(clip.pk), "title": "fox"})

    assert (refused.status_code, refused.data["code"]) == (409, "storage-full")
    assert not Post.objects.exists()


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
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.new("RGB", (64, 64)).save(file, "PNG")
    file.name = "fox.png"
    file.seek(0)
    return file
