"""Requests, checked."""

from contextlib import suppress
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.serializers import BaseSerializer

from api import strictness
from errors import DomainError


def validated(
    serializer: BaseSerializer[Any], *, answered_with: type[BaseSerializer[Any]] | None = None
) -> dict[str, Any]:
    """The values of a serializer made with `data`. Raises ValidationError, with all its fields at once.

    `answered_with` shows what is made or changed: a field of it that cannot be sent is refused as such.
    """
    if strictness.problems(serializer, serializer.initial_data):
        fixed = getattr(answered_with and answered_with(), "fields", ())
        refused = strictness.problems(serializer, serializer.initial_data, fixed=fixed)
        raise ValidationError(_joined(_otherwise(serializer), refused))
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def validated_query(serializer: BaseSerializer[Any]) -> dict[str, Any]:
    """The same of query parameters: all text, and their names are held by `config.http.known_names`."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _joined(found: Any, refused: Any) -> Any:
    """What both find wrong, field by field and place by place; what was refused goes first."""
    if not (isinstance(found, dict) and isinstance(refused, dict)):
        return refused
    return found | {name: _joined(found.get(name), one) for name, one in refused.items()}


def _otherwise(serializer: BaseSerializer[Any]) -> strictness.Problems:
    """What DRF finds wrong beside."""
    with suppress(DomainError):
        return {} if serializer.is_valid() else dict(serializer.errors)
    return {}
