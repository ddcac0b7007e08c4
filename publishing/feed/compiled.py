"""A query that Django compiles once and the database answers many times.

Composing the SQL of a page of the feed takes Django several times as long as everything else it takes.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import connections
from django.db.models import QuerySet


class CompiledQuery:
    """The SQL of `rows` (a `values_list`), with some of its parameters left open.

    `rows` was built with the `marks` in their places: values, as its database takes them, that occur in
    no other place. `run` puts others there. `converters` make Python's values of the database's, by the
    position of a column; NULL is None without them.
    """

    def __init__(
        self,
        rows: "QuerySet[Any, Any]",
        marks: Mapping[str, Any],
        converters: Mapping[int, Callable[[Any], Any]],
    ) -> None:
        self._alias, self._converters = rows.db, tuple(converters.items())
        self._sql, params = rows.query.sql_with_params()
        names = {mark: name for name, mark in marks.items()}
        self._template = [(names.get(param), param) for param in params]
        if missing := set(marks) - {name for name, _ in self._template}:
            raise ValueError(f"The query has no place for {', '.join(sorted(missing))}.")

    def run(self, values: Mapping[str, Any]) -> Iterator[list[Any]]:
        """The rows with `values` (as the database takes them) where the marks were."""
        params = [values[name] if name else param for name, param in self._template]
        with connections[self._alias].cursor() as cursor:
            cursor.execute(self._sql, params)
            for row in map(list, cursor.fetchall()):
                for position, convert in self._converters:
                    if (value := row[position]) is not None:
                        row[position] = convert(value)
                yield row
