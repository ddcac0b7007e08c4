"""A full disk, a database or a storage that is away: said as what it is, and nothing is half kept."""

import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import RequestFactory
from PIL import Image

from api.outside import DatabaseAway, DiskFull, StorageAway, outside_trouble
from config import views
from creator.models import User
from library import storage
from library.media.guard import ffmpeg, process
from library.models import Still
from tests.contract import CheckedClient
from waitlist.models import Invite

pytestmark = pytest.mark.django_db(transaction=True)
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite says it")


@pytest.fixture
def read_only() -> Iterator[None]:
    """As after the disk was mounted read-only: SQLite reads and does not write."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = 1")
    yield
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = 0")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk-full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk-full"),
        (EndpointConnectionError(endpoint_url="http://s3"), "storage-away"),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused_with_the_reason_and_when_to_come_back(
    api: Any, creator: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception, code: str
) -> None:
    def fail(*_: Any) -> None:
        raise error

    Image.new("RGB", (64, 48)).save(picture := tmp_path / "in.png")
    monkeypatch.setattr(storage, "put", fail)

    with picture.open("rb") as file:
        answer = api(creator).post("/api/v1/uploads", {"file": file}, format="multipart")

    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert answer["Content-Type"] == "application/problem+json" and int(answer["Retry-After"]) >= 1
    assert not Still.objects.exists()


@on_sqlite
def test_a_database_that_takes_no_writes_is_away(staff: User, api: Any, read_only: None) -> None:
    with suppress(DatabaseError):
        Invite.objects.all().delete()
        pytest.fail("a read-only database was written to")
    try:
        Invite.objects.create(code="x")
    except OperationalError:
        answer = views.broken(RequestFactory().get("/anything"))
    assert (answer.status_code, json.loads(answer.content)["code"]) == (503, "database-away")


@on_sqlite
def test_readyz_says_that_the_database_is_away(
    client: CheckedClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    client.raise_request_exception = False
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", tmp_path / "no such folder" / "db")
    try:
        answer = client.get("/readyz")
    finally:
        connection.close()
    assert (answer.status_code, answer.json()["code"]) == (503, "database-away")
    assert client.get("/livez").status_code == 200


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="ends a connection of PostgreSQL")
def test_a_database_that_ends_the_connection_is_away_and_then_back(api: Any, creator: User) -> None:
    pid = connection.connection.info.backend_pid
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    with pytest.raises((OperationalError, InterfaceError)) as lost:
        User.objects.count()
    assert isinstance(outside_trouble(lost.value), DatabaseAway)
    connection.close()
    assert api(creator).get("/api/v1/me").status_code == 200


def test_what_is_a_fault_of_ours_is_no_trouble_outside() -> None:
    with pytest.raises(OperationalError) as fault, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")
    assert outside_trouble(fault.value) is None
    assert outside_trouble(FileNotFoundError(errno.ENOENT, "No such file")) is None
    assert outside_trouble(RuntimeError("broken")) is None


def test_trouble_is_recognised_behind_what_an_engine_made_of_it() -> None:
    wrapped = RuntimeError("the encoder failed")
    wrapped.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    assert isinstance(outside_trouble(wrapped), DiskFull)
    assert isinstance(outside_trouble(OSError(errno.ESTALE, "Stale file handle")), StorageAway)


@pytest.mark.parametrize(("number", "kind"), [(errno.EROFS, StorageAway), (errno.EIO, StorageAway)])
def test_a_disk_that_broke_or_takes_no_writes_is_a_storage_that_is_away(number: int, kind: type) -> None:
    assert isinstance(outside_trouble(OSError(number, "x")), kind)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (sqlite3.SQLITE_IOERR_SHMSIZE, DiskFull),  # a reader that finds no room for the journal's index
        (sqlite3.SQLITE_FULL, DiskFull),
        (sqlite3.SQLITE_IOERR_READ, DatabaseAway),
        (sqlite3.SQLITE_READONLY_DIRECTORY, DatabaseAway),
    ],
)
def test_sqlite_is_asked_in_what_way_its_disk_failed(said: int, kind: type) -> None:
    cause = sqlite3.OperationalError("disk I/O error")
    cause.sqlite_errorcode = said
    error = OperationalError("disk I/O error")
    error.__cause__ = cause
    assert isinstance(outside_trouble(error), kind)


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EROFS, StorageAway)]
)
def test_what_ffmpeg_says_of_its_disk_is_no_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int, kind: type
) -> None:
    tail = f"av_interleaved_write_frame(): {os.strerror(number)}"
    monkeypatch.setattr(process, "run", lambda *_, **__: process.Ended(1, tail))
    with pytest.raises(OSError) as refused:
        ffmpeg.run(["-i", "in.mp4", "out.mp4"], cwd=tmp_path)
    assert isinstance(outside_trouble(refused.value), kind)


def test_a_copy_into_storage_that_finds_no_room_leaves_nothing_there(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def other_disk(*_: Any) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    def half(_: Path, target: Path) -> None:
        target.write_text("ha")
        raise OSError(errno.ENOSPC, "No space left on device")

    settings.STORAGE_URL = (tmp_path / "media").as_uri()
    (tmp_path / "made").write_text("half")
    monkeypatch.setattr(os, "replace", other_disk)
    monkeypatch.setattr(shutil, "copyfile", half)

    with pytest.raises(OSError, match="No space"):
        storage.put(tmp_path / "made", "clips/1/made.mp4")

    assert not [path for path in (tmp_path / "media").rglob("*") if path.is_file()]
    assert (tmp_path / "made").exists()  # to be tried again


def test_ffmpeg_on_a_full_disk_blames_the_disk_not_the_file(tmp_path: Path) -> None:
    colour = ["-f", "lavfi", "-i", "color=s=64x48:d=1", "-c:v", "rawvideo", "-f", "rawvideo"]
    if not Path("/dev/full").exists():
        pytest.skip("this system has no device that is always full")
    with pytest.raises(OSError) as full:
        ffmpeg.run([*colour, "/dev/full"], cwd=tmp_path, timeout=20)
    assert isinstance(outside_trouble(full.value), DiskFull)
