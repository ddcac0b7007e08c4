"""Doorbells: messages that carry no job. `wake_worker` reaches a worker of a pool, `wake_readers` those who
read events.

Both are sent after the commit and may get lost: the watchdog sends again, readers poll by themselves.
"""

import logging
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from celery import current_app
from channels.layers import get_channel_layer

log = logging.getLogger(__name__)


def wake_worker(pool: str) -> None:
    """Wake a worker of `pool`. A broker that is down is no reason to fail what was already committed."""
    try:
        current_app.send_task("jobs.notify", args=[pool], queue=pool, ignore_result=True, retry=False)
    except Exception as error:  # any transport's own error; the watchdog sends again
        log.warning("no worker of pool %s could be woken: %s", pool, error)


def job_topic(job_id: Any) -> str:
    return f"job.{job_id}"


def owner_topic(owner_id: Any) -> str:
    return f"owner.{owner_id}"


def wake_readers(job_id: UUID, owner_id: int) -> None:
    """Tell readers of this job, and of this owner's jobs, that the table holds new events."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(_send)(layer, [job_topic(job_id), owner_topic(owner_id)])
    except Exception as error:  # the layer only wakes; readers poll by themselves, a little later
        log.warning("readers of job %s could not be woken: %s", job_id, error)


async def _send(layer: Any, topics: list[str]) -> None:
    for topic in topics:
        await layer.group_send(topic, {"type": "wake"})
