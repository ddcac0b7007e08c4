"""How much anybody may do: one table of limits, and the two ways to keep within one.

A rate counts in a window of time (`spend`, answered by 429 and Retry-After); what exists at once has a most
(`require_room`, answered by 409). A view says by `limited` which rates a call of it counts in.
"""

from creator.limits import request_budget
from creator.limits.enforcement import (
    Allowed,
    correct,
    delete_expired_windows,
    most,
    require_left,
    require_room,
    require_room_among,
    spend,
)
from creator.limits.views import limited, tell_left

__all__ = [
    "Allowed",
    "correct",
    "delete_expired_windows",
    "limited",
    "most",
    "request_budget",
    "require_left",
    "require_room",
    "require_room_among",
    "spend",
    "tell_left",
]
