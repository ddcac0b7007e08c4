"""`python -m publishing.packaging clip.mp4 --out DIR`: progress as JSON lines on stdout, the result last."""

import argparse
import json
import uuid
from pathlib import Path
from typing import Any

from library.media.progress import Silent, Stage
from publishing.packaging import Label, Provenance, identity, package


def main() -> None:
    asked = _arguments()
    label = None if asked.not_generated else Label(asked.producer, asked.produce_id, asked.propagator)
    done = package(
        asked.clip,
        asked.out,
        label=label,
        provenance=Provenance(model=asked.model),
        identity=identity(asked.keys),
        title=asked.title,
        cover_seconds=asked.cover_seconds,
        progress=JsonLines(),
    )
    _say(stage="done", folder=str(done.folder), frames=done.frames, seconds=done.seconds, files=done.files)


class JsonLines(Silent):
    """Every step as a line of JSON."""

    _stage, _total = "", 0

    def stage(self, name: Stage, total: int = 0) -> None:
        self._stage, self._total = name.value, total

    def step(self, done: int, **_: Any) -> None:
        _say(stage=self._stage, done=done, total=self._total)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m publishing.packaging", description=__doc__)
    parser.add_argument("clip", type=Path, help="a delivery master (MP4, H.264)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--keys", type=Path, default=Path("var/keys"), help="where the signing key is kept")
    parser.add_argument("--title", default="")
    parser.add_argument("--model", default="", help="the model that made it")
    parser.add_argument("--producer", default="Lingying", help="who answers for what was generated")
    parser.add_argument("--produce-id", default=str(uuid.uuid4()))
    parser.add_argument("--propagator", default="Lingying", help="who answers for what is published")
    parser.add_argument("--cover-seconds", type=float, default=0.0)
    parser.add_argument("--not-generated", action="store_true", help="no model made it: no AI label")
    return parser.parse_args()


def _say(**line: object) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
