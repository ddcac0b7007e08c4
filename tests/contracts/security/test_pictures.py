"""Pictures of strangers are decoded in a guarded child, a few at a time, one of each person."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, features

from creator.limits import most
from creator.models import User
from library.errors import UploadsBusy
from library.media import errors
from library.media.guard import process
from library.media.ingest import UploadLimits, stills
from library.upload import turns
from library.upload.turns import turn
from tests.library import footage
from tests.library.conftest import Upload, refusal, upload  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db


def test_pillow_has_no_hole_that_was_published() -> None:
    assert int(str(features.version("pil")).split(".")[0]) >= 13


def test_no_picture_is_decoded_by_the_process_that_answers(
    upload: Upload,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("decoded in the web process")

    path = footage.picture(tmp_path)
    monkeypatch.setattr(Image, "open", refuse)

    assert upload(path).status_code == 202


def test_a_picture_that_takes_more_memory_than_its_child_has_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = process.Limits(seconds=20, memory=3 << 30, file_bytes=1 << 28, data=128 << 20)
    monkeypatch.setattr(stills, "APART", few)
    large = footage.picture(tmp_path, size=(6000, 6000))

    with pytest.raises((errors.TooManyPixels, errors.Unreadable)):
        stills.still(large, tmp_path / "out.png", limits=UploadLimits())
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize(
    ("size", "code"), [((7300, 7300), "media-too-many-pixels"), ((8, 8), "media-too-small")]
)
def test_a_picture_is_judged_by_its_size_before_it_is_decoded(
    upload: Upload,  # noqa: F811
    tmp_path: Path,
    size: tuple[int, int],
    code: str,
) -> None:
    assert refusal(upload(footage.picture(tmp_path, size=size))) == (422, code)


def test_one_person_has_one_file_looked_at_at_a_time() -> None:
    with turn(1), pytest.raises(UploadsBusy), turn(1, patience=0):
        pass
    with turn(1, patience=0):
        pass


def test_few_files_are_looked_at_altogether_and_the_next_follows() -> None:
    entered, leave = threading.Barrier(most("inspections") + 1), threading.Event()

    def look(person: int) -> None:
        with turn(person):
            entered.wait(10)
            leave.wait(10)

    with ThreadPoolExecutor() as pool:
        looking = [pool.submit(look, person) for person in range(most("inspections"))]
        entered.wait(10)
        with pytest.raises(UploadsBusy), turn(99, patience=0):
            pass
        leave.set()
        assert [each.result(10) for each in looking] == [None] * most("inspections")
    with turn(99, patience=0):
        pass


def test_who_must_wait_is_told_how_long(
    upload: Upload,  # noqa: F811
    creator: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.0)
    with turn(creator.pk):
        answer = upload(footage.picture(tmp_path))

    assert refusal(answer) == (429, "uploads-busy")
    assert int(answer["Retry-After"]) == turns.RETRY_AFTER
