"""Who opens a realtime connection: the user behind its token, and their language."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from channels.db import database_sync_to_async
from django.conf import settings
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from creator.accounts.authentication import user_for
from creator.models import User
from jobs.models import Job


def headers(scope: Mapping[str, Any]) -> dict[str, str]:
    """The request's headers, names in lower case."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def query(scope: Mapping[str, Any]) -> dict[str, str]:
    """The query's parameters; the last one of a name counts."""
    given = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return {name: values[-1] for name, values in given.items()}


async def user_of(scope: Mapping[str, Any]) -> User | None:
    """Who asks, by `Authorization: Bearer …` or, as browsers cannot set that here, `?token=`."""
    scheme, _, bearer = headers(scope).get("authorization", "").partition(" ")
    token = bearer.strip() if scheme.lower() == "bearer" else query(scope).get("token", "")
    return await database_sync_to_async(user_for)(token) if token else None


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
