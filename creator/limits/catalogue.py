"""Every number that bounds what a client may do.

An installation changes a limit by its name in the setting LIMITS; docs/limits.md is written from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.core.exceptions import ImproperlyConfigured

MINUTE, HOUR, DAY = 60, 3600, 86400
GIB, MIB = 1 << 30, 1 << 20

Whose = Literal["person", "mailbox", "network", "device", "request", "installation", "token"]


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
    Limit("requests", 3600, "requests", "requests of any kind to one process", MINUTE),
    Limit(
        "network_requests", 6000, "requests", "the same, of people who are not signed in", MINUTE, "network"
    ),
    Limit("writes", 600, "requests", "changes that have no rate of their own", 10 * MINUTE),
    Limit("endings", 60, "requests", "signing out, ending and renewing keys, leaving", HOUR, "token"),
    Limit("staff_acts", 600, "requests", "what staff do to others", 10 * MINUTE, "token"),
    Limit("invite_tries", 20, "tries", "invite codes tried", HOUR),
    Limit("network_invite_tries", 100, "tries", "invite codes tried from one network", HOUR, "network"),
    Limit("codes_again", 1, "codes", "sign-in codes to one mailbox from one network", MINUTE, "mailbox"),
    Limit("codes", 5, "codes", "the same in a day", DAY, "mailbox"),
    Limit("mailbox_codes", 40, "codes", "sign-in codes to one mailbox from unknown devices", DAY, "mailbox"),
    Limit("network_codes", 100, "codes", "sign-in codes asked for from one network", HOUR, "network"),
    Limit("device_codes", 20, "codes", "sign-in codes asked for by a known device", DAY, "device"),
    Limit("sign_ins", 300, "tries", "codes handed in from one network", HOUR, "network"),
    Limit("device_sign_ins", 60, "tries", "codes handed in by a known device", HOUR, "device"),
    Limit("applications", 10, "requests", "applications to the waiting line", DAY),
    Limit("keys_made", 50, "keys", "API keys made", DAY),
    Limit("tickets", 600, "tickets", "tickets to open a stream", HOUR),
    Limit("uploads", 500, "files", "files handed in", DAY),
    Limit("quotes", 1200, "requests", "prices asked", HOUR),
    Limit("explains", 600, "requests", "explanations of a draft", HOUR),
    Limit("fills", 300, "requests", "templates filled", HOUR),
    Limit("drafts_made", 500, "drafts", "drafts made", DAY),
    Limit("generations", 500, "jobs", "clips asked for", DAY),
    Limit("edits", 500, "jobs", "one-tap edits and renders of drafts", DAY),
    Limit("previews", 1000, "jobs", "previews of drafts", DAY),
    Limit("cpu_seconds", 4 * HOUR, "CPU seconds", "what edits, uploads and posts take to make", DAY),
    Limit("gpu_jobs", 300, "jobs", "clips made by a model", DAY),
    Limit("retries", 200, "jobs", "failed jobs tried again", DAY),
    Limit("posts_made", 100, "posts", "clips published", DAY),
    Limit("likes", 1200, "likes", "likes given and taken back", HOUR),
)

HELD = (
    Limit("inspections", 2, "files", "files looked at by each web process", whose="installation"),
    Limit("keys", 20, "keys", "API keys"),
    Limit("devices", 10, "devices", "devices remembered: beyond it the longest unused one goes"),
    Limit("sessions", 20, "sessions", "devices signed in: beyond it the oldest is signed out"),
    Limit("streams", 30, "streams", "event streams and WebSockets open, of each web process"),
    Limit("drafts", 500, "drafts", "drafts"),
    Limit("unfinished_cpu_jobs", 100, "jobs", "edits, uploads and posts that wait or are made"),
    Limit("unfinished_gpu_jobs", 50, "jobs", "clips that wait for a model or are made by it"),
    Limit(
        "running_cpu_jobs", 1, "jobs", "the same made at once while others wait, and of long ones at any time"
    ),
    Limit("running_gpu_jobs", 1, "jobs", "the same of clips made by a model"),
    Limit("storage_bytes", 50 * GIB, "bytes", "clips, stills, tracks, posts, drafts, made and being made"),
    Limit("kept_answers", 500, "answers", "answers kept for an Idempotency-Key: beyond it the oldest go"),
    Limit("revisions", 1000, "revisions", "revisions of a draft: beyond it the oldest unnamed ones go"),
    Limit("named_revisions", 100, "revisions", "named revisions of a draft, which never go by themselves"),
    Limit("network_bodies", 64 * MIB, "bytes", "bodies under 1 MiB, unfinished", whose="network"),
    Limit("large_bodies", 8, "requests", "larger bodies under way, of each web process"),
    Limit("requests_at_once", 2, "requests", "worked on at once by each web process; others wait"),
    Limit(
        "network_requests_at_once",
        4,
        "requests",
        "the same, of people who are not signed in",
        None,
        "network",
    ),
    Limit("connections", 2000, "connections", "open connections, and no more than are free", whose="network"),
    Limit("all_connections", 16000, "connections", "open connections of everybody", whose="installation"),
)

SIZES = (
    Limit("request_cpu", 5, "seconds", "CPU that its prompts may take to be read", whose="request"),
    Limit("prompt_text", 8000, "characters", "all prompts of one request, folded by NFKC", whose="request"),
    Limit("log_bytes", 16 * MIB, "bytes", "one log file of a process of `make up`", whose="installation"),
    Limit("log_files", 5, "files", "older ones that are kept of it", whose="installation"),
    Limit(
        "cpu_job_seconds", 2 * HOUR, "CPU seconds", "one edit, upload or post, as estimated", whose="request"
    ),
    Limit(
        "gpu_job_seconds", 12 * HOUR, "GPU seconds", "one clip made by a model, as estimated", whose="request"
    ),
    Limit("anonymous_body", 1 * MIB, "bytes", "a body of somebody who is not signed in", whose="request"),
    Limit("body", 2560 << 10, "bytes", "any other body that is no file", whose="request"),
    Limit("head_bytes", 32 << 10, "bytes", "its first line and headers", whose="request"),
    Limit("head_wait", 10, "seconds", "until its headers are all here", whose="request"),
    Limit("body_wait", 20, "seconds", "in which nothing more of its body comes", whose="request"),
    Limit("read_wait", 60, "seconds", "in which nothing of its answer is taken", whose="request"),
    Limit("idle_wait", 15, "seconds", "that a connection is kept for the next", whose="request"),
)

LIMITS: dict[str, Limit] = {limit.name: limit for limit in (*RATES, *HELD, *SIZES)}


class UnknownLimit(ImproperlyConfigured):
    """The setting LIMITS names something that is no limit, or gives no whole number."""


def check(changed: Mapping[str, object]) -> None:
    """Raises UnknownLimit unless `changed`, the setting LIMITS, gives whole numbers to limits there are."""
    for name, most in changed.items():
        if name not in LIMITS:
            raise UnknownLimit(f"LIMITS: there is no limit {name!r}; there are {', '.join(LIMITS)}.")
        limit = LIMITS[name]
        least = 0 if limit.seconds or limit.whose == "person" else 1  # none: a server that answers nobody
        if type(most) is not int or most < least:
            raise UnknownLimit(f"LIMITS: {name} is a whole number from {least} on, not {most!r}.")
