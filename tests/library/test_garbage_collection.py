"""Files nobody names are swept, and those of a person who leaves go with them."""

import os
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from creator.models import User
from creator.signals import account_deleting
from library import garbage_collection
from library.models import Clip, Still
from tests.library import footage
from tests.library.conftest import Upload
from tests.library.test_promises import keep, promise

Keys = Callable[[], set[str]]
Put = Callable[[str, str], str]


def grow_old(media: Path) -> None:
    long_ago = time.time() - 2 * garbage_collection.AGE.total_seconds()
    for path in media.rglob("*"):
        os.utime(path, (long_ago, long_ago))


def test_a_sweep_removes_old_files_that_nothing_names_and_no_others(
    creator: User, upload: Upload, put_text: Put, media: Path, tmp_path: Path, stored: Keys
) -> None:
    keep(promise(creator), tmp_path)
    upload(footage.picture(tmp_path))
    upload(footage.video(tmp_path, "waiting.mp4"))
    named = stored()
    clip = Clip.objects.latest("pk")
    for key in (f"clips/{clip.pk}/lost.mp4", "clips/gone/x.mp4", "incoming/lost.mp4", "posts/1/index.m3u8"):
        put_text(key, "x")
    grow_old(media)
    put_text("incoming/young.mp4", "a worker may be about to name it")

    call_command("sweep", stdout=StringIO())

    assert stored() == named | {"posts/1/index.m3u8", "incoming/young.mp4"}


def test_a_dry_sweep_removes_nothing(db: None, put_text: Put, media: Path, stored: Keys) -> None:
    put_text("clips/gone/x.mp4", "x")
    grow_old(media)
    told = StringIO()

    call_command("sweep", "--dry-run", stdout=told)

    assert "clips/gone/x.mp4" in told.getvalue()
    assert stored() == {"clips/gone/x.mp4"}


def test_a_sweep_of_nothing_is_fine(db: None) -> None:
    assert garbage_collection.sweep() == []


def test_who_leaves_takes_their_files_along(
    creator: User,
    other: User,
    upload: Upload,
    tmp_path: Path,
    stored: Keys,
    django_capture_on_commit_callbacks: Any,
) -> None:
    keep(promise(creator), tmp_path)
    upload(footage.picture(tmp_path))
    upload(footage.tone(tmp_path))
    upload(footage.picture(tmp_path), user=other)

    with django_capture_on_commit_callbacks(execute=True):
        account_deleting.send(sender=User, user=creator)

    assert stored() == {Still.objects.get(owner=other).key}
