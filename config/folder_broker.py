"""Celery's broker in a folder, with messages that appear whole.

kombu's own transport opens a message under its final name and writes it afterwards: a worker that looks in
between takes an empty one, and the doorbell is lost until the watchdog rings again, seconds later.
"""

from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(  # type: ignore[override]  # its two parents name the second argument differently
        self, queue: str, payload: Any, **kwargs: Any
    ) -> None:
        """Write the message beside its name, which workers look for, then give it that."""
        whole = Path(self.data_folder_out) / f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        part = whole.with_suffix(".part")
        try:
            part.write_text(dumps(payload), encoding="utf-8")
            part.rename(whole)
        except OSError as error:
            raise ChannelError(f"No message could be written to {whole.parent}.") from error


class Transport(filesystem.Transport):
    Channel = Channel
