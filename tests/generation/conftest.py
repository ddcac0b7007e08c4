"""A tiny model of random weights, and an installation that runs it."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from fixtures.tiny_models import wan

    return wan.build(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`tiny_folder("ltx")`: the tiny model folder of that kind, made once."""
    from fixtures import tiny_models

    @cache
    def build(kind: str) -> Path:
        path: Path = tiny_models.builders()[kind].build(tmp_path_factory.mktemp("family") / kind, kind)
        return path

    return build


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the machine keeps between runs."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture
def installation(settings: Any, tiny: Path, tmp_path: Path) -> Path:
    settings.MODELS = {"tiny": str(tiny)}
    settings.DEFAULT_MODEL = "tiny"
    settings.VAR_DIR = tmp_path / "var"
    return tiny


@pytest.fixture
def ask(api: Any, creator: Any, installation: Path) -> Ask:
    """`ask("post", "generations", {…})`, signed in as the creator; the status is asserted."""
    client = api(creator)

    def send(method: str, path: str, body: Any = None, *, status: int | None = None) -> Any:
        answer = getattr(client, method)(f"/api/v1/{path}", body)
        expected = status or {"post": 202, "delete": 204}.get(method, 200)
        assert answer.status_code == expected, answer.content
        return answer.json() if answer.content else None

    return send
