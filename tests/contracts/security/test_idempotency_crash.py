"""A process is killed at a moment of a request with a key; another does the same request again.

What is asked for is there once, or not at all and then done by the second: never twice.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.slow

PREPARE = """
import django; django.setup()
from django.core.management import call_command
from creator.models import User
from creator.accounts.tokens import issue_session
call_command("migrate", verbosity=0)
staff = User.objects.create(handle="staff", email="a@example.org", is_staff=True, given_roles=["admission"])
print(issue_session(staff)[1])
"""
ASK = """
import os, signal, sys
import django; django.setup()
from django.test import Client
from config.idempotency import reservation
from config.idempotency.models import KeptAnswer
from waitlist.models import Invite

def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)

def dies_after(save):
    def saved(*args, **kwargs):
        save(*args, **kwargs)
        die()
    return saved

match sys.argv[2]:
    case "before it acts": Invite.save = die
    case "before it commits": Invite.save = dies_after(Invite.save)
    case "before it keeps its answer": reservation.Reservation.keep = die
    case "never": KeptAnswer.objects.update(lease_until="2000-01-01T00:00:00Z")  # the lease has run out

headers = {"Authorization": f"Bearer {sys.argv[1]}", "Idempotency-Key": "one", "Host": "localhost"}
answer = Client(headers=headers).post("/api/v1/invites", {"uses": 3}, content_type="application/json")
print(answer.status_code, Invite.objects.count())
"""


def run(script: str, folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """What a process said that works on the installation in `folder`."""
    env = os.environ | {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    env.pop("DATABASE_URL", None)
    line = [sys.executable, "-c", script, *args]
    return subprocess.run(line, env=env, cwd=settings.BASE_DIR, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("killed", "told"),
    [
        ("before it acts", "201 1"),
        ("before it commits", "201 1"),
        ("before it keeps its answer", "409 1"),
    ],
)
def test_a_process_killed_on_the_way_leaves_the_request_done_once(
    tmp_path: Path, killed: str, told: str
) -> None:
    token = run(PREPARE, tmp_path).stdout.strip()

    assert run(ASK, tmp_path, token, killed).returncode == -signal.SIGKILL
    assert run(ASK, tmp_path, token, "never").stdout.strip().endswith(told)
