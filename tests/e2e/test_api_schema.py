"""Whatever is thrown at the running server: never a 5xx, never a status the schema does not know."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Server

pytestmark = pytest.mark.slow
PARTING = r"/(auth/logout|me|auth/code|auth/login)$"  # these would end the very session that asks


def test_no_request_makes_the_server_stumble_or_answer_off_the_record(front: Server) -> None:
    token = front.creator().http.headers["Authorization"]
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{front.url}/api/schema/"]
    checks = ["--checks", "not_a_server_error,status_code_conformance"]
    effort = ["--max-examples", "15", "--seed", "1", "--phases", "examples,coverage,fuzzing"]

    outcome = subprocess.run(
        [*command, *checks, *effort, "-H", f"Authorization: {token}", "--exclude-path-regex", PARTING],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    assert outcome.returncode == 0, outcome.stdout[-6000:]
