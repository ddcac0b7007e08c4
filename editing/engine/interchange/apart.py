"""A stranger's timeline, read in a guarded child.

OpenTimelineIO reads with native code, which a timeline can crash: a clip of its first version that has the
media references of the second is a null pointer there (0.18.1). What dies of it must be nobody's server.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from editing.engine.import_errors import Record
from editing.engine.interchange.otio_reader import NoTimeline
from editing.engine.interchange.otio_writer import Value
from library.media.guard import process
from library.media.guard.process import GIB, Limits

ROOT = Path(__file__).resolve().parents[3]
LIMITS = Limits(seconds=20, memory=4 * GIB, data=GIB // 2, file_bytes=64 << 20)


def read_timeline_apart(timeline: Any) -> tuple[Value, list[Record]]:
    """As `read_timeline_and_losses`. Raises NoTimeline as well where the child died, or ran into LIMITS."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answer = Path(folder, "timeline.json"), Path(folder, "answer.json")
        asked.write_text(json.dumps(timeline))
        argv = [sys.executable, "-m", "editing.engine.interchange", str(asked), str(answer)]
        try:
            ended = process.run(argv, cwd=ROOT, limits=LIMITS)
        except process.TimedOut:
            raise NoTimeline(field="timeline") from None
        if ended.returncode:
            raise NoTimeline(field="timeline")
        document, dropped = json.loads(answer.read_text())
        return document, dropped
