"""What a promise may become. Plain strings in the database and in the API."""

from django.db import models


class State(models.TextChoices):
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Origin(models.TextChoices):
    GENERATION = "generation"
    EDIT = "edit"
    UPLOAD = "upload"
    PREVIEW = "preview"  # a quick look at an edit: in no list, gone after a day


class Relation(models.TextChoices):
    """How a clip was made from another."""

    EXTEND = "extend"
    EDIT = "edit"
    TRIM = "trim"
    REFRAME = "reframe"
    UPSCALE = "upscale"


MOVES: dict[State, set[State]] = {
    State.PENDING: {State.READY, State.FAILED, State.CANCELLED},
    State.FAILED: {State.PENDING},  # its job is tried again
    State.READY: set(),
    State.CANCELLED: set(),
}


def origins(to: State) -> list[State]:
    """The states from which `to` may be reached."""
    return [state for state, ends in MOVES.items() if to in ends]
