"""Every number that bounds what a client may do.

An installation changes a limit by its name in the setting LIMITS; docs/limits.md is written from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.core.exceptions import ImproperlyConfigured

MINUTE, HOUR, DAY = 60, 3600, 86400
GIB, MIB = 1 << 30, 1 << 20

Whose = Literal["person", "mailbox", "network", "device", "request", "installation"]


@dataclass(frozen=True)
class Limit:
    """At most `most` of `unit` for each of `whose`: in a window of `seconds`, or at once if that is None."""

    name: str
    most: int
    unit: str
    about: str
    seconds: int | None = None
    whose: Whose = "person"


RATES = (
    Limit("writes", 600, "requests", "requests that change something, all together", 10 * MINUTE),
    Limit("network_writes", 600, "requests", "the same, of people who are not signed in", HOUR, "network"),
    Limit("invite_tries", 20, "tries", "invite codes tried", HOUR),
    Limit("codes_again", 1, "codes", "sign-in codes to one mailbox or phone in a row", MINUTE, "mailbox"),
    Limit("codes", 10, "codes", "sign-in codes to one mailbox or phone", DAY, "mailbox"),
    Limit("network_codes", 100, "codes", "sign-in codes asked for from one network", HOUR, "network"),
    Limit("sign_ins", 300, "tries", "codes handed in from one network", HOUR, "network"),
    Limit("applications", 10, "requests", "applications to the waiting line", DAY),
    Limit("keys_made", 50, "keys", "API keys made", DAY),
    Limit("uploads", 500, "files", "files handed in", DAY),
    Limit("quotes", 1200, "requests", "prices asked", HOUR),
    Limit("explains", 600, "requests", "explanations of a draft", HOUR),
    Limit("fills", 300, "requests", "templates filled", HOUR),
    Limit("drafts_made", 500, "drafts", "drafts made", DAY),
    Limit("generations", 500, "jobs", "clips asked for", DAY),
    Limit("edits", 500, "jobs", "one-tap edits and renders of drafts", DAY),
    Limit("previews", 1000, "jobs", "previews of drafts", DAY),
    Limit("retries", 200, "jobs", "failed jobs tried again", DAY),
    Limit("posts_made", 100, "posts", "clips published", DAY),
    Limit("likes", 1200, "likes", "likes given and taken back", HOUR),
)

HELD = (
    Limit(
        "inspections",
        2,
        "files",
        "files looked at by a web process, one of each person",
        None,
        "installation",
    ),
    Limit("keys", 20, "keys", "API keys"),
    Limit("drafts", 500, "drafts", "drafts"),
    Limit("revisions", 1000, "revisions", "revisions of a draft: beyond it the oldest unnamed ones go"),
)

SIZES = (
    Limit("anonymous_body", 1 * MIB, "bytes", "a body of somebody who is not signed in", whose="request"),
)

LIMITS: dict[str, Limit] = {limit.name: limit for limit in (*RATES, *HELD, *SIZES)}


class UnknownLimit(ImproperlyConfigured):
    """The setting LIMITS names something that is no limit, or gives no whole number."""


def check(changed: Mapping[str, object]) -> None:
    """Raises UnknownLimit unless `changed`, the setting LIMITS, gives whole numbers to limits there are."""
    for name, most in changed.items():
        if name not in LIMITS:
            raise UnknownLimit(f"LIMITS: there is no limit {name!r}; there are {', '.join(LIMITS)}.")
        if type(most) is not int or most < 0:
            raise UnknownLimit(f"LIMITS: {name} is a whole number from 0 on, not {most!r}.")
