"""How log lines are written."""

import logging


class LineFormatter(logging.Formatter):
    """What a client did wrong is one line, not a traceback: anybody can cause as many as they like."""

    MOST = 500  # characters of such a line

    def format(self, record: logging.LogRecord) -> str:
        if not _is_a_clients_fault(record):
            return super().format(record)
        bare = {"exc_info": None, "exc_text": None, "stack_info": None}
        line = super().format(logging.makeLogRecord({**vars(record), **bare}))
        return line.replace("\r", "\\r").replace("\n", "\\n")[: self.MOST]


def _is_a_clients_fault(record: logging.LogRecord) -> bool:
    """Django says so by the logger's name, or by less than ERROR for an answer that is no 5xx."""
    refused = record.name == "django.request" and record.levelno < logging.ERROR
    return refused or record.name.startswith("django.security")
