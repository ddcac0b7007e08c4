"""Who opens a realtime connection: the token it comes with, and the reader's language."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from channels.db import database_sync_to_async
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from creator.accounts.authentication import token_for, token_for_ticket
from creator.models import Token, User
from jobs.models import Job

PROTOCOL = "lingying.v1"
"""The WebSocket subprotocol of this API, which browsers have to offer beside the one that carries a token."""
CARRIER = "bearer."
PARAMETERS = frozenset({"after", "lang", "ticket"})
"""What the address of a stream may have, each once."""


def headers(scope: Mapping[str, Any]) -> dict[str, str]:
    """The request's headers, names in lower case."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def query(scope: Mapping[str, Any]) -> dict[str, str]:
    """The query's parameters; the last one of a name counts."""
    given = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return {name: values[-1] for name, values in given.items()}


def has_odd_query(scope: Mapping[str, Any]) -> bool:
    """Whether the address has a parameter that there is not, or one twice: a typo is no other position."""
    given = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    return not given.keys() <= PARAMETERS or any(len(values) > 1 for values in given.values())


async def token_of(scope: Mapping[str, Any]) -> Token | None:
    """The living token of who asks; a ticket is used up by this.

    By `Authorization: Bearer …`; by the WebSocket subprotocol `bearer.…`; or by `?ticket=`.
    """
    if secret := next(_secrets(scope), None):
        return await database_sync_to_async(token_for)(secret)
    if ticket := query(scope).get("ticket"):
        return await database_sync_to_async(token_for_ticket)(ticket)
    return None


def has_token_in_address(scope: Mapping[str, Any]) -> bool:
    """Whether there is a `?token=`, whatever else says who asks: addresses end up in logs."""
    return "token" in query(scope)


def is_addressed(scope: Mapping[str, Any]) -> bool:
    """Whether the host that is asked is one of ALLOWED_HOSTS, as Django has it; who names none is no browser,
    which could be led here by a name that is not ours."""
    host = headers(scope).get("host")
    return host is None or validate_host(split_domain_port(host.lower())[0], settings.ALLOWED_HOSTS)


def subprotocol(scope: Mapping[str, Any]) -> str | None:
    """The subprotocol to answer with: never the one that carries a token, for an answer may be logged."""
    return PROTOCOL if PROTOCOL in scope.get("subprotocols", ()) else None


def _secrets(scope: Mapping[str, Any]) -> Iterator[str]:
    scheme, _, bearer = headers(scope).get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        yield bearer.strip()
    for offered in scope.get("subprotocols", ()):
        if offered.startswith(CARRIER):
            yield offered.removeprefix(CARRIER)


def language(scope: Mapping[str, Any]) -> str:
    """The first language asked for that is spoken here, by `?lang=` or Accept-Language."""
    asked = query(scope).get("lang") or headers(scope).get("accept-language", "")
    for tag, _ in parse_accept_lang_header(asked.lower()):
        try:
            return get_supported_language_variant(tag)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


async def may_read(user: User, job_id: UUID) -> bool:
    """Whether there is such a job, for this person."""
    return await Job.objects.visible_to(user).filter(pk=job_id).aexists()
