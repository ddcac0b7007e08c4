"""What the room remembers: the line, its rules, batches, invites."""

from waitlist.models.batches import Batch
from waitlist.models.entries import LineCount, WaitlistEntry
from waitlist.models.invites import Invite, InviteUse
from waitlist.models.rules import Rules, Segment

__all__ = [
    "Batch",
    "Invite",
    "InviteUse",
    "LineCount",
    "Rules",
    "Segment",
    "WaitlistEntry",
]
