"""What must hold when two hands reach for one clip. SQLite by default; `--postgres` is the harder ground."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from creator.models import User
from library import actions, work
from library.models import Clip
from library.states import State
from tests.creator.concurrently import together
from tests.library import footage
from tests.library.test_promises import promise

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = 8


def at_once(*acts: Callable[[], object]) -> list[Any]:
    """Do all of `acts` at the same moment; their answers, in order."""
    return together(lambda number: acts[number](), len(acts))


def test_a_clip_kept_and_deleted_at_the_same_moment_leaves_no_file(
    creator: User, tmp_path: Path, stored: Callable[[], set[str]]
) -> None:
    source = footage.video(tmp_path, seconds=0.2)

    for _ in range(ROUNDS):
        clip = promise(creator)
        made = work.store(Path(shutil.copy(source, tmp_path / "made.mp4")), clip.pk)

        def keep(clip: Clip = clip, made: work.Stored = made) -> None:
            with transaction.atomic():
                work.fulfil(Clip(pk=clip.pk), made)

        def delete(clip: Clip = clip) -> None:
            actions.delete(Clip.objects.get(pk=clip.pk))

        assert at_once(keep, delete) == [None, None]

    assert Clip.objects.count() == 0
    assert stored() == set()


def test_a_promise_is_kept_or_broken_and_never_both(
    creator: User, tmp_path: Path, stored: Callable[[], set[str]]
) -> None:
    source = footage.video(tmp_path, seconds=0.2)

    for _ in range(ROUNDS):
        clip = promise(creator)
        made = work.store(Path(shutil.copy(source, tmp_path / "made.mp4")), clip.pk)

        def keep(clip: Clip = clip, made: work.Stored = made) -> None:
            with transaction.atomic():
                work.fulfil(Clip(pk=clip.pk), made)

        def fail(clip: Clip = clip) -> None:
            work.break_promise(Clip(pk=clip.pk), {"code": "internal"})

        at_once(keep, fail)

    clips = list(Clip.objects.all())
    assert stored() == {key for clip in clips for key in clip.keys}
    assert all((clip.state == State.READY) == (clip.error is None) for clip in clips)
