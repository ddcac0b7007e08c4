"""What a document costs whoever reads it: lists parse none, and at its bounds each request is cheap."""

import importlib
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from creator.models import User
from editing.drafts import actions
from editing.engine.document import parse, reading
from editing.models import Revision
from tests.conftest import Api
from tests.contracts.objects import ready_clip
from tests.editing.material import cut, document

pytestmark = pytest.mark.django_db(transaction=True)


def never(*_: Any, **__: Any) -> Any:
    raise AssertionError("A document was parsed.")


@pytest.fixture
def no_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("editing.models.parse", never)
    monkeypatch.setattr(reading, "_adapter", never)


def drafts_of(owner: User, count: int) -> None:
    clip = ready_clip(owner)
    for _ in range(count):
        edit = parse(document(cut(0, 1, clip=str(clip.pk)), cut(0, 0.5, clip=str(clip.pk), speed=2)))
        draft = actions.start(owner=owner, document=edit)
        actions.save(draft, document=parse(document(cut(0, 0.75, clip=str(clip.pk)))))


@pytest.mark.parametrize("route", ["", "/{draft}", "/{draft}/revisions", "/{draft}/revisions/1"])
def test_no_document_is_parsed_to_show_drafts_or_revisions(
    api: Api, creator: User, request: pytest.FixtureRequest, route: str
) -> None:
    drafts_of(creator, 2)
    draft = api(creator).get("/api/v1/drafts").json()["results"][0]["id"]

    request.getfixturevalue("no_parsing")
    answer = api(creator).get(f"/api/v1/drafts{route.format(draft=draft)}")

    assert answer.status_code == 200


@pytest.mark.parametrize("route", ["", "/{draft}/revisions"])
def test_lists_of_drafts_and_revisions_neither_read_nor_tell_documents(
    api: Api, creator: User, route: str
) -> None:
    """A hundred of the longest are 25 MB: eight such requests at once took 2 GB, and neighbours 2 s."""
    drafts_of(creator, 2)
    draft = api(creator).get("/api/v1/drafts").json()["results"][0]["id"]

    with CaptureQueriesContext(connection) as queries:
        listed = api(creator).get(f"/api/v1/drafts{route.format(draft=draft)}").json()["results"]

    assert listed and all("document" not in one for one in listed)
    assert not any('"document"' in query["sql"] for query in queries)


def test_what_a_clip_was_made_by_is_read_for_none_of_these(api: Api, creator: User) -> None:
    """A capsule has the whole document: those of a hundred clips may be 70 MB."""
    clip = ready_clip(creator)
    edit = document(cut(0, 1, clip=str(clip.pk)))
    with CaptureQueriesContext(connection) as queries:
        api(creator).get("/api/v1/clips")
        api(creator).get(f"/api/v1/clips/{clip.pk}")
        api(creator).post("/api/v1/drafts", {"document": edit})

    reads = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert not any('"capsule"' in sql for sql in reads)


def test_undo_and_restore_parse_no_document_and_tell_how_long_it_plays(
    api: Api, creator: User, request: pytest.FixtureRequest
) -> None:
    drafts_of(creator, 1)
    (shown,) = api(creator).get("/api/v1/drafts").json()["results"]
    request.getfixturevalue("no_parsing")
    routes = ("undo", "redo", "revisions/1/restore")
    told = [api(creator).post(f"/api/v1/drafts/{shown['id']}/{route}").json() for route in routes]

    assert shown["seconds"] == 0.75
    assert [draft["seconds"] for draft in told] == [1.25, 0.75, 1.25]


def test_the_list_of_drafts_asks_the_database_as_often_for_many_as_for_one(api: Api, creator: User) -> None:
    asked = []
    for more in (1, 6):
        drafts_of(creator, more)
        with CaptureQueriesContext(connection) as queries:
            api(creator).get("/api/v1/drafts")
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_the_migration_counts_the_seconds_of_older_documents_as_the_engine_does(creator: User) -> None:
    clip = str(ready_clip(creator).pk)
    curve = [{"at": 0, "speed": 0.5}, {"at": 0.5, "speed": 4}, {"at": 0.5, "speed": 1}, {"at": 1, "speed": 1}]
    fade = {"name": "fade", "seconds": 0.25}
    frozen = {"clip": clip, "start": 1, "freeze": 1.5, "transition": fade}
    edit = document(cut(0, 1.37, clip=clip, speed=curve), frozen, cut(0, 1, clip=clip, speed=0.3))
    kept = actions.current(actions.start(owner=creator, document=parse(edit)))
    migration = importlib.import_module("editing.migrations.0003_revision_seconds")

    assert round(migration._seconds(kept.document), 3) == Revision.objects.get(pk=kept.pk).seconds
