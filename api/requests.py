"""Requests, checked."""

from typing import Any

from rest_framework.serializers import BaseSerializer


def validated(serializer: BaseSerializer[Any]) -> dict[str, Any]:
    """The values of a serializer made with `data`. Raises ValidationError, with all its fields at once."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
