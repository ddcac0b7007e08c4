"""The child of `apart`: `python -m editing.engine.interchange timeline.json answer.json`; 1 if none.

The answer: the document, and records of what was left out."""

import json
import sys
from pathlib import Path

from editing.engine.interchange.otio_reader import NoTimeline, read_timeline_and_losses


def main(asked: str, answer: str) -> int:
    try:
        document, dropped = read_timeline_and_losses(json.loads(Path(asked).read_text()))
    except NoTimeline:
        return 1
    Path(answer).write_text(json.dumps([document, dropped]))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
