"""The worker is killed in the middle of its work; the creator notices a pause, and nothing else."""

import os
import signal

import pytest

from fixtures.waiting import until
from tests.e2e.conftest import Server

pytestmark = pytest.mark.slow


def test_a_generation_whose_worker_is_killed_is_finished_by_the_next_and_charged_once(server: Server) -> None:
    phone = server.creator()
    before = phone.get("credits")["balance"]
    generation = phone.post("generations", prompt="一只红色的小狗在海边向右走", seconds=2)
    job = generation["clip"]["job"]["id"]
    dead = server.pid("gpu")

    for kind, _ in phone.events(job):
        if kind == "step":
            os.kill(dead, signal.SIGKILL)
            break

    until(lambda: phone.get(f"jobs/{job}")["state"] == "done", within=120, every=0.2)
    clip = phone.get(f"clips/{generation['clip']['id']}")
    credits = phone.get("credits")
    assert server.pid("gpu") != dead
    assert clip["state"] == "ready" and clip["frames"] == 60
    assert credits["held"] == 0 and credits["balance"] == before - generation["cost"]
