"""How a picture of another aspect meets the canvas.

A mode is a word here and a framing of the same name in `editing.engine.graph.framing`.
"""

from dataclasses import dataclass, field

from editing.engine.fields import Fields

MODES = ("crop", "pad", "blur", "track")


@dataclass(frozen=True, slots=True)
class Focus:
    """A point of the picture, 0..1 from its left and its top."""

    x: float = 0.5
    y: float = 0.5


@dataclass(frozen=True, slots=True)
class Reframe:
    """`focus` is what a crop keeps in view; a `track` looks for its subject itself, and shows the whole
    picture, on a blurred ground, where it is not sure of one."""

    mode: str = "crop"
    focus: Focus = field(default_factory=Focus)


def read_reframe(fields: Fields | None) -> Reframe:
    if fields is None:
        return Reframe()
    mode = fields.choice("mode", MODES, default="crop")
    reframe = Reframe(mode, _focus(fields.object("focus", default=None)))
    fields.end()
    return reframe


def _focus(fields: Fields | None) -> Focus:
    if fields is None:
        return Focus()
    focus = Focus(fields.number("x", 0, 1, default=0.5), fields.number("y", 0, 1, default=0.5))
    fields.end()
    return focus
