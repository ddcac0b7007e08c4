"""Drafts: autosaved, undone and redone, rendered as they are."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from creator.models import User
from editing.engine.document import Document, check, reading
from editing.models import Draft, Revision
from library.actions import delete
from library.models import Clip
from library.work import fetch
from tests.conftest import Api
from tests.editing.conftest import MakeClip
from tests.editing.material import cut, document, numbers

pytestmark = pytest.mark.django_db(transaction=True)
WorkAll = Callable[..., int]


def of(clip: Clip, *spans: tuple[float, float], **more: Any) -> dict[str, Any]:
    return document(*[cut(start, end, clip=str(clip.pk)) for start, end in spans], **more)


@pytest.fixture
def draft(api: Api, creator: User, make_clip: MakeClip) -> Callable[..., dict[str, Any]]:
    """`draft(clip, (start, end), …)`: a new draft as the API shows it."""

    def make(clip: Clip | None = None, *spans: tuple[float, float], **more: Any) -> dict[str, Any]:
        body = {"title": "Boats", "document": of(clip or make_clip(), *(spans or [(0, 1)]), **more)}
        answer = api(creator).post("/api/v1/drafts", body)
        assert answer.status_code == 201, answer.json()
        return answer.json()

    return make


def ask(api: Api, user: User, draft: dict[str, Any], action: str) -> Any:
    return api(user).post(f"/api/v1/drafts/{draft['id']}/{action}")


def save(api: Api, user: User, draft: dict[str, Any], **body: Any) -> Any:
    return api(user).patch(f"/api/v1/drafts/{draft['id']}", body)


def test_a_draft_of_two_cuts_renders_to_one_clip(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll, draft: Callable[..., Any], tmp_path: Path
) -> None:
    source = make_clip()
    made = draft(source, (1, 1.1), (0, 0.2), captions=[{"text": "端午", "start": 0, "end": 0.2}])
    answer = ask(api, creator, made, "render")

    assert answer.status_code == 202
    work_all()
    clip = Clip.objects.get(pk=answer.json()["id"])
    assert (clip.state, clip.frames, clip.title, clip.generated) == ("ready", 9, "Boats", True)
    assert answer.json()["made_from"] == [{"clip": str(source.pk), "relation": "edit", "deleted": False}]
    assert len(numbers(fetch(clip, tmp_path))) == 9


def test_a_clip_spelt_in_two_ways_is_one_source(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll
) -> None:
    pk = str(make_clip().pk)
    twice = document(cut(0, 0.1, clip=pk), cut(0.1, 0.2, clip=pk.upper()))
    made = api(creator).post("/api/v1/drafts", {"document": twice}).json()
    rendered = ask(api, creator, made, "render").json()

    work_all()
    assert Clip.objects.get(pk=rendered["id"]).frames == 6
    assert [edge["clip"] for edge in rendered["made_from"]] == [pk]


def test_every_save_is_a_revision_and_undo_and_redo_move_between_them(
    api: Api, creator: User, make_clip: MakeClip, draft: Callable[..., Any]
) -> None:
    clip = make_clip()
    made = draft(clip, (0, 1))
    assert (made["revision"], made["can_undo"], made["can_redo"], made["seconds"]) == (1, False, False, 1.0)
    save(api, creator, made, document=of(clip, (0, 0.5)))
    third = save(api, creator, made, document=of(clip, (0, 0.25))).json()
    assert (third["revision"], third["can_undo"], third["seconds"]) == (3, True, 0.25)

    assert ask(api, creator, made, "undo").json()["seconds"] == 0.5
    first = ask(api, creator, made, "undo").json()
    assert first["document"] == made["document"]
    assert (first["can_undo"], first["can_redo"]) == (False, True)
    assert ask(api, creator, made, "undo").status_code == 409
    assert ask(api, creator, made, "redo").json()["seconds"] == 0.5
    assert ask(api, creator, made, "redo").json()["seconds"] == 0.25
    assert ask(api, creator, made, "redo").status_code == 409


def test_what_was_undone_is_kept_when_another_change_is_saved(
    api: Api, creator: User, make_clip: MakeClip, draft: Callable[..., Any]
) -> None:
    clip = make_clip()
    made = draft(clip, (0, 1))
    save(api, creator, made, document=of(clip, (0, 0.5)))
    ask(api, creator, made, "undo")
    changed = save(api, creator, made, document=of(clip, (0, 0.75))).json()

    assert (changed["revision"], changed["can_redo"]) == (3, False)
    assert Revision.objects.filter(draft=made["id"]).count() == 3
    ask(api, creator, made, "undo")
    assert ask(api, creator, made, "redo").json()["seconds"] == 0.75


def test_saving_the_same_again_or_only_a_title_makes_no_revision(
    api: Api, creator: User, make_clip: MakeClip, draft: Callable[..., Any]
) -> None:
    clip = make_clip()
    made = draft(clip, (0, 1))
    save(api, creator, made, document=of(clip, (0, 1)))
    named = save(api, creator, made, title="赛龙舟").json()

    assert (named["title"], named["revision"]) == ("赛龙舟", 1)


def test_a_render_shows_the_draft_as_it_was_when_it_was_asked_for(
    api: Api, creator: User, make_clip: MakeClip, draft: Callable[..., Any], work_all: WorkAll
) -> None:
    clip = make_clip()
    made = draft(clip, (0, 1))
    rendered = ask(api, creator, made, "render").json()
    save(api, creator, made, document=of(clip, (0, 0.5)))
    api(creator).delete(f"/api/v1/drafts/{made['id']}")

    work_all()
    assert Clip.objects.get(pk=rendered["id"]).seconds == 1.0


def test_all_problems_of_a_document_are_answered_each_with_its_path(
    api: Api, creator: User, make_clip: MakeClip
) -> None:
    clip = make_clip()
    wrong = of(clip, (0, 9), (1, 2), musik=[], canvas={"aspect": "1:2"})

    answer = api(creator).post("/api/v1/drafts", {"document": wrong})
    assert answer.status_code == 400
    assert {(error["field"], error["code"]) for error in answer.json()["errors"]} == {
        ("document.canvas.aspect", "not-one-of"),
        ("document.musik", "unknown-field"),
    }
    answer = api(creator).post("/api/v1/drafts", {"document": of(clip, (0, 9), (1, 2))})
    assert [error["field"] for error in answer.json()["errors"]] == ["document.clips[0].end"]
    assert not Draft.objects.exists()


@pytest.mark.parametrize("value", [None, 7, "x", [], {"version": 1}])
def test_what_is_not_a_document_is_refused(api: Api, creator: User, value: Any) -> None:
    answer = api(creator).post("/api/v1/drafts", {"document": value})

    assert answer.status_code == 400
    assert all(error["field"].startswith("document") for error in answer.json()["errors"])


def test_somebody_elses_clip_in_a_document_is_answered_like_one_that_does_not_exist(
    api: Api, creator: User, other: User, make_clip: MakeClip
) -> None:
    theirs = make_clip(other)
    answers = []
    for name in (str(theirs.pk), "0190a1b2-0000-7000-8000-000000000000", "../../etc/passwd"):
        answer = api(creator).post("/api/v1/drafts", {"document": document(cut(0, 99, clip=name))})
        assert answer.status_code == 400
        answers.append(answer.json()["errors"])

    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0]["code"] == "edit-clip-not-found"


def test_a_draft_whose_clip_is_gone_is_still_shown_but_not_rendered(
    api: Api, creator: User, make_clip: MakeClip, draft: Callable[..., Any]
) -> None:
    clip = make_clip()
    made = draft(clip)
    delete(clip)

    assert api(creator).get(f"/api/v1/drafts/{made['id']}").status_code == 200
    answer = ask(api, creator, made, "render")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "document.clips[0].clip"


def test_nobody_else_finds_a_draft(api: Api, other: User, staff: User, draft: Callable[..., Any]) -> None:
    made = draft()
    address = f"/api/v1/drafts/{made['id']}"

    assert api(other).get(address).status_code == 404
    assert api(other).patch(address, {"title": "mine"}).status_code == 404
    assert api(other).delete(address).status_code == 404
    assert api(staff).get(address).status_code == 404
    for action in ("undo", "redo", "render"):
        assert ask(api, other, made, action).status_code == 404
    assert api(other).get("/api/v1/drafts").json()["results"] == []
    assert api().get(address).status_code == 401


def test_drafts_are_listed_newest_first_without_a_query_for_each(
    api: Api,
    creator: User,
    make_clip: MakeClip,
    draft: Callable[..., Any],
    django_assert_max_num_queries: Any,
) -> None:
    clip = make_clip()
    made = [draft(clip)["id"] for _ in range(5)]

    with django_assert_max_num_queries(4):
        listed = api(creator).get("/api/v1/drafts").json()["results"]
    assert [one["id"] for one in listed] == made[::-1]


def test_a_hostile_caption_in_a_draft_is_rendered_as_text(
    api: Api, creator: User, draft: Callable[..., Any], work_all: WorkAll
) -> None:
    hostile = [{"text": "{\\fs900}%{localtime}'; [x] /etc/passwd \\N", "start": 0, "end": 0.1}]
    made = draft(None, (0, 0.1), captions=hostile)
    rendered = ask(api, creator, made, "render").json()

    work_all()
    assert Clip.objects.get(pk=rendered["id"]).state == "ready"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[Document]:
    """Every document that was parsed, in order."""
    found: list[Document] = []

    def heard(document: Document) -> Document:
        found.append(document)
        return check(document)

    monkeypatch.setattr(reading, "check", heard)
    return found


def test_a_document_is_parsed_once_at_most_for_a_request_and_once_for_its_job(
    api: Api,
    creator: User,
    make_clip: MakeClip,
    work_all: WorkAll,
    draft: Callable[..., Any],
    parsed: list[Document],
) -> None:
    clip = make_clip()
    made = draft(clip, (0, 1))
    save(api, creator, made, document=of(clip, (0, 0.5)))
    save(api, creator, made, document=of(clip, (0, 0.5)))
    for action in ("undo", "redo", "revisions/1/restore", "render"):
        ask(api, creator, made, action)
    api(creator).get(f"/api/v1/drafts/{made['id']}/explain")
    template = api(creator).post("/api/v1/templates/flash/fill", {"clips": [str(clip.pk)]})

    assert (template.status_code, len(parsed)) == (201, 6)  # undo, redo and restore parse none
    parsed.clear()
    work_all()
    assert len(parsed) == 1


CHANGES = {
    "save": ("patch", "", {"title": "theirs"}),
    "captions": ("put", "/captions", {"text": "1\n00:00:00,000 --> 00:00:00,100\nhi"}),
    "undo": ("post", "/undo", None),
    "redo": ("post", "/redo", None),
    "restore": ("post", "/revisions/1/restore", None),
    "render": ("post", "/render", None),
    "preview": ("post", "/preview", None),
    "delete": ("delete", "", None),
}


@pytest.fixture
def two_phones(api: Api, creator: User, make_clip: MakeClip) -> Any:
    """`(client, address, tag)`: a draft at its second revision, and its tag before its title was changed."""
    client, clip = api(creator), str(make_clip().pk)
    first, second = (document(cut(0, seconds, clip=clip)) for seconds in (0.4, 0.5))
    made = client.post("/api/v1/drafts", {"document": first})
    address = f"/api/v1/drafts/{made.json()['id']}"
    stale = client.patch(address, {"document": second})["ETag"]
    client.patch(address, {"title": "mine"})
    return client, address, stale


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_who_has_not_seen_the_last_change_is_refused_and_told_the_revision(
    two_phones: Any, change: Any
) -> None:
    client, address, stale = two_phones
    method, path, body = change

    refused = getattr(client, method)(address + path, body, headers={"If-Match": stale})

    told = refused.json()
    assert (refused.status_code, told["code"], told["revision"]) == (412, "draft-changed", 2)
    assert client.get(address).json()["title"] == "mine"


@pytest.mark.parametrize("said", ["the tag", '"other", {}', "*", None])
def test_who_has_seen_it_or_says_nothing_changes_it(two_phones: Any, said: str | None) -> None:
    client, address, _ = two_phones
    now = client.get(address)["ETag"]
    headers = {} if said is None else {"If-Match": said.replace("the tag", now).replace("{}", now)}

    saved = client.patch(address, {"title": "theirs"}, headers=headers)

    assert (saved.status_code, saved.json()["title"]) == (200, "theirs")
    assert saved["ETag"] == client.get(address)["ETag"] != now


def test_a_draft_that_has_not_changed_is_not_sent_again(two_phones: Any) -> None:
    client, address, stale = two_phones
    first = client.get(address)
    tag = first["ETag"]

    for known in (tag, f"W/{tag}", f'"x", {tag}'):
        same = client.get(address, headers={"If-None-Match": known})
        assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
        assert same["Cache-Control"] == first["Cache-Control"] == "private, no-cache"
    assert client.get(address, headers={"If-None-Match": stale}).status_code == 200


def test_a_phone_that_takes_gzip_saves_a_long_draft_by_the_tag_that_it_was_shown(two_phones: Any) -> None:
    client, address, _ = two_phones
    cuts = client.get(address).json()["document"]["clips"] * 20
    client.patch(address, {"document": document(*cuts)})
    shown = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert shown["Content-Encoding"] == "gzip"

    saved = client.patch(address, {"title": "a"}, headers={"If-Match": shown["ETag"]})
    late = client.patch(address, {"title": "b"}, headers={"If-Match": shown["ETag"]})

    assert (saved.status_code, late.status_code) == (200, 412)
