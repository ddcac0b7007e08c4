"""What the room remembers: the line, its rules, invites."""

from waitlist.models.entries import LineCount, WaitlistEntry
from waitlist.models.invites import Invite, InviteUse
from waitlist.models.rules import Rules, Segment

__all__ = [
    "Invite",
    "InviteUse",
    "LineCount",
    "Rules",
    "Segment",
    "WaitlistEntry",
]
