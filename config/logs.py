"""How log lines are written."""

import logging

from api.redaction import redacted


class LineFormatter(logging.Formatter):
    """Without secrets, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))
