"""Whether there is anything new in the database at all: with SQLite that costs microseconds, not a query."""

import sqlite3

from django.db import connection


class DatabaseChanges:
    """What was committed since it was last asked. Other databases than SQLite always may have changed.

    `PRAGMA data_version` of a connection of its own changes with every commit of any other, in any process
    (https://www.sqlite.org/pragma.html#pragma_data_version). It is asked in the event loop: it never waits.
    """

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None
        self._version: int | None = None

    def any(self) -> bool:
        """Whether to look; True as well where it cannot be told."""
        if connection.vendor != "sqlite":
            return True
        try:
            now = self._data_version()
        except sqlite3.Error:
            return True
        before, self._version = self._version, now
        return now != before

    def forget(self) -> None:
        """Nothing was looked at after all: `any` is True next time."""
        self._version = None

    def close(self) -> None:
        if self._connection:
            self._connection.close()

    def _data_version(self) -> int:
        if self._connection is None:
            self._connection = sqlite3.connect(connection.settings_dict["NAME"], timeout=0)
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
