"""From `start` to `end`, in seconds."""

from editing.engine import errors
from editing.engine.fields import Fields


def read_interval(fields: Fields, most: float) -> tuple[float, float]:
    """`start` (0 unless told) and a later `end`, both at most `most` seconds."""
    before = len(fields.problems)
    start, end = fields.number("start", 0, most, default=0.0), fields.number("end", 0, most)
    if end <= start and len(fields.problems) == before:
        fields.note(errors.EndBeforeStart(least=start, field=fields.at("end")))
    return start, end
