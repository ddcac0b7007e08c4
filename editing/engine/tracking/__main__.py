"""`python -m editing.engine.tracking clip.mp4 --aspect 9:16 [--debug picture.jpg] [--commands FILE]`

Says, as one JSON object, how a crop would follow the subject of the clip.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import errors
from editing.engine.render.source import open_source
from editing.engine.tracking.commands import commands
from editing.engine.tracking.crop_track import CropTrack
from editing.engine.tracking.debug_picture import draw
from editing.engine.tracking.plan import follow
from library.media.shapes import ASPECTS, delivery_size


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m editing.engine.tracking", description="Follow the subject."
    )
    parser.add_argument("clip", type=Path)
    parser.add_argument("--aspect", choices=list(ASPECTS), default="9:16")
    parser.add_argument("--start", type=float, default=0.0, help="seconds of the clip")
    parser.add_argument("--end", type=float)
    parser.add_argument("--debug", type=Path, metavar="JPEG", help="draw what was seen and the camera's path")
    parser.add_argument("--commands", type=Path, metavar="FILE", help="write what ffmpeg's sendcmd reads")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """0 when the clip was looked at, 2 when it is refused."""
    asked = arguments(argv)
    try:
        source = open_source(asked.clip)
        found = follow(source, delivery_size(asked.aspect), start=asked.start, end=asked.end)
        if asked.debug:
            draw(source, found, asked.debug)
        if asked.commands:
            asked.commands.write_text(commands(found, "crop", since=0.0), encoding="utf-8")
    except (errors.DomainError, OSError) as refused:
        print(refused, file=sys.stderr)
        return 2
    print(json.dumps(_told(found)))
    return 0


def _told(found: CropTrack) -> dict[str, Any]:
    scenes = [
        asdict(scene) | {"seconds": [round(found.times[at], 3) for at in (scene.first, scene.last - 1)]}
        for scene in found.scenes
    ]
    return {"trust": round(found.trust, 3), "sure": found.sure, "box": asdict(found.box), "scenes": scenes}


if __name__ == "__main__":
    sys.exit(main())
