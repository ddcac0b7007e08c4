"""What a document costs whoever reads it: lists parse none, and at its bounds each request is cheap."""

import importlib
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import ffmpeg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from creator.models import User
from editing.drafts import actions
from editing.drafts.graph_view import _source as promised
from editing.engine.document import parse, reading
from editing.engine.errors import DocumentInvalid
from editing.engine.graph import build
from editing.engine.graph.arguments import arguments
from editing.engine.inspect.explain import graph_nodes
from editing.engine.interchange import otio_reader
from editing.engine.render.command import compile
from editing.engine.text.subtitles import read_cues
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


def at_its_bounds() -> dict[str, Any]:
    """A document with as much of everything as is taken."""
    curve = [{"at": at / 3, "speed": 0.5 + at / 2} for at in range(4)]
    fade = {"transition": {"name": "fade", "seconds": 0.5}}
    effects = [{"name": "brightness"}] * 8
    cuts = [
        cut(0, 10, clip=f"c{at}", speed=curve, effects=effects, **(fade if at else {})) for at in range(32)
    ]
    captions = [{"text": "字" * 300, "start": at / 10, "end": at / 10 + 1} for at in range(200)]
    stickers = [{"still": f"s{at}", "start": 0, "end": 5, "width": 1} for at in range(16)]
    music = [{"track": f"t{at}"} for at in range(8)]
    canvas = {"size": [640, 360]}
    return document(*cuts, captions=captions, stickers=stickers, music=music, canvas=canvas)


def test_a_document_at_its_bounds_is_compiled_in_a_second_or_two_and_not_in_forty() -> None:
    edit = parse(at_its_bounds())
    picture, sound = (
        promised("m.mp4", 1920, 1080, 30, 3000, 100, True),
        promised("t", 0, 0, 0, 0, 100, True),
    )
    still = promised("s.png", 100, 100, 25, 1, 0.04, False)
    still = replace(still, probe=replace(still.probe, container="png"))
    kinds = {"c": picture, "s": still, "t": sound}
    sources = {name: kinds[name[0]] for name in edit.named}
    began = time.thread_time()
    command = compile(edit, sources, Path("/media/edit.mp4"))
    nodes = graph_nodes(command.graph)

    assert len(nodes) > 3000
    assert time.thread_time() - began < 4  # 43 s before, 0.7 s since; a loaded machine is slower


def test_a_graph_is_put_into_the_words_that_ffmpeg_python_has_for_it() -> None:
    edit = parse(
        document(cut(0, 1, clip="c"), cut(0, 1, clip="c", transition={"name": "fade", "seconds": 0.5}))
    )
    graph = build(edit, {"c": promised("m.mp4", 1920, 1080, 30, 300, 10, True)})
    output = ffmpeg.output(graph.video, graph.audio, "out.mp4")
    both = ffmpeg.merge_outputs(output, ffmpeg.output(graph.video.filter_multi_output("split")[0], "x.mp4"))

    assert arguments(output) == output.get_args()
    with pytest.raises(ValueError, match="split"):
        arguments(both)


def test_curves_of_all_cuts_together_have_a_bound() -> None:
    curve = [{"at": at / 15, "speed": 0.5 + at / 10} for at in range(16)]
    assert parse(document(*(cut(0, 1, speed=curve) for _ in range(8))))

    with pytest.raises(DocumentInvalid) as refused:
        parse(document(*(cut(0, 1, speed=curve) for _ in range(9))))
    (problem,) = refused.value.problems
    assert (problem.field, problem.code) == ("clips[8].speed", "curves-too-fine")


def test_of_a_hundred_thousand_unknown_fields_the_first_are_told() -> None:
    with pytest.raises(DocumentInvalid) as refused:
        parse(document(cut(0, 1)) | {f"k{at}": at for at in range(100_000)})

    assert len(refused.value.problems) == 20


@pytest.mark.parametrize("code", ["&#" + "9" * 5000 + ";", "&#x" + "f" * 5000 + ";", "&#0;", "&" * 5000])
def test_a_character_that_does_not_exist_is_no_fault_of_ours(code: str) -> None:
    (read,) = read_cues(f"0:00:01.0 --> 0:00:02.0\nseen {code}")

    assert read.text.startswith("seen")


def test_a_timeline_larger_than_any_edit_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(otio_reader.otio.core, "deserialize_json_from_string", never)

    with pytest.raises(otio_reader.TimelineTooLarge):
        otio_reader.read_timeline({"metadata": "x" * 1_000_001})


def test_a_timeline_nested_deeply_is_no_timeline() -> None:
    nested: dict[str, Any] = {}
    for _ in range(5000):
        nested = {"a": nested}

    with pytest.raises(otio_reader.NoTimeline):
        otio_reader.read_timeline(nested)
