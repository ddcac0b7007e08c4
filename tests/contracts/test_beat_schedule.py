"""Every entry of beat's timetable names a task that exists."""

from datetime import timedelta

from django.utils import timezone

from config import broker
from config.celery import app
from config.idempotency.models import KeptAnswer
from config.idempotency.tasks import forget
from creator.accounts.tokens import issue_session
from creator.models import User


def test_every_entry_of_the_timetable_names_a_task() -> None:
    app.loader.import_default_modules()

    assert {entry["task"] for entry in broker.beat_schedule.values()} <= set(app.tasks)


def test_old_answers_are_forgotten_and_young_ones_kept(creator: User) -> None:
    of = {"owner": creator, "token": issue_session(creator)[0], "request": "r", "lease_until": timezone.now()}
    old, young = (KeptAnswer.objects.create(key=key, **of) for key in ("old", "young"))
    KeptAnswer.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=8))

    forget()

    assert list(KeptAnswer.objects.all()) == [young]
