"""Kept answers are forgotten after a week."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from config.idempotency.models import KeptAnswer

KEPT = timedelta(days=7)  # longer than any client repeats a request


@shared_task(name="idempotency.forget")
def forget() -> None:
    """Delete the answers that are older than KEPT."""
    KeptAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
