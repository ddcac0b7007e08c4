"""The same code on PostgreSQL and Redis: what the embedded journeys do not pass through."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.client import Phone
from demo.server import running
from fixtures import services
from tests.e2e.conftest import Server
from tests.publishing import masters

pytestmark = pytest.mark.slow


@pytest.fixture
def scaled_out(tmp_path: Path) -> Iterator[Server]:
    with services.postgres() as database, services.redis() as redis:
        engines: dict[str, Any] = {"DATABASE_URL": database, "REDIS_URL": redis}
        with running(tmp_path / "server", **engines) as url:
            yield Server(url, tmp_path / "server", **engines)


def test_a_film_is_uploaded_cut_and_posted_on_postgresql_and_redis(
    scaled_out: Server, tmp_path: Path
) -> None:
    phone, film = scaled_out.creator(), masters.silent(tmp_path / "film.mp4", frames=60, size=(320, 180))

    clip = upload(phone, film)
    cut = phone.post(f"clips/{clip['id']}/trim", start=0.5, end=1.5)
    post = phone.post("posts", clip=cut["id"], title="我的猫")
    told = [kind for kind, _ in phone.events(post["job"])]

    assert told[0] == "waiting" and told[-1] == "done"
    assert phone.get(f"posts/{post['id']}")["state"] == "published"
    assert phone.get("feed")["results"][0]["title"] == "我的猫"
    assert phone.get(f"clips/{cut['id']}")["frames"] == 30


def upload(phone: Phone, film: Path) -> dict[str, str]:
    with film.open("rb") as file:
        answer = phone.http.post("/api/v1/uploads", files={"file": ("cat.mp4", file, "video/mp4")})
    return dict(answer.raise_for_status().json()["clip"])
