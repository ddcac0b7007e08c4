"""`python -m publishing.packaging clip.mp4 --out DIR`: progress as JSON lines on stdout, the result last."""

import argparse
import json
import shutil
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

from library.media import command_line
from library.media.probe import probe
from library.media.progress import Silent, Stage
from publishing.packaging import Label, Package, Provenance, identity, package


def main(argv: list[str] | None = None) -> int:
    """0 when it is packaged, 2 when the clip or the place to write is refused, 130 after Ctrl-C: then DIR is
    as it was."""
    return command_line.status_of(lambda: _main(_arguments(argv)))


def _main(asked: argparse.Namespace) -> int:
    probe(asked.clip)  # refuses it before a folder is made
    command_line.check_output_folder(asked.out)
    with tempfile.TemporaryDirectory(dir=asked.out, prefix=".packaging-") as unfinished:
        made = Path(unfinished)
        done = _package(asked, made)
        told = {"frames": done.frames, "seconds": done.seconds, "files": done.files}
        shutil.copytree(made, asked.out, dirs_exist_ok=True)
    _say(stage="done", folder=str(asked.out), **told)
    return 0


def _package(asked: argparse.Namespace, folder: Path) -> Package:
    label = None if asked.not_generated else Label(asked.producer, asked.produce_id, asked.propagator)
    return package(
        asked.clip,
        folder,
        label=label,
        provenance=Provenance(model=asked.model),
        identity=identity(asked.keys),
        title=asked.title,
        cover_seconds=asked.cover_seconds,
        progress=JsonLines(),
    )


class JsonLines(Silent):
    """Every step as a line of JSON."""

    _stage, _total = "", 0

    def stage(self, name: Stage, total: int = 0) -> None:
        self._stage, self._total = name.value, total

    def step(self, done: int, **_: Any) -> None:
        _say(stage=self._stage, done=done, total=self._total)


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = command_line.Parser(prog="python -m publishing.packaging", description=__doc__)
    parser.add_argument("clip", type=Path, help="a delivery master (MP4, H.264)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--keys", type=Path, default=Path("var/keys"), help="where the signing key is kept")
    parser.add_argument("--title", default="")
    parser.add_argument("--model", default="", help="the model that made it")
    parser.add_argument("--producer", default="Lingying", help="who answers for what was generated")
    parser.add_argument("--produce-id", default=str(uuid.uuid4()))
    parser.add_argument("--propagator", default="Lingying", help="who answers for what is published")
    parser.add_argument("--cover-seconds", type=command_line.seconds, default=0.0)
    parser.add_argument("--not-generated", action="store_true", help="no model made it: no AI label")
    return parser.parse_args(argv)


def _say(**line: object) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
