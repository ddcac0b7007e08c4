"""Signing in as a phone does: through the routes, with the code from the server's log."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from creator.models import Allowance
from tests.contract import CheckedClient


class Visitor:
    """Somebody with nothing but a phone or an e-mail address."""

    def __init__(self, log: pytest.LogCaptureFixture) -> None:
        self.client = CheckedClient(headers={"Accept-Language": "en"})
        self.log = log

    def ask_code(self, **address: str) -> str:
        answer = self.client.post("/api/v1/auth/code", address)
        assert answer.status_code == 202, answer.json()
        return self.newest_code()

    def newest_code(self) -> str:
        lines = [record.getMessage() for record in self.log.records if record.name == "creator.codes"]
        return lines[-1].rpartition(": ")[2]

    def log_in(self, **body: str) -> Any:
        return self.client.post("/api/v1/auth/login", body)

    def sign_in(self, **address: str) -> APIClient:
        """A client that carries the token of a new session."""
        session = self.log_in(**address, code=self.ask_code(**address)).json()
        return bearing(session["token"])


def bearing(token: str) -> APIClient:
    return CheckedClient(headers={"Accept-Language": "en", "Authorization": f"Bearer {token}"})


@pytest.fixture
def visitor(db: None, caplog: pytest.LogCaptureFixture) -> Visitor:
    caplog.set_level(logging.INFO, logger="creator.codes")
    return Visitor(caplog)


@pytest.fixture
def patiently() -> Callable[[], object]:
    """As if everybody had waited until they may ask again."""
    return lambda: Allowance.objects.all().delete()
