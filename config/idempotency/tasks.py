"""What the kept answers do by the clock."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from config.idempotency.models import KeptAnswer

KEPT = timedelta(days=7)  # longer than any phone repeats itself


@shared_task(name="idempotency.forget")
def forget() -> None:
    """Forget answers that nobody will ask for again."""
    KeptAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
