"""What the library does by the clock."""

from datetime import timedelta

from celery import shared_task

from library import garbage_collection


@shared_task(name="library.sweep")
def sweep() -> None:
    """Remove stored files of yesterday and before that no row names."""
    garbage_collection.sweep(timedelta(days=1))
