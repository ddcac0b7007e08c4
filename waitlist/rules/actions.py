"""Change segments and rules. Every change is in the audit, with what was before and after.

A change counts for those who apply from now on; `manage.py rerank` brings it to those who wait.
"""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from creator import audit
from creator.models import User
from waitlist.errors import SegmentExists, SegmentNotFound
from waitlist.models import Rules, Segment


def make_segment(*, actor: User, **said: Any) -> Segment:
    """Raises SegmentExists."""
    try:
        with transaction.atomic():
            segment = Segment.objects.create(**said)
            _record(actor, "segment", segment, {})
            return segment
    except IntegrityError:
        raise SegmentExists(field="name") from None


def change_segment(pk: UUID, *, actor: User, **changes: Any) -> Segment:
    """Raises SegmentNotFound, SegmentExists."""
    try:
        with transaction.atomic():
            segment = _segment(pk)
            before = _told(segment)
            _set(segment, changes)
            _record(actor, "segment", segment, before)
            return segment
    except IntegrityError:
        raise SegmentExists(field="name") from None


def delete_segment(pk: UUID, *, actor: User) -> None:
    """Those who belong to it keep their place until they are ranked anew. Raises SegmentNotFound."""
    with transaction.atomic():
        segment = _segment(pk)
        data = {"before": _told(segment)}
        audit.record(actor=actor, action="delete-segment", subject=f"segment:{pk}", data=data)
        segment.delete()


def change_rules(*, actor: User, **changes: Any) -> Rules:
    """The rules as they are from now on."""
    with transaction.atomic():
        Rules.objects.get_or_create(pk=1)
        rules = Rules.objects.select_for_update().get(pk=1)
        before = _told(rules)
        _set(rules, changes)
        _record(actor, "rules", rules, before)
    return rules


def _segment(pk: UUID) -> Segment:
    segment = Segment.objects.select_for_update().filter(pk=pk).first()
    if segment is None:
        raise SegmentNotFound()
    return segment


def _set(row: Segment | Rules, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def _record(actor: User, action: str, row: Segment | Rules, before: dict[str, Any]) -> None:
    data = {"before": before, "after": _told(row)}
    audit.record(actor=actor, action=action, subject=f"{action}:{row.pk}", data=data)


def _told(row: Segment | Rules) -> dict[str, Any]:
    return {name: value for name, value in model_to_dict(row).items() if name != "id"}
