"""Migrations that move data."""

from importlib import import_module

from django.apps import apps

from creator.models import User
from library.models import Track

cancelled_promises = import_module("library.migrations.0003_cancelled_promises")


def test_what_failed_because_its_job_was_cancelled_reads_cancelled_and_nothing_else_does(
    creator: User,
) -> None:
    because = {"params": {"because": {"code": "cancelled"}}}
    errors = (None, {"code": "cancelled"}, {"code": "input-failed", **because})
    tracks = [Track.objects.create(owner=creator, state="failed", seconds=1, error=each) for each in errors]

    def states() -> list[str]:
        return [Track.objects.get(pk=track.pk).state for track in tracks]

    cancelled_promises.mark(apps, None)
    assert states() == ["failed", "cancelled", "failed"]
    cancelled_promises.unmark(apps, None)
    assert states() == ["failed", "failed", "failed"]
