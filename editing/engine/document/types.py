"""The kinds of values an edit document is made of, each declared once: type, bounds, and what else must hold.

pydantic reads a document by them, and derives the JSON Schema that OpenAPI shows. What it has no word for
raises one of our own errors, by `fail`.
"""

from typing import Annotated, Any, NoReturn

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    Strict,
    ValidationInfo,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from editing.engine import errors

OBJECT = ConfigDict(extra="forbid")  # what is not understood is refused, never ignored
LONGEST_CLIP = 36_000.0  # seconds
MOST_SECONDS = 600.0  # of an edit
GAINS = (-60.0, 20.0)  # decibels

Number = Annotated[float, Strict()]  # an int is one, true is not
Flag = Annotated[bool, Strict()]


def fail(error: errors.FieldError) -> NoReturn:
    """Raise `error` from inside a validator; `reading` finds its place in the document."""
    raise PydanticCustomError(
        type(error).__name__, "{message}", {"message": error.message, "params": error.params}
    )


def between(least: float, most: float, **more: Any) -> FieldInfo:
    """The bounds of a number, both included. No NaN lies within."""
    told: FieldInfo = Field(ge=least, le=most, allow_inf_nan=False, **more)
    return told


def whole(least: int, most: int, **more: Any) -> FieldInfo:
    """The bounds of a whole number, both included."""
    told: FieldInfo = Field(ge=least, le=most, **more)
    return told


class OneOf:
    """One of `names`: a Literal whose choices a table decides."""

    def __init__(self, *names: str | int) -> None:
        self.names = names

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(list(self.names))


class ReadAs:
    """In JSON it is of `kind`, which validators turn into the type that is annotated."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler.generate_schema(self.kind)


def _integral(value: Any) -> Any:
    """30.0 is a whole number too: JSON knows no difference."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _readable(text: str) -> str:
    """Text that can be stored, and in which there is something to see."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        fail(errors.BrokenText())
    if not any(letter.isprintable() and not letter.isspace() for letter in text):
        fail(errors.BlankText())
    return text


def _after_start(end: float | None, info: ValidationInfo) -> float | None:
    start = info.data.get("start")  # absent where it is wrong itself
    if end is not None and start is not None and end <= start:
        fail(errors.EndBeforeStart(least=start))
    return end


Whole = Annotated[int, Strict(), BeforeValidator(_integral)]
Readable = AfterValidator(_readable)
# a UUID in the API, a file's name on the command line
Id = Annotated[str, Strict(), Field(min_length=1, max_length=500), Readable]
AfterStart = AfterValidator(_after_start)
ClipSeconds = Annotated[Number, between(0, LONGEST_CLIP)]  # counted from the beginning of a clip or a track
EditSeconds = Annotated[Number, between(0, MOST_SECONDS)]  # counted from the beginning of the edit
Gain = Annotated[Number, between(*GAINS, description="Decibels.")]
Share = Annotated[
    Number, between(0, 1)
]  # of the canvas, the picture or the cut: 0 is its left, top or beginning
