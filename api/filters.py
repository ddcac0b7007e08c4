"""Which entries of a list are asked for, and in which order: declared by the view, checked like a body."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from api.fields import MomentField, PlainTextField
from api.requests import validated_query

ASCENDING, DESCENDING = ORDERS = ("created_at", "-created_at")
LONGEST_SEARCH = 100  # characters

Fields = dict[str, serializers.Field[Any, Any, Any, Any]]


@dataclass(frozen=True)
class Filters:
    """`choices`: the values that may be asked for by a name, which is that of the column unless `columns` has
    another. `search`: the column that must have the words. When it was made may be asked of every list."""

    choices: Mapping[str, Iterable[str]] = field(default_factory=dict)
    search: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    def fields(self) -> Fields:
        """The parameters of the list's address."""
        found: Fields = {
            name: _one_of(values, f"Only of this {name}.") for name, values in self.choices.items()
        }
        found["created_after"] = _moment("Only what was made then or later.")
        found["created_before"] = _moment("Only what was made before.")
        if self.search:
            told = "Only what has these words, in any case."
            found["search"] = PlainTextField(
                max_length=LONGEST_SEARCH, required=False, allow_blank=True, help_text=told
            )
        found["ordering"] = _one_of(ORDERS, f"{DESCENDING}: newest first, as it is otherwise.")
        return found

    def narrowed(self, rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
        """Those of `rows` that were `asked` for; their order is the page's."""
        columns = {name: self.columns.get(name, name) for name in self.choices}
        columns |= {"created_after": "created_at__gte", "created_before": "created_at__lt"}
        columns |= {"search": f"{self.search}__icontains"}
        return rows.filter(**{columns[name]: value for name, value in asked.items() if name in columns})


class ListFilter(BaseFilterBackend):
    """The `filters` of a view, over what its viewer may see. Raises ValidationError."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        filters = _of(view)
        if filters is None:
            return queryset
        return filters.narrowed(queryset, validated_query(_Query(filters, data=request.query_params)))

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """For the OpenAPI document: the fields, as drf-spectacular maps those of a body."""
        filters = _of(view)
        if filters is None:
            return []
        inspector: Any = view.schema
        schemas = inspector._map_serializer(_Query(filters), "request")["properties"]
        return [
            {"name": name, "in": "query", "required": False, "schema": one, **_lifted(one)}
            for name, one in schemas.items()
        ]


class _Query(serializers.Serializer[Any]):
    def __init__(self, filters: Filters, **arguments: Any) -> None:
        self._filters = filters
        super().__init__(**arguments)

    def get_fields(self) -> Fields:
        return self._filters.fields()


def _of(view: APIView) -> Filters | None:
    """The filters of a view, where it answers a list."""
    lists = getattr(view, "action", "list") == "list"
    return getattr(view, "filters", None) if lists else None


def _one_of(values: Iterable[str], told: str) -> serializers.ChoiceField:
    choices = list(values)
    refused: dict[str, Any] = {
        "invalid_choice": format_lazy(_("Accepted: {choices}."), choices=", ".join(choices))
    }
    return serializers.ChoiceField(choices, required=False, error_messages=refused, help_text=told)


def _moment(told: str) -> MomentField:
    return MomentField(required=False, help_text=told)


def _lifted(schema: dict[str, Any]) -> dict[str, Any]:
    """The description belongs to the parameter."""
    return {"description": schema.pop("description")} if "description" in schema else {}
