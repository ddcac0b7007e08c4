"""What a machine keeps between runs: small JSON files in a folder, each written whole or not at all."""

import json
import os
from pathlib import Path
from typing import Any


class State:
    """A folder of JSON files, {name}.json each; nothing is kept where `folder` is None."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def load(self, name: str) -> dict[str, Any]:
        """The entries of the file `name`; none where it is missing or broken."""
        path = self.folder / f"{name}.json" if self.folder else None
        try:
            return json.loads(path.read_text("utf-8")) if path else {}
        except (FileNotFoundError, json.JSONDecodeError):
            return {}

    def save(self, name: str, **entries: Any) -> None:
        """Add `entries` to the file `name`; of two writers at once one may be lost, none garbled."""
        if not self.folder:
            return
        path = self.folder / f"{name}.json"
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps(self.load(name) | entries, indent=1, sort_keys=True), "utf-8")
        part.replace(path)
