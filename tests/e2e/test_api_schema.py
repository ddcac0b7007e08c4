"""Whatever is thrown at the running server: never a 5xx, never an answer that is not documented."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Server

pytestmark = pytest.mark.slow
PARTING = r"/(auth/(logout|code|login|rotate)|me|sessions)$"  # these would end the very session that asks


def test_no_request_makes_the_server_stumble_or_answer_off_the_record(front: Server) -> None:
    token = front.creator().http.headers["Authorization"]
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{front.url}/api/schema/"]
    checks = ["--checks", "not_a_server_error,is_documented"]
    effort = ["--max-examples", "15", "--seed", "1", "--phases", "examples,coverage,fuzzing"]
    effort += ["--request-timeout", "60"]  # the first prompt loads what reads prompts

    outcome = subprocess.run(
        [*command, *checks, *effort, "-H", f"Authorization: {token}", "--exclude-path-regex", PARTING],
        env=os.environ | {"SCHEMATHESIS_HOOKS": "tests.e2e.schemathesis_checks"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    assert outcome.returncode == 0, outcome.stdout[-6000:]
