"""Every problem names the place of what is wrong in one notation: `clips[0].start`."""

import re
from typing import Any

import pytest

from creator.models import User
from tests.conftest import Api

ONE_NOTATION = re.compile(r"[a-z_]+(\[\d+\]|\.[a-z_]+)*")


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("generations", {"prompt": "a", "scenes": [{"at": "x"}]}, {"scenes[0].at", "scenes[0].prompt"}),
        ("generations", {"prompt": "a", "keyframes": [{"still": "x", "at": 0}]}, {"keyframes[0].still"}),
        ("posts", {"clip": "x", "tags": ["a", "b" * 99]}, {"clip", "tags[1]"}),
        ("templates/cinema/fill", {"clips": ["x"]}, {"clips[0]"}),
        ("drafts", {"document": {"version": 1, "canvas": {"size": [1, 64]}, "clips": [{}]}}, None),
    ],
)
def test_places_are_named_alike_whoever_checks_them(
    path: str, body: dict[str, Any], fields: set[str] | None, creator: User, api: Api
) -> None:
    answer = api(creator).post(f"/api/v1/{path}", body)
    told = {problem["field"] for problem in answer.json()["errors"]}

    assert answer.status_code == 400
    assert all(ONE_NOTATION.fullmatch(field) for field in told)
    assert fields is None or told == fields
    assert fields or {"document.canvas.size[0]", "document.clips[0].clip"} <= told
