"""Finding 15: the rules read what others come to see, not prompts alone, and however it is written."""

from collections.abc import Callable
from typing import Any

import pytest

from creator.models import User
from library.models import Clip
from moderation import RULES, broken_by
from publishing.models import Post
from tests.conftest import Api
from tests.contracts.objects import document, post, ready_clip

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., User]
FORBIDDEN = ("p.o.r.n", "ｐ０ｒｎ", "色 情 片", "se情片")


def refused(answer: Any, field: str) -> bool:
    told = answer.json()
    return (answer.status_code, told["code"], told["errors"][0]["field"]) == (422, "text-blocked", field)


@pytest.mark.parametrize("text", FORBIDDEN)
def test_a_title_that_breaks_a_rule_is_not_published(text: str, api: Api, creator: User) -> None:
    answer = api(creator).post("/api/v1/posts", {"clip": str(ready_clip(creator).pk), "title": text})

    assert refused(answer, "title") and not Post.objects.exists()


def test_a_tag_that_breaks_a_rule_is_not_published(api: Api, creator: User) -> None:
    answer = api(creator).post("/api/v1/posts", {"clip": str(ready_clip(creator).pk), "tags": ["FreePorn"]})

    assert refused(answer, "tags") and not Post.objects.exists()


def test_a_title_does_not_hide_what_a_tag_completes(api: Api, creator: User) -> None:
    """Neither with another word of a rule, nor with the rest of a word: they stand in one line."""
    words = {"title": "kids at the beach", "tags": ["naked"]}
    answer = api(creator).post("/api/v1/posts", {"clip": str(ready_clip(creator).pk)} | words)

    assert refused(answer, "tags")


@pytest.mark.parametrize(("title", "tags"), [("裸", ["聊"]), ("p o", ["r", "n"]), ("免费裸", ["聊", "晚安"])])
def test_a_title_does_not_begin_what_a_tag_ends(title: str, tags: list[str], api: Api, creator: User) -> None:
    body = {"clip": str(ready_clip(creator).pk), "title": title, "tags": tags}

    assert refused(api(creator).post("/api/v1/posts", body), "tags")


def test_every_term_of_the_rules_is_found_as_it_is_written() -> None:
    """But for those an exception of their own rule holds: the terms that stand alone are enough."""
    terms = [term.removesuffix("*") for rule in RULES for term in rule.any_of]

    assert [term for term in terms if not broken_by(term)] == []


def test_a_post_cannot_be_changed_to_what_would_not_have_been_published(api: Api, creator: User) -> None:
    shown = post(creator, ready_clip(creator))

    assert refused(api(creator).patch(f"/api/v1/posts/{shown.pk}", {"title": "色-情-片"}), "title")
    shown.refresh_from_db()
    assert shown.title == "mine"


@pytest.mark.parametrize("name", ["Рorn King", "习 近 平", "xi jin ping"])
def test_nobody_goes_by_a_name_that_breaks_a_rule(name: str, api: Api, creator: User) -> None:
    assert refused(api(creator).patch("/api/v1/me", {"display_name": name}), "display_name")


def test_captions_become_part_of_the_picture_so_a_render_reads_them(api: Api, creator: User) -> None:
    said = [
        {"text": text, "start": at / 4, "end": (at + 1) / 4} for at, text in enumerate(("色", "情", "片"))
    ]
    edit = document(ready_clip(creator)) | {"captions": said}
    draft = api(creator).post("/api/v1/drafts", {"document": edit}).json()
    before = Clip.objects.count()

    for step in ("render", "preview"):
        assert refused(api(creator).post(f"/api/v1/drafts/{draft['id']}/{step}"), "captions")
    assert Clip.objects.count() == before


def test_the_refusal_is_in_the_reader_s_language_and_quotes_what_was_written(api: Api, creator: User) -> None:
    body = {"clip": str(ready_clip(creator).pk), "title": "看 色·情·片 吧"}
    told = api(creator, "zh-hans").post("/api/v1/posts", body).json()

    assert "禁止色情内容" in told["detail"] and "色·情·片" in told["detail"]


def test_innocent_words_are_published(api: Api, creator: User) -> None:
    words = {"title": "做爱心早餐,路口交通,四川普通话", "tags": ["Scunthorpe", "Essex"]}
    answer = api(creator).post("/api/v1/posts", {"clip": str(ready_clip(creator).pk)} | words)

    assert answer.status_code == 202


@pytest.mark.parametrize("text", ["", " ", "\u200b", "***", "‮", "🙂🙂", "?", "1"])
def test_a_text_without_letters_breaks_no_rule(text: str) -> None:
    assert broken_by(text) is None
