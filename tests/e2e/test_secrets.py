"""Secrets are planted in every way a person can send them; no file that the server writes has one of them."""

import io
import re
import stat
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image
from websockets import Subprotocol
from websockets.sync.client import connect

from demo.client import Phone
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
    listen(server.url, f"/ws/jobs/{clip['job']['id']}", "lingying.v1", f"bearer.{session}")
    tickets = [person.post("auth/ticket")["ticket"] for _ in range(2)]  # of an ended job: at once
    listen(server.url, f"/ws/jobs/{clip['job']['id']}?ticket={tickets[0]}")
    with httpx.Client(base_url=server.url, headers={"Accept": "text/event-stream"}) as browser:
        browser.get(f"/api/v1/jobs/{clip['job']['id']}/events?ticket={tickets[1]}&lang=en").raise_for_status()
    link = upload(person)
    for headers in ({}, {"Range": "bytes=0-1"}, {"Range": "bytes=999999-"}):
        person.http.get(link, headers=headers)
    person.http.get(link.replace("stills", "tracks"))
    planted += [*tickets, urlsplit(link).path.split("/")[2]]

    found = {
        (str(path.relative_to(server.folder)), secret)
        for path in _files(server.folder)
        for secret in (*planted, signature)
        if secret.encode() in path.read_bytes()
    }
    assert found == set()
    logs = "".join(path.read_text() for path in server.folder.rglob("*.log"))
    codes = {line.split()[1] for line in (server.folder / "sign-in-codes").read_text().splitlines()}
    assert len(codes) > 0 and "/media/…/" in logs
    assert [code for code in codes if re.search(rf"(?<![\w.,-]){code}(?![\w.-])", logs)] == []
    assert "Traceback" not in logs and " ERROR " not in logs


def listen(url: str, path: str, *subprotocols: str) -> None:
    """Over a WebSocket, to the end of a job that has ended."""
    offered = [Subprotocol(name) for name in subprotocols] or None
    with connect(url.replace("http", "ws", 1) + path, subprotocols=offered) as socket:
        assert [*socket]


def upload(person: Phone) -> str:
    """The link of a picture."""
    written = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(written, "PNG")
    answer = person.http.post("/api/v1/uploads", files={"file": written.getvalue()})
    link: str = answer.raise_for_status().json()["still"]["url"]
    return link


def test_nobody_else_reads_what_it_writes(server: Server) -> None:
    paths = [server.folder, *server.folder.rglob("*")]

    assert [path for path in paths if stat.S_IMODE(path.lstat().st_mode) & 0o077 and path.exists()] == []


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name not in NOT_WRITTEN_BY_IT]
