"""Writing down what staff does, in the transaction of the act: there is no act without its row."""

from typing import Any

from creator.models import StaffAction, User


def record(
    *, actor: User, action: str, subject: str, reason: str = "", data: dict[str, Any] | None = None
) -> StaffAction:
    """The row that says `actor` did `action` (`takedown`, `look`…) to `subject` (`post:ID`, `user:ID`…)."""
    return StaffAction.objects.create(
        actor=actor, action=action, subject=subject, reason=reason, data=data or {}
    )
