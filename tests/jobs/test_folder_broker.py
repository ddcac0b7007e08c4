"""Doorbells over a folder: a worker that looks while one is being written misses none."""

from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection
from kombu.transport import filesystem

from config import broker
from config.folder_broker import Channel


def test_a_message_that_is_not_whole_is_none_and_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody looks at the very moment when the message is written and not yet named."""
    options = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path)}
    looked: list[str] = []
    rename = Path.rename

    def look_and_rename(part: Path, whole: Any) -> Path:
        with pytest.raises(Empty):
            channel._get("cpu")
        looked.append(part.read_text())
        return rename(part, whole)

    with Connection(broker.broker_url, transport_options=options) as connection:
        channel = connection.channel()
        assert isinstance(channel, Channel) and isinstance(channel, filesystem.Channel)
        monkeypatch.setattr(Path, "rename", look_and_rename)
        channel._put("cpu", {"pool": "cpu"})

        assert looked == ['{"pool": "cpu"}']
        assert channel._get("cpu") == {"pool": "cpu"}
        assert list(tmp_path.iterdir()) == []
