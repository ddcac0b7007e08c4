"""What several of these tests begin with; people sign in here as in the room that lets them in."""

from collections.abc import Callable
from typing import Any

import pytest

from creator.models import User
from jobs.ledger import actions
from jobs.models import Job
from tests.creator.conftest import patiently, visitor

__all__ = ["Submit", "patiently", "visitor"]

Submit = Callable[..., Job]


@pytest.fixture
def submit(creator: User) -> Submit:
    def make(
        *, owner: User = creator, seconds: float = 1.0, kind: str = "toy", act: str = "", **more: Any
    ) -> Job:
        params = {"act": act, "seconds": seconds}
        return actions.submit(kind=kind, owner=owner, params=params, **more)

    return make
