"""What docs/clients.md tells who writes a client is what there is."""

import re
from pathlib import Path
from typing import Any

import yaml

from api import strictness
from creator.scopes import Scope
from jobs.realtime.consumers import Close
from tests.contracts.test_committed_artifacts import _every_module_is_imported as _every_module_is_imported
from tests.contracts.test_committed_artifacts import ours

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/clients.md").read_text()


def test_it_lists_every_close_code_and_no_other() -> None:
    assert set(re.findall(r"^\| (\d{4}) \|", PAGE, re.M)) == {
        str(one.value[0]) for one in Close if one is not Close.ENDED
    }


def test_it_names_every_scope() -> None:
    assert all(f"`{scope.value}`" in PAGE for scope in Scope)


def test_every_code_it_names_is_one_that_is_answered() -> None:
    codes = {kind.code for kind in ours()} | strictness.CODES

    named = re.findall(r"`([a-z]+(?:-[a-z]+)+)`", PAGE)

    assert set(named) <= codes and len(named) > 10


def test_every_route_it_names_is_there() -> None:
    paths: dict[str, Any] = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())["paths"]

    named = re.findall(r"(?:^|`)(GET|POST) (?:/api/v1/)?([a-z][\w/{}]*)", PAGE, re.M)

    assert [name for method, name in named if method.lower() not in paths.get(f"/api/v1/{name}", {})] == []
    assert len(named) >= 8
