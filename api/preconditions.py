"""Conditional requests (RFC 9110, 13): a change of what is no longer as it was seen is refused.

An entity tag is a quoted string that is another for each state of a thing. What compresses an answer, here or
on its way, puts W/ before the tag, for the bytes are others; the state is the same, so that W/ says nothing.
Compared as RFC 9110 has it, no phone that takes gzip could ever save a draft of more than a kilobyte.
"""

from django.utils.http import parse_etags
from rest_framework.request import Request

Tags = frozenset[str] | None
"""The entity tags of which one has to be that of the thing; None: any will do."""


def expected_tags(request: Request) -> Tags:
    """What If-Match says that the thing still has to be; None where it says nothing, or `*`."""
    said = request.headers.get("If-Match", "").strip()
    if said in ("", "*"):
        return None
    return frozenset(tag.removeprefix("W/") for tag in parse_etags(said))
