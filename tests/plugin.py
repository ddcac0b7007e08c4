"""Where the tests run: data in a folder of their own, on SQLite or, with --postgres, on a real PostgreSQL."""

import os
import tempfile
from contextlib import ExitStack

import pytest

from tests import services

_open = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="run on an embedded PostgreSQL, not on SQLite")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Set the environment before Django reads it. Workers of xdist inherit it from the first process."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ["DATABASE_URL"] = _open.enter_context(services.postgres()) if "--postgres" in args else ""
    os.environ["VAR_DIR"] = _open.enter_context(tempfile.TemporaryDirectory(prefix="lingying-tests-"))
    for name in ("REDIS_URL", "BROKER_URL", "STORAGE_URL"):
        os.environ.pop(name, None)
    if not os.environ["DATABASE_URL"]:
        del os.environ["DATABASE_URL"]


def pytest_unconfigure() -> None:
    _open.close()
