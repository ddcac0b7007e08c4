"""Conditional requests (RFC 9110, 13): a change of what is no longer as it was seen is refused.

An entity tag is a quoted string that is another for each state of a thing; W/ marks those that say only "much
the same", which If-Match never takes.
"""

from django.utils.http import parse_etags
from rest_framework.request import Request

Tags = frozenset[str] | None
"""The entity tags of which one has to be that of the thing; None: any will do."""


def expected_tags(request: Request) -> Tags:
    """What If-Match says that the thing still has to be; None where it says nothing, or `*`."""
    said = request.headers.get("If-Match", "").strip()
    return (
        None if said in ("", "*") else frozenset(tag for tag in parse_etags(said) if not tag.startswith("W/"))
    )


def is_known(request: Request, tag: str) -> bool:
    """Whether If-None-Match says that who asks has `tag` already; a weak tag will do."""
    known = {one.removeprefix("W/") for one in parse_etags(request.headers.get("If-None-Match", ""))}
    return bool(known & {tag, "*"})
