"""What the library's tests begin with."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from creator.models import User
from library import links, storage

Put = Callable[[str, str], str]
Upload = Callable[..., Any]
Url = Callable[..., str]


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """The folder files are stored in."""
    return tmp_path / "media"


@pytest.fixture
def stored(media: Path) -> Callable[[], set[str]]:
    """The keys of every stored file."""

    def keys() -> set[str]:
        return {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}

    return keys


@pytest.fixture
def upload(api: Callable[..., APIClient], creator: User) -> Upload:
    """Hands in a file: `upload(path, user=…, **fields)`; the response."""

    def send(path: Path, *, user: User = creator, language: str = "en", **fields: str) -> Any:
        with path.open("rb") as file:
            form = {"file": file, **fields}
            return api(user, language).post("/api/v1/uploads", form, format="multipart")

    return send


@pytest.fixture
def put_text(media: Path, tmp_path: Path) -> Put:
    """Stores a text under a key."""

    def put(key: str, text: str) -> str:
        source = tmp_path / "source"
        source.write_text(text)
        return storage.put(source, key)

    return put


@pytest.fixture
def url(creator: User) -> Url:
    """A link for somebody who is there: `links.url` without its `holder`."""
    return partial(links.url, holder=links.of_user(creator))


def refusal(answer: Any) -> tuple[int, str]:
    body = answer.json()
    assert answer["Content-Type"].startswith("application/problem+json")
    return answer.status_code, body["code"]
