"""The child of `apart`: `python -m editing.engine.interchange timeline.json document.json`; 1 if none."""

import json
import sys
from pathlib import Path

from editing.engine.interchange.otio_reader import NoTimeline, read_timeline


def main(asked: str, answer: str) -> int:
    try:
        document = read_timeline(json.loads(Path(asked).read_text()))
    except NoTimeline:
        return 1
    Path(answer).write_text(json.dumps(document))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
