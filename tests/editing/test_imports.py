"""Subtitle files and timelines, handed in through the API: in any charset, and what was left out is told."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from creator.models import User
from library.models import Clip
from tests.conftest import Api
from tests.editing.conftest import MakeClip
from tests.editing.desktop_timelines import clip as cut_from
from tests.editing.desktop_timelines import gap, time_range, timeline, track
from tests.editing.material import cut, document

pytestmark = pytest.mark.django_db(transaction=True)
SRT = "1\n00:00:00,100 --> 00:00:00,400\n端午节快乐\n\n2\n00:00:00,500 --> 00:00:09,000\n赛龙舟开始了\n"
Put = Callable[..., Any]


@pytest.fixture
def clip(make_clip: MakeClip) -> Clip:
    return make_clip()


@pytest.fixture
def put(api: Api, creator: User, clip: Clip) -> Put:
    """Puts captions to a draft of one second."""
    edit = document(cut(0, 1, clip=str(clip.pk)))
    made = api(creator).post("/api/v1/drafts", {"title": "Boats", "document": edit}).json()
    return lambda body, **more: api(creator).put(f"/api/v1/drafts/{made['id']}/captions", body, **more)


def encoded(data: bytes) -> str:
    return b64encode(data).decode()


@pytest.mark.parametrize("charset", ["gb18030", "utf-16", "utf-8-sig"])
def test_a_file_in_any_charset_becomes_captions(put: Put, charset: str) -> None:
    answer = put({"file": encoded(SRT.encode(charset))})

    assert answer.status_code == 200
    assert [one["text"] for one in answer.json()["document"]["captions"]] == ["端午节快乐", "赛龙舟开始了"]


def test_who_knows_the_charset_says_it(put: Put) -> None:
    file = encoded("1\n00:00:00,100 --> 00:00:00,400\nмир\n".encode("koi8-r"))

    answer = put({"file": file, "charset": "koi8-r"})
    assert answer.json()["document"]["captions"][0]["text"] == "мир"
    refused = put({"file": file, "charset": "utf-8"})
    assert (refused.status_code, refused.json()["code"]) == (400, "charset-invalid")
    assert put({"file": file, "charset": "punycode"}).status_code == 400


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "text-or-file"),
        ({"text": SRT, "file": encoded(SRT.encode())}, "text-or-file"),
        ({"file": "no base64!"}, "base64-invalid"),
        ({"file": encoded(b"\x00\x01\x02\xff")}, "no-subtitles"),
    ],
)
def test_what_is_no_subtitle_file_is_refused(put: Put, body: dict[str, Any], code: str) -> None:
    answer = put(body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_what_a_file_holds_beyond_the_edit_is_told_in_ones_language(put: Put) -> None:
    late = SRT + "\n3\n00:00:05,000 --> 00:00:09,000\n太晚\n"

    english, chinese = (put({"text": late}, headers={"Accept-Language": one}) for one in ("en", "zh-Hans"))
    assert english.json()["dropped"] == [
        {
            "code": "cues-too-late",
            "detail": "Left out: 1 cues that begin after the end of the edit, the first at 5.0 s.",
        },
        {
            "code": "cues-cut",
            "detail": "Cut short: 1 cues that last longer than the edit, the first from 0.5 s on.",
        },
    ]
    assert "已略去" in chinese.json()["dropped"][0]["detail"]


def test_a_letter_that_no_font_has_is_refused_at_its_caption(put: Put) -> None:
    answer = put({"text": SRT.replace("赛", "ཀ")})

    assert answer.status_code == 400
    [problem] = answer.json()["errors"]
    assert (problem["code"], problem["field"]) == ("letter-not-drawn", "document.captions[1].text")
    assert "'ཀ' (TIBETAN LETTER KA, U+0F40)" in problem["detail"]


def test_what_of_a_timeline_is_not_in_the_draft_is_told(api: Api, creator: User, clip: Clip) -> None:
    shot = cut_from(time_range(90_005, 10, 25), time_range(90_000, 25, 25), id_=str(clip.pk))
    theirs = timeline(track(gap(50), shot), track(shot, name="overlay"))

    answer = api(creator).post("/api/v1/drafts/otio", {"timeline": theirs})
    assert answer.status_code == 201
    assert answer.json()["document"]["clips"] == [{"clip": str(clip.pk), "start": 0.2, "end": 0.6}]
    assert [one["code"] for one in answer.json()["dropped"]] == ["gaps-closed", "tracks-dropped"]
    assert "overlay" in answer.json()["dropped"][1]["detail"]
