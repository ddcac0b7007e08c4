"""How a cut takes over from the one before it: both are seen for a while, and the edit is so much shorter."""

from dataclasses import dataclass

from editing.engine.catalogue.transitions import TRANSITIONS
from editing.engine.fields import Fields

LONGEST = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Transition:
    """`seconds` during which the two overlap, in picture and sound."""

    name: str = "fade"
    seconds: float = 0.5


def read_transition(fields: Fields | None) -> Transition | None:
    if fields is None:
        return None
    name = fields.choice("name", TRANSITIONS, default="fade")
    transition = Transition(name, fields.number("seconds", 0, LONGEST, default=0.5))
    fields.end()
    return transition
