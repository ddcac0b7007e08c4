"""Whatever is thrown at the running server: never a 5xx, never a status the schema does not know."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.openapi.problems import UNLISTED_STATUSES
from tests.contract import committed
from tests.e2e.conftest import Server

pytestmark = pytest.mark.slow
PARTING = r"/(auth/logout|me|auth/code|auth/login)$"  # these would end the very session that asks


def strict_document() -> dict[str, Any]:
    """The committed document without `default`, under which any status at all would pass."""
    document = copy.deepcopy(committed())
    for methods in document["paths"].values():
        for operation in methods.values():
            anywhere = operation["responses"].pop("default")
            operation["responses"] |= {str(status): anywhere for status in UNLISTED_STATUSES - {500}}
    return document


def test_no_request_makes_the_server_stumble_or_answer_off_the_record(front: Server, tmp_path: Path) -> None:
    token = front.creator().http.headers["Authorization"]
    strict = tmp_path / "openapi.json"
    strict.write_text(json.dumps(strict_document()))
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", str(strict), "--url", front.url]
    checks = ["--checks", "not_a_server_error,status_code_conformance"]
    effort = ["--max-examples", "15", "--seed", "1", "--phases", "examples,coverage,fuzzing"]

    outcome = subprocess.run(
        [*command, *checks, *effort, "-H", f"Authorization: {token}", "--exclude-path-regex", PARTING],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    assert outcome.returncode == 0, outcome.stdout[-6000:]
