"""Where the tests run: data in a folder of their own, on SQLite or, with --postgres, on a real PostgreSQL."""

import os
import tempfile
from contextlib import ExitStack

import pytest
from hypothesis import settings

from fixtures import services

_open = ExitStack()
# A change is judged by the same examples every time; at the desk they are new ones on every run.
settings.register_profile("ci", derandomize=True, deadline=None)
if "CI" in os.environ:
    settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="run on an embedded PostgreSQL, not on SQLite")
    parser.addoption("--fuzz", type=int, default=500, help="how many raw requests test_raw_surface makes")
    parser.addoption("--fuzz-seed", type=int, default=1, help="the seed they are made from")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Set the environment before Django reads it. Workers of xdist inherit it from the first process."""
    os.environ["VAR_DIR"] = _open.enter_context(tempfile.TemporaryDirectory(prefix="lingying-tests-"))
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    for name in ("DATABASE_URL", "REDIS_URL", "BROKER_URL", "STORAGE_URL"):
        os.environ.pop(name, None)
    if "--postgres" in args:
        os.environ["DATABASE_URL"] = _open.enter_context(services.postgres())


def pytest_unconfigure() -> None:
    _open.close()
