"""Reading the events of jobs: from any position, in order, none missed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext

import errors
from jobs.errors import PositionUnknown
from jobs.ledger import event_order, notify
from jobs.models import SUBJECTS, Job, JobEvent
from jobs.worker import handlers

PAGE_SIZE = 200
COLUMNS = ("seq", "kind", "data", "at", "tx", "job__kind", "job__about")
BECAUSE = {  # gettext msgids: why a job is queued again
    "worker-lost": "What worked on it was lost.",
    "worker-stopped": "What worked on it was stopped.",
    "broke": "It broke.",
    "hung": "It did not come back from what it was doing.",
    "disk-full": "The server has no room left on its disk; it is tried again later.",
    "database-away": "The server's database could not be reached; it is tried again later.",
    "storage-away": "The server's file storage could not be reached; it is tried again later.",
}


@dataclass(frozen=True)
class EventPage:
    """Events, the position to go on from, and whether nothing can follow."""

    events: list[dict[str, Any]]
    after: str
    ended: bool


class JobEvents:
    """The events of one job. Goes on from a `seq`; ends with the job."""

    def __init__(self, job_id: Any, language: str = "en") -> None:
        self.job_id, self.language = job_id, language

    @property
    def topic(self) -> str:
        return notify.job_topic(self.job_id)

    def require_position(self, after: str) -> None:
        """Raises PositionUnknown for what is no number of an event that the job has had: who waits behind one
        that is still to come would miss all those before it."""
        newest = Job.objects.filter(pk=self.job_id).values_list("seq", flat=True).first() or 0
        if re.fullmatch(r"[0-9]{0,18}", after, re.ASCII) is None or int(after or 0) > newest:
            raise PositionUnknown(newest=newest)

    def read(self, after: str) -> EventPage:
        # the job before its events: if it has ended by now, so has the list read after it
        job = Job.objects.filter(pk=self.job_id).only("state", "seq").first()
        if job is None:
            return EventPage([], after, ended=True)
        seq = int(after or 0)
        events = _with_jobs(JobEvent.objects.filter(job_id=self.job_id, seq__gt=seq).order_by("seq"))
        last = events[-1].seq if events else seq
        return EventPage(as_json(events, self.language), str(last), job.is_finished and last >= job.seq)


class OwnerEvents:
    """The events of all jobs of one owner. Goes on from a `cursor`; never ends."""

    def __init__(self, owner_id: int, language: str = "en") -> None:
        self.owner_id, self.language = owner_id, language

    @property
    def topic(self) -> str:
        return notify.owner_topic(self.owner_id)

    def require_position(self, after: str) -> None:
        """Raises PositionUnknown for what no `cursor` looks like: the newest may be gone with its job."""
        if re.fullmatch(r"0?|[0-9]{1,18}-[0-9]{1,18}", after, re.ASCII) is None:
            raise PositionUnknown(newest="")

    def read(self, after: str) -> EventPage:
        rows = JobEvent.objects.filter(event_order.stable(), owner_id=self.owner_id)
        rows = rows.filter(event_order.after(_position(after))).order_by(*event_order.ORDER)
        events = _with_jobs(rows)
        last = _cursor(events[-1]) if events else after
        return EventPage(as_json(events, self.language), last, ended=False)

    def now(self) -> str:
        """The cursor of the newest event: whatever follows is new."""
        mine = JobEvent.objects.filter(event_order.stable(), owner_id=self.owner_id)
        last = mine.order_by("-tx", "-id").first()
        return _cursor(last) if last else "0"


def as_json(events: Iterable[JobEvent], language: str) -> list[dict[str, Any]]:
    """Events as JSON for readers; what was stored as a code is told in `language`."""
    with translation.override(language):
        return [_as_json(event) for event in events]


def _as_json(event: JobEvent) -> dict[str, Any]:
    return {
        "job": str(event.job_id),
        **{name: event.job.about.get(name) for name in SUBJECTS},
        "seq": event.seq,
        "kind": event.kind,
        "data": _told(event),
        "at": event.at.isoformat(),
        "cursor": _cursor(event),
    }


def _told(event: JobEvent) -> dict[str, Any]:
    data = dict(event.data)
    if error := data.get("error"):
        data["error"] = {"code": error["code"], "detail": errors.render_message(error, gettext)}
    if because := data.get("because"):
        data["detail"] = gettext(BECAUSE.get(because, str(because)))
    if event.kind in ("stage", "step"):
        data["label"] = gettext(data["stage"]) if data["stage"] else ""
    handler = handlers.kinds().get(event.job.kind)
    return handler.told(event.kind, data) if handler else data


def _with_jobs(events: QuerySet[JobEvent]) -> list[JobEvent]:
    """A page of `events`, with what each tells of its job."""
    return list(events.select_related("job").only(*COLUMNS)[:PAGE_SIZE])


def _position(cursor: str) -> tuple[int, int]:
    tx, _, last = cursor.partition("-")
    return int(tx or 0), int(last or 0)


def _cursor(event: JobEvent) -> str:
    return f"{event.tx}-{event.pk}"
