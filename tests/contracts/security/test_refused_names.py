"""Nobody passes for who runs the place, and no text that people give reorders or hides what is around it."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from creator.accounts.names import is_reserved
from creator.models import User
from library.models import Clip
from tests.contracts.objects import document, ready_clip

ME = "/api/v1/me"

PASS_FOR_STAFF = [
    "admin", "adm1n", "adrnin", "ADMIN", "аdmin", "αdmin", "ａｄｍｉｎ", "𝐚𝐝𝐦𝐢𝐧", "ádmin",
    "a.d.m.i.n", "a d m i n", "admiin", "ad_min", "@dmin", "admin team", "Admin 2",
    "the-admin", "l1ngying", "Iingying", "lingying_official", "LingYingSupport",
    "0fficial", "st4ff", "suρport", "$upport", "modera tor", "r00t", "ѕtaff",
    "l i n g y i n g", "s-t-a-f-f", "lingying1", "support24", "LingyingCEO", "OfficialLingying", "linqying",
    "Admin123", "admins", "Administrators", "Moderators", "mod", "Mod Team", "customer support",
    "Customer Service", "Help Center", "adm¡n", "ʟɪɴɢʏɪɴɢ", "🅛🅘🅝🅖🅨🅘🅝🅖", "霊影", "官网", "系统通知",
    "平台公告", "审核员",
    "staƒf", "灵影", "灵影官方", "官 方", "管理员", "系统管理员", "客服小明", "靈影", "管理員",
]  # fmt: skip
INNOCENT = [
    "ming", "小明", "龙舟", "badminton", "Solar System", "Root Beer", "ming official",
    "stafford", "supportive", "rooted", "modern",
    "unofficially", "Adminah", "grassroots", "officially yours", "Màrta", "Nguyễn",
    "สมชาย", "عمر", "José María", "Ольга", "Ελένη", "李官", "影子", "👩‍👩‍👧 family",
    "❤️", "a1", "lingua", "Roots", "modest", "Ling Yin", "Jingying", "平台设计", "系统消化", "审核",
    "Serviceberry", "Custom Mods", "yingying", "系统学习", "生态系统", "ශ්\u200dරී", "🫨",
]  # fmt: skip


@pytest.mark.parametrize("name", PASS_FOR_STAFF)
def test_a_name_that_passes_for_the_staff_is_reserved(name: str) -> None:
    assert is_reserved(name)


@pytest.mark.parametrize("name", INNOCENT)
def test_an_innocent_name_is_free(api: Any, creator: User, name: str) -> None:
    assert not is_reserved(name)
    assert api(creator).patch(ME, {"display_name": name}).status_code == 200


@pytest.mark.parametrize(
    "body", [{"handle": "adm1n"}, {"handle": "l1ngying-team"}, {"display_name": "аdmin"}]
)
def test_a_reserved_name_is_refused_and_named(api: Any, creator: User, body: dict[str, str]) -> None:
    answer = api(creator).patch(ME, body)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "name-reserved")
    assert answer.json()["errors"][0]["field"] == next(iter(body))


def test_staff_may_be_called_what_they_are(api: Any, staff: User) -> None:
    assert api(staff).patch(ME, {"display_name": "灵影官方"}).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "safe\u202egnp", "a\u2066b", "zero\u200bwidth", "soft\u00adhyphen", "word\u2060joiner",
        "bom\ufeffbom", "bell\x07", "tab\tname", "two\nlines", "lines\u2028two", "mark\u200emark",
        "joined\u200dletters", "\u0301accent first", "z" + "\u0301" * 6, "\u3164",
        "\u2800", "\u115f\u1160", "private\ue000",
    ],
)  # fmt: skip
def test_a_display_name_has_nothing_invisible(api: Any, creator: User, name: str) -> None:
    answer = api(creator).patch(ME, {"display_name": name})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "display_name")
    assert User.objects.get(pk=creator.pk).display_name == ""


HIDDEN = ["safe\u202egnp.exe", "bell\x07", "ne\x85xt", "\u2066isolated", "z" + "\u0301" * 20]


@pytest.mark.parametrize("text", HIDDEN)
@pytest.mark.parametrize(
    ("route", "field"),
    [
        ("POST keys", "name"),
        ("POST drafts", "title"),
        ("PATCH drafts/{draft}", "title"),
        ("PATCH drafts/{draft}/revisions/1", "name"),
        ("POST templates/flash/fill", "title"),
        ("POST drafts/otio", "title"),
        ("POST posts", "title"),
    ],
)
def test_no_name_or_title_reorders_what_is_around_it(
    api: Any, creator: User, route: str, field: str, text: str
) -> None:
    clip: Clip = ready_clip(creator)
    client = api(creator)
    draft = client.post("/api/v1/drafts", {"document": document(clip)}).json()["id"]
    method, path = route.format(draft=draft).split(" ")
    body = {
        field: text,
        "document": document(clip),
        "clip": str(clip.pk),
        "clips": [str(clip.pk)],
        "otio": {},
    }

    answer = client.generic(method, f"/api/v1/{path}", json.dumps(body), "application/json")

    assert answer.status_code == 400
    assert (field, "text-invalid") in [(one["field"], one["code"]) for one in answer.json()["errors"]]


@pytest.mark.parametrize("text", HIDDEN)
def test_no_title_of_a_file_reorders_what_is_around_it(api: Any, creator: User, text: str) -> None:
    file = SimpleUploadedFile("a.png", b"no picture")
    answer = api(creator).post("/api/v1/uploads", {"title": text, "file": file}, format="multipart")

    assert ("title", "text-invalid") in [(one["field"], one["code"]) for one in answer.json()["errors"]]


@pytest.mark.parametrize("text", HIDDEN)
def test_no_reason_reorders_what_is_around_it(api: Any, waiting: User, staff: User, text: str) -> None:
    applied = api(waiting).post("/api/v1/waitlist", {"reason": text})
    suspended = api(staff).post(f"/api/v1/users/{waiting.handle}/suspend", {"reason": text})

    assert [applied.status_code, suspended.status_code] == [400, 400]


def test_a_reason_may_have_lines(api: Any, waiting: User) -> None:
    answer = api(waiting).post("/api/v1/waitlist", {"reason": "one\r\ntwo"})

    assert answer.json()["reason"] == "one\ntwo"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_refusal_says_what_is_taken(api: Any, creator: User, language: str) -> None:
    answer = api(creator, language).patch(ME, {"display_name": "safe\u202egnp"})

    detail = answer.json()["errors"][0]["detail"]
    assert ("invisible" in detail) if language == "en" else ("不可见" in detail)
