"""The published file as a stranger would examine it: picture, label, manifest."""

import json
from pathlib import Path
from typing import Any

import av
import c2pa


def verify(path: Path, *, seconds: float) -> dict[str, Any]:
    """What the file says of itself; AssertionError where it is not the upright clip asked for."""
    facts = _picture(path) | {"AIGC": _label(path), "c2pa": _manifest(path)}
    assert facts["codec"] == "h264" and facts["fps"] == 30, facts
    assert (facts["width"], facts["height"]) == (720, 1280), facts
    assert facts["frames"] == round(seconds * facts["fps"]), facts
    assert facts["AIGC"]["Label"] == "1" and facts["c2pa"] in {"Valid", "Trusted"}, facts
    return facts


def _picture(path: Path) -> dict[str, Any]:
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        assert stream.duration is not None and stream.time_base is not None
        facts = {
            "codec": stream.codec_context.name,
            "width": stream.width,
            "height": stream.height,
            "fps": float(stream.average_rate or 0),
            "video_seconds": float(stream.duration * stream.time_base),
        }
        return facts | {"frames": sum(1 for _ in file.decode(stream))}


def _label(path: Path) -> dict[str, str]:
    with av.open(str(path)) as file:
        return dict(json.loads(file.metadata["AIGC"]))


def _manifest(path: Path) -> str:
    with c2pa.Reader(str(path)) as reader:
        return str(json.loads(reader.json())["validation_state"])
