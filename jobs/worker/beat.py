"""A Celery beat that runs the watchdog itself.

Workers may all be busy for minutes, or be what died: the watchdog must not wait for one of them.
"""

import logging
from typing import Any

from celery.beat import ScheduleEntry, Scheduler
from django.db import close_old_connections

from jobs.worker import watchdog

log = logging.getLogger(__name__)


class WatchdogScheduler(Scheduler):
    """The ordinary scheduler in memory, except that `jobs.worker.watchdog` runs in this process."""

    def apply_async(
        self, entry: ScheduleEntry, producer: Any = None, advance: bool = True, **more: Any
    ) -> Any:
        if entry.task != "jobs.watchdog":
            return super().apply_async(entry, producer=producer, advance=advance, **more)
        if advance:
            self.reserve(entry)
        return _run_watchdog()


def _run_watchdog() -> None:
    close_old_connections()
    try:
        watchdog.run_once()
    except Exception:
        log.exception("the watchdog's round failed; the next one is soon")
    finally:
        close_old_connections()
