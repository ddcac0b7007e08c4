"""The OpenAPI document is anybody's: asked for without end, it costs next to nothing and keeps nothing."""

from typing import Any

import pytest
from django.utils.translation import trans_real

from config.openapi import document, views
from tests.contract import CheckedClient

PATH = "/api/schema/"


@pytest.fixture(autouse=True)
def _made_anew() -> None:
    views._content.cache_clear()


def test_it_is_made_once_for_each_language(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[dict[str, Any]] = []

    def generate() -> dict[str, Any]:
        made.append(document.generate())
        return made[-1]

    monkeypatch.setattr(views, "generate", generate)

    answers = [CheckedClient(headers={"Accept-Language": tag}).get(PATH) for tag in ("en", "zh", "en", "zh")]

    assert {answer.status_code for answer in answers} == {200}
    assert len(made) == 2
    assert answers[2].json() == answers[0].json()
    assert "/api/v1/feed" in answers[0].json()["paths"]


def test_nothing_is_kept_of_languages_that_are_made_up() -> None:
    CheckedClient().get(PATH)
    kept = vars(trans_real)["_translations"]
    before = set(kept)

    for made_up in ("x1", "../../../../tmp/x", "a" * 200):
        CheckedClient().get(PATH, {"lang": made_up})

    assert set(kept) == before


def test_it_is_only_read(db: Any) -> None:
    assert CheckedClient().post(PATH).status_code == 405
