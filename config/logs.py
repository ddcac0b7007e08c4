"""How log lines are written."""

import logging

from api import request_id
from api.redaction import redacted

LONGEST = 500  # characters of a line about what a client did


class LineFormatter(logging.Formatter):
    """With the id of the request it is about, and without secrets, tracebacks included. What a client did
    wrong is one line and no traceback: anybody can cause as many as they like."""

    def format(self, record: logging.LogRecord) -> str:
        record.request = f" [{name}]" if (name := request_id.current()) else ""
        if not _is_a_clients_fault(record):
            return redacted(super().format(record))
        bare = {"exc_info": None, "exc_text": None, "stack_info": None}
        line = redacted(super().format(logging.makeLogRecord({**vars(record), **bare})))
        return line.replace("\r", "\\r").replace("\n", "\\n")[:LONGEST]


def _is_a_clients_fault(record: logging.LogRecord) -> bool:
    """Django says so by the logger's name, or by less than ERROR for an answer that is no 5xx."""
    refused = record.name == "django.request" and record.levelno < logging.ERROR
    return refused or record.name.startswith("django.security")
