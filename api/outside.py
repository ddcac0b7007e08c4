"""Trouble outside, which is nobody's fault who asked: a full disk, a database or a file store that is away.

Recognised wherever it surfaces, and told to people as what it is; a job that meets it is tried again later.
"""

import errno
import sqlite3
import sys
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError

import errors

FULL = {errno.ENOSPC, errno.EDQUOT}
# of shares that are away, and of disks that broke or were mounted read-only
UNREACHABLE = {
    errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ESTALE, errno.ENOTCONN, errno.EIO, errno.EROFS,
}  # fmt: skip
# The last: no room for the shared memory of its journal, which even a reader enlarges.
SQLITE_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE}
SQLITE_AWAY = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
# of PostgreSQL's SQLSTATE: connection exceptions, too many connections, being shut down; none if unreachable
POSTGRESQL_AWAY = ("08", "53300", "57P")
POSTGRESQL_FULL = "53100"
DISK_SECONDS, AWAY_SECONDS = 60, 5  # until it is worth asking again


class OutsideTrouble(errors.Unavailable):
    """`params`: seconds, until it is worth trying again."""

    code = "outside-trouble"
    passes = True
    wait = AWAY_SECONDS

    def __init__(self) -> None:
        super().__init__(seconds=self.wait)


class DiskFull(OutsideTrouble):
    code = "disk-full"
    message = "The server has no room left on its disk, so nothing was kept. Try again in {seconds} seconds."
    wait = DISK_SECONDS


class DatabaseAway(OutsideTrouble):
    code = "database-away"
    message = "The server's database cannot be reached. Try again in {seconds} seconds."


class StorageAway(OutsideTrouble):
    code = "storage-away"
    message = "The server's file storage cannot be reached. Try again in {seconds} seconds."


OUTSIDE = (DiskFull, DatabaseAway, StorageAway)


def outside_trouble(error: BaseException | None) -> OutsideTrouble | None:
    """What of this kind lies behind `error`, or None."""
    return next((found for each in _causes(error) if (found := _trouble(each))), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and what it was raised from, or while."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _trouble(error: BaseException) -> OutsideTrouble | None:
    match error:
        case OSError(errno=number) if number in FULL:
            return DiskFull()
        case OSError(errno=number) if number in UNREACHABLE:
            return StorageAway()
        case InterfaceError() | OperationalError():
            return _of_database(error)
        case _:
            return StorageAway() if _is_of_object_store(error) else None


def _is_of_object_store(error: BaseException) -> bool:
    """Whether S3 could not be reached, or answered that it is broken. Where nobody has imported botocore,
    which is slow to import, nobody met its errors."""
    botocore = sys.modules.get("botocore.exceptions")
    if botocore is None:
        return False
    if isinstance(error, botocore.ClientError):
        return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500
    return isinstance(error, (botocore.HTTPClientError, botocore.ConnectionError))


def _of_database(error: InterfaceError | OperationalError) -> OutsideTrouble | None:
    cause = error.__cause__
    if code := getattr(cause, "sqlite_errorcode", 0):
        away = code & 0xFF in SQLITE_AWAY  # the rest of its bits say in what way
        return DiskFull() if code in SQLITE_FULL else DatabaseAway() if away else None
    state = getattr(cause, "sqlstate", None)
    if state == POSTGRESQL_FULL:
        return DiskFull()
    return DatabaseAway() if state is None or state.startswith(POSTGRESQL_AWAY) else None
