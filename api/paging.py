"""Keyset paging of lists: newest first, as fast on page 5000 as on page one."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from api.errors import InvalidCursor, InvalidLimit
from api.filters import ASCENDING

DEFAULT_LIMIT, MAX_LIMIT = 20, 100
LIMIT: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}


def page_limit(request: Request) -> int:
    """How many entries `?limit=` asks for. Raises InvalidLimit."""
    asked = request.query_params.get("limit")
    if asked is None:
        return DEFAULT_LIMIT
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= MAX_LIMIT):
        raise InvalidLimit(field="limit", most=MAX_LIMIT)
    return int(asked)


class CursorPage(CursorPagination):
    """`?limit=` and `?cursor=`; what is neither is refused, in every list alike.

    Keys grow with time, so the key alone is the order; a view may set `page_ordering` to another unique
    column.
    """

    ordering = "-pk"
    page_size = DEFAULT_LIMIT
    max_page_size = MAX_LIMIT
    page_size_query_param = "limit"

    def paginate_queryset(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """A page of rows. Raises InvalidLimit, and InvalidCursor for one that was not given by a page."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (NotFound, ValidationError, ValueError, OverflowError):
            raise InvalidCursor(field="cursor") from None

    def get_page_size(self, request: Request) -> int:
        return page_limit(request)

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        newest_first: str = getattr(view, "page_ordering", self.ordering)
        oldest_first = getattr(view, "filters", None) and request.query_params.get("ordering") == ASCENDING
        return (newest_first.removeprefix("-") if oldest_first else newest_first,)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """`cursor` and `limit` in the OpenAPI document."""
        told = {"limit": LIMIT, "cursor": {"type": "string", "description": "`next` or `previous` has it."}}
        return [{"name": name, "in": "query", "required": False, "schema": one} for name, one in told.items()]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A page in the OpenAPI document; the links are null at the ends."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }
