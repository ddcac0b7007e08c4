"""The kinds of values an edit document is made of, each declared once: type, bounds, and what else must hold.

pydantic reads a document by them, and derives the JSON Schema that OpenAPI shows. What it has no word for
raises one of our own errors, by `fail`.
"""

from collections.abc import Callable, Set
from dataclasses import fields
from itertools import islice
from typing import Annotated, Any, NoReturn

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    ValidationInfo,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from editing.engine import errors
from editing.engine.typesetting.runs import UNSEEN

JsonSchema = dict[str, Any]

LONGEST_CLIP = 36_000.0  # seconds
MOST_SECONDS = 600.0  # of an edit
MOST_TOLD = 20  # unknown fields of one object: there may be a hundred thousand
GAINS = (-60.0, 20.0)  # decibels


def fail(error: errors.FieldError) -> NoReturn:
    """Raise `error` from inside a validator; `problems` finds its place in the document."""
    raise PydanticCustomError(
        type(error).__name__, "{message}", {"message": error.message, "params": error.params}
    )


class Part:
    """What every object of a document has in common: null means absent, unknown fields are refused."""

    __slots__ = ()
    __pydantic_config__ = ConfigDict(extra="forbid")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        known = {one.name for one in fields(cls)}  # type: ignore[arg-type]  # parts are dataclasses
        referred = handler(source)
        made: Any = handler.resolve_ref_schema(referred)  # changed in place: every later use refers to it
        made["schema"] = core_schema.no_info_before_validator_function(tidied(known), made["schema"])
        return referred


def tidied(known: Set[str]) -> Callable[[Any], Any]:
    """A validator of objects: `known` fields that are null are left out. The others are refused, null or
    not, so their names are made such as can be told and stored; of very many the first are told."""

    def tidy(value: Any) -> Any:
        if not isinstance(value, dict) or (value.keys() <= known and None not in value.values()):
            return value
        kept = {name: one for name, one in value.items() if one is not None and name in known}
        unknown = islice((item for item in value.items() if item[0] not in known), MOST_TOLD)
        return kept | {_tellable(name): one for name, one in unknown}

    return tidy


class Between:
    """A number from `least` to `most`, both included. 1 is one too, true is not, and no NaN lies between."""

    def __init__(self, least: float, most: float) -> None:
        self.least, self.most = least, most

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.float_schema(ge=self.least, le=self.most, allow_inf_nan=False, strict=True)


class Whole:
    """A whole number from `least` to `most`. 30.0 is one too: JSON knows no difference."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        number = core_schema.int_schema(ge=self.least, le=self.most, strict=True)
        return core_schema.no_info_before_validator_function(_integral, number)


class OneOf:
    """One of `names`: a Literal whose choices a table decides."""

    def __init__(self, *names: str | int) -> None:
        self.names = names

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(list(self.names))


class Items:
    """A list of `least` to `most` items. They are counted before any is read: a million take long."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._counted, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        return {**handler(schema), "minItems": self.least, "maxItems": self.most}

    def _counted(self, value: Any) -> Any:
        if isinstance(value, list | tuple) and not self.least <= len(value) <= self.most:
            fail(errors.WrongCount(count=len(value), least=self.least, most=self.most))
        return value


class ReadAs:
    """In JSON it is of `kind`, which validators turn into the type that is annotated."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler.generate_schema(self.kind)


def _tellable(name: object) -> str:
    return str(name)[:80].encode(errors="backslashreplace").decode()


def _integral(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _readable(text: str) -> str:
    """Text that can be stored, and in which there is something to see. (Half characters pydantic refuses.)"""
    if "\0" in text:
        fail(errors.BrokenText())
    if all(UNSEEN.match(letter) for letter in text):
        fail(errors.BlankText())
    return text


def _after_start(end: float | None, info: ValidationInfo) -> float | None:
    start = info.data.get("start")  # absent where it is wrong itself
    if end is not None and start is not None and end <= start:
        fail(errors.EndBeforeStart(least=start))
    return end


Flag = Annotated[bool, Strict()]
Readable = AfterValidator(_readable)
# a UUID in the API, a file's name on the command line
Id = Annotated[
    str, Strict(), Field(min_length=1, max_length=500, json_schema_extra={"format": "uuid"}), Readable
]
AfterStart = AfterValidator(_after_start)
ClipSeconds = Annotated[float, Between(0, LONGEST_CLIP)]  # from the beginning of a clip or a track
EditSeconds = Annotated[float, Between(0, MOST_SECONDS)]  # from the beginning of the edit
ZeroIfAbsent = Field(default=0.0)  # in JSON; code always says it, and so does what `dump` writes
Gain = Annotated[float, Between(*GAINS), Field(description="Decibels.")]
Share = Annotated[float, Between(0, 1)]  # of a picture, a canvas or a cut, from its left, top or beginning
