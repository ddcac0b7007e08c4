"""Signing in as a phone does: through the routes, with the code from the server's file of codes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from creator.accounts.code_senders import code_file
from creator.models import Allowance
from tests.contract import CheckedClient


class Visitor:
    """Somebody with nothing but a phone or an e-mail address."""

    def __init__(self) -> None:
        self.client = CheckedClient(headers={"Accept-Language": "en"})

    def ask_code(self, **address: str) -> str:
        answer = self.client.post("/api/v1/auth/code", address)
        assert answer.status_code == 202, answer.json()
        return self.newest_code()

    def newest_code(self) -> str:
        return code_file().read_text().split()[-1]

    def log_in(self, **body: str) -> Any:
        return self.client.post("/api/v1/auth/login", body)

    def sign_in(self, **address: str) -> APIClient:
        """A client that carries the token of a new session."""
        session = self.log_in(**address, code=self.ask_code(**address)).json()
        return bearing(session["token"])


def bearing(token: str) -> APIClient:
    return CheckedClient(headers={"Accept-Language": "en", "Authorization": f"Bearer {token}"})


@pytest.fixture
def visitor(db: None, settings: Any, tmp_path: Path) -> Visitor:
    settings.VAR_DIR = tmp_path
    return Visitor()


@pytest.fixture
def patiently() -> Callable[[], object]:
    """As if everybody had waited until they may ask again."""
    return lambda: Allowance.objects.all().delete()
