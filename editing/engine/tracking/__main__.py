"""`python -m editing.engine.tracking clip.mp4 --aspect 9:16 [--debug picture.jpg] [--commands FILE]`

Prints, as one JSON object, how a crop would track the subject of the clip.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from editing.engine.source import open_source
from editing.engine.tracking.crop_track import CropTrack, Scene, sendcmd_script
from editing.engine.tracking.debug_picture import draw
from editing.engine.tracking.track_subject import track_subject
from library.media import command_line
from library.media.shapes import ASPECTS, delivery_size


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    parser = command_line.Parser(
        prog="python -m editing.engine.tracking", description="Track the subject of a clip with a crop."
    )
    parser.add_argument("clip", type=Path)
    parser.add_argument("--aspect", choices=list(ASPECTS), default="9:16")
    parser.add_argument("--start", type=command_line.seconds, default=0.0, help="seconds of the clip")
    parser.add_argument("--end", type=command_line.seconds, help="seconds of the clip")
    parser.add_argument(
        "--debug", type=Path, metavar="JPEG", help="draw the subject found and the camera path"
    )
    parser.add_argument("--commands", type=Path, metavar="FILE", help="write what ffmpeg's sendcmd reads")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """0 when the clip was analysed, 2 when it or a place to write is refused, 130 after Ctrl-C."""
    return command_line.status_of(lambda: _main(arguments(argv)))


def _main(args: argparse.Namespace) -> int:
    for file in filter(None, (args.debug, args.commands)):
        command_line.check_output(file)
    source = open_source(args.clip)
    track = track_subject(source, delivery_size(args.aspect), start=args.start, end=args.end)
    if args.debug:
        draw(source, track, args.debug)
    if args.commands:
        args.commands.write_text(sendcmd_script(track, "crop", since=0.0), encoding="utf-8")
    print(json.dumps(_as_json(track)))
    return 0


def _as_json(track: CropTrack) -> dict[str, Any]:
    box = track.box
    return {
        "trust": round(track.confidence, 3),
        "sure": track.confident,
        "box": {"width": box.width, "height": box.height, "x": box.x, "y": box.y},
        "scenes": [_scene_as_json(scene, track) for scene in track.scenes],
    }


def _scene_as_json(scene: Scene, track: CropTrack) -> dict[str, Any]:
    return {
        "first": scene.first,
        "last": scene.last,
        "move": scene.move,
        "led_by": scene.led_by,
        "trust": scene.confidence,
        "seconds": [round(track.times[at], 3) for at in (scene.first, scene.last - 1)],
    }


if __name__ == "__main__":
    sys.exit(main())
