"""Keyset paging: newest first, as fast on page 5000 as on page one."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView


class CursorPage(CursorPagination):
    """`?limit=` (20, at most 100) and `?cursor=` from the page before. Keys grow with time, so the key
    alone is the order; a view may set `page_ordering` to another unique column."""

    ordering = "-pk"
    page_size = 20
    max_page_size = 100
    page_size_query_param = "limit"

    def paginate_queryset(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """A page of rows. A cursor that nobody was given is not found, whatever is in it."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError, OverflowError):
            raise NotFound(self.invalid_cursor_message) from None

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        return (getattr(view, "page_ordering", self.ordering),)
