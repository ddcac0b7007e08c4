"""The child of `apart`: `python -m editing.engine.interchange timeline.json answer.json`; 1 if none.

The answer: the document, and records of what was left out."""

import argparse
import json
import sys
from pathlib import Path

from editing.engine.interchange.otio_reader import NoTimeline, read_timeline_and_losses
from library.media import command_line


def main(asked: str, answer: str) -> int:
    """0 with the answer written to `answer`, 1 where `asked` holds no timeline, 2 where either file cannot
    be used."""
    return command_line.status_of(lambda: _main(asked, answer))


def _arguments() -> argparse.Namespace:
    parser = command_line.Parser(prog="python -m editing.engine.interchange", description=__doc__)
    parser.add_argument("asked", metavar="timeline.json")
    parser.add_argument("answer", metavar="answer.json")
    return parser.parse_args()


def _main(asked: str, answer: str) -> int:
    try:
        document, dropped = read_timeline_and_losses(json.loads(Path(asked).read_text()))
    except NoTimeline:
        return 1
    Path(answer).write_text(json.dumps([document, dropped]))
    return 0


if __name__ == "__main__":
    sys.exit(main(**vars(_arguments())))
