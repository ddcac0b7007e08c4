"""Secrets are planted in every way a person can send them; no file that the server writes has one of them."""

import stat
import uuid
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import Server

pytestmark = pytest.mark.slow
NOT_WRITTEN_BY_IT = {"sign-in-codes"}  # where codes are meant to be, for its owner's eyes


def test_no_file_of_an_installation_holds_what_opens_something(server: Server) -> None:
    person = server.creator()
    key = person.post("keys", name="script")["key"]
    session = person.http.headers["Authorization"].removeprefix("Bearer ")
    clip = person.post("generations", prompt="早安", seconds=1)["clip"]
    planted = [key, session, *(f"lyk_{uuid.uuid4().hex}" for _ in range(3))]
    unknown_in_header, in_address, in_path = planted[2:]
    signature = uuid.uuid4().hex

    with httpx.Client(base_url=server.url) as stranger:
        stranger.get("/api/v1/me", headers={"Authorization": f"Bearer {unknown_in_header}"})
        stranger.get(f"/api/v1/jobs/{clip['job']['id']}/events?token={in_address}&ticket={in_address}")
        stranger.get(f"/api/v1/{in_path}/nothing")
        stranger.get(f"/media/ffffffff-3-{signature}-tAAAA/clips/a/b.mp4")
        stranger.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"})
        stranger.get("/ws/me", headers={"Authorization": f"Bearer {session}"})
    person.post(f"jobs/{clip['job']['id']}/cancel")

    found = {
        (str(path.relative_to(server.folder)), secret)
        for path in _files(server.folder)
        for secret in (*planted, signature)
        if secret.encode() in path.read_bytes()
    }
    assert found == set()


def test_nobody_else_reads_what_it_writes(server: Server) -> None:
    paths = [server.folder, *server.folder.rglob("*")]

    assert [path for path in paths if stat.S_IMODE(path.lstat().st_mode) & 0o077 and path.exists()] == []


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name not in NOT_WRITTEN_BY_IT]
