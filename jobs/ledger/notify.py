"""Bells carry no job: `ring` wakes a worker of a pool, `announce` tells readers to look again.

Both come after the commit and may get lost: the watchdog rings again, readers look by themselves.
"""

import logging
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from celery import current_app
from channels.layers import get_channel_layer

log = logging.getLogger(__name__)


def ring(pool: str) -> None:
    """Wake a worker of `pool`. A broker that is down is no reason to fail what was already committed."""
    try:
        current_app.send_task("jobs.ring", args=[pool], queue=pool, ignore_result=True, retry=False)
    except Exception as error:  # any transport's own error; the watchdog rings again
        log.warning("could not ring for pool %s: %s", pool, error)


def job_topic(job_id: Any) -> str:
    return f"job.{job_id}"


def owner_topic(owner_id: Any) -> str:
    return f"owner.{owner_id}"


def announce(job_id: UUID, owner_id: int) -> None:
    """Tell readers of this job, and of this owner's jobs, that there is news in the table."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(_announce)(layer, [job_topic(job_id), owner_topic(owner_id)])
    except Exception as error:  # the layer only wakes; readers look by themselves, a little later
        log.warning("could not announce news of job %s: %s", job_id, error)


async def _announce(layer: Any, topics: list[str]) -> None:
    for topic in topics:
        await layer.group_send(topic, {"type": "look"})
