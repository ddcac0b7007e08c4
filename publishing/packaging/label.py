"""The two labels that AI-made media carry: one people see, one machines read (GB 45438-2025)."""

import json
import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from library.media import fonts

TEXT = "AI生成 · AI-generated"
LEAST_SECONDS = 2.0  # what the standard asks; the default is longer, so that no player rounds to less
# Of the short side. A capital is 0.73 of the font size high, so even "AI" is above the 5 % that is asked.
FONT_SIZE = 0.07
IS_GENERATED = "1"  # "1": it is AI-made, "2": it may be, "3": it is suspected to be


@dataclass(frozen=True)
class Label:
    """Who made it, who publishes it, and the text shown at the beginning.

    `seconds` is how long the text is shown, at least 2; a shorter clip shows it to its end.
    """

    producer: str
    produce_id: str
    propagator: str = ""
    propagate_id: str = ""
    text: str = TEXT
    seconds: float = 3.0

    def __post_init__(self) -> None:
        if self.seconds < LEAST_SECONDS:
            raise ValueError(f"A label stays at least {LEAST_SECONDS} s; {self.seconds} s were asked for.")

    @property
    def metadata(self) -> dict[str, str]:
        """The container's metadata: one key, `AIGC`, whose value is JSON with nothing but strings."""
        fields = {
            "Label": IS_GENERATED,
            "ContentProducer": self.producer,
            "ProduceID": self.produce_id,
            "ReservedCode1": "",
            "ContentPropagator": self.propagator,
            "PropagateID": self.propagate_id,
            "ReservedCode2": "",
        }
        return {"AIGC": json.dumps(fields, ensure_ascii=False, separators=(",", ":"))}

    def frames(self, fps: Fraction) -> int:
        """How many frames from the start show the text, at `fps` frames a second."""
        return math.ceil(Fraction(self.seconds) * fps)


def burn(label: Label, *, short: int, fps: Fraction, folder: Path) -> str:
    """The drawtext filter of the label, for an ffmpeg that runs in `folder`; `short` side in pixels.

    Text and font are read from files of fixed names in `folder`: nothing has to be escaped, nothing expands.
    """
    (folder / "label.txt").write_text(label.text, encoding="utf-8")
    font = folder / "label.otf"
    font.unlink(missing_ok=True)
    font.symlink_to(fonts.CJK)
    size, margin = math.ceil(short * FONT_SIZE), round(short * 0.04)
    words = f"fontfile=label.otf:textfile=label.txt:expansion=none:fontsize={size}:fontcolor=white"
    place = f"x={margin}:y={margin}:box=1:boxcolor=black@0.6:boxborderw={round(size * 0.35)}"
    return f"drawtext={words}:{place}:enable='lt(n,{label.frames(fps)})'"
