"""Times of TTML (W3C, TTML2, section 12.3.1) as seconds; pysubs2 reads none in frames, ticks or `dur`."""

import re
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/ns/ttml"
OLD_NAMESPACES = re.compile(r"http://www\.w3\.org/2006/(?:10|04)/ttaf1")  # DFXP, before it was a standard
_PARAMETER = f"{{{NAMESPACE}#parameter}}"
_CLOCK = re.compile(r"(?:(\d{1,6}):)?(\d{1,3}):(\d{1,2}(?:\.\d{1,9})?)(?::(\d{1,4})(?:\.\d{1,4})?)?")
_OFFSET = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)(h|ms|m|s|f|t)")
_FRAMES, _MOST_FRAMES = 30.0, 1_000  # a second: what TTML counts where nothing is said
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def in_seconds(text: str) -> str:
    """The same document in today's namespace, with every `begin` and `end` in seconds and without `dur`.

    Raises ParseError (a SyntaxError), and ValueError for a time that is none."""
    root = ElementTree.fromstring(OLD_NAMESPACES.sub(NAMESPACE, text))
    frames, ticks = _rates(root)
    for element in root.iter():
        told = ((name, element.attrib.pop(name, None)) for name in ("begin", "end", "dur"))
        times = {name: _seconds(said.strip(), frames, ticks) for name, said in told if said is not None}
        if "dur" in times:
            lasts = times.get("begin", 0.0) + times.pop("dur")
            times["end"] = min(lasts, times.get("end", lasts))
        element.attrib.update({name: f"{at:.3f}s" for name, at in times.items()})
    return ElementTree.tostring(root, encoding="unicode")


def _rates(root: ElementTree.Element) -> tuple[float, float]:
    """Frames and ticks in a second."""
    said = root.get(f"{_PARAMETER}frameRate")
    over, under = (float(part) for part in root.get(f"{_PARAMETER}frameRateMultiplier", "1 1").split())
    frames = float(said or _FRAMES) * over / under if under else 0.0
    ticks = float(root.get(f"{_PARAMETER}tickRate", 0)) or (frames if said else 1.0)
    if not (0 < frames <= _MOST_FRAMES and ticks > 0):
        raise ValueError("No such rate.")
    return frames, ticks


def _seconds(said: str, frames: float, ticks: float) -> float:
    if clock := _CLOCK.fullmatch(said):
        hours, minutes, seconds, frame = clock.groups(default="0")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds) + int(frame) / frames
    if (offset := _OFFSET.fullmatch(said)) is None:
        raise ValueError("No time.")
    count, unit = float(offset[1]), offset[2]
    return count * (_UNITS | {"f": 1 / frames, "t": 1 / ticks})[unit]
