"""A query that Django writes once and the database answers many times.

Writing the SQL of a page of the feed takes Django longer than the database takes to answer it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connections
from django.db.models import QuerySet


class Prepared:
    """The SQL of `rows` (a `values_list`), with some of its parameters left open.

    `rows` was built with the `marks` in their places: values, as its database takes them, that occur in
    no other place. `run` puts others there.
    """

    def __init__(self, rows: "QuerySet[Any, Any]", marks: Mapping[str, Any]) -> None:
        self._alias = rows.db
        compiler = rows.query.get_compiler(rows.db)
        self._sql, params = compiler.as_sql()
        names = {mark: name for name, mark in marks.items()}
        self._template = [(names.get(param), param) for param in params]
        if missing := set(marks) - {name for name, _ in self._template}:
            raise ValueError(f"The query has no place for {', '.join(sorted(missing))}.")
        found = compiler.get_converters([expression for expression, *_ in compiler.select])
        self._steps = [(place, functions, expression) for place, (functions, expression) in found.items()]

    def run(self, values: Mapping[str, Any]) -> Iterator[list[Any]]:
        """The rows with `values` (as the database takes them) where the marks were."""
        params = [values[name] if name else param for name, param in self._template]
        connection = connections[self._alias]  # of this thread; the compiler's was that of another
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            for row in map(list, cursor.fetchall()):
                for place, functions, expression in self._steps:
                    for function in functions:
                        row[place] = function(row[place], expression, connection)
                yield row
