"""Reading an edit document from JSON, and writing it back."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, TypeAdapter, ValidationError

from editing.engine import errors
from editing.engine.document.checks import as_a_whole
from editing.engine.document.effect import Effect
from editing.engine.document.problems import translated
from editing.engine.document.types import OneOf
from editing.engine.document.whole import Document

VERSION = 1


def _integer(value: Any) -> int | None:
    return value if type(value) is int else None  # true and 1.0 would equal 1


@dataclass(frozen=True, slots=True)
class _Written(Document):
    """The whole edit, and the version of the format. Times in seconds: `start` and `end` of a clip or a track
    are its own; those of captions and stickers, `music.at` and `cover` are the edit's."""

    version: Annotated[int, OneOf(VERSION), BeforeValidator(_integer)] = field(kw_only=True)


def parse(value: Any) -> Document:
    """The document in `value` (as json.loads gives it). Raises DocumentInvalid with all its problems."""
    problems = list(_canvas_said_twice(value))
    try:
        document = _adapter().validate_python(value)
    except ValidationError as invalid:
        problems += translated(invalid, json_schema())
    errors.raise_for(problems)
    return check(document)


def check(document: Document) -> Document:
    """The same document, if its parts fit together. Raises DocumentInvalid."""
    errors.raise_for(as_a_whole(document))
    return document


def dump(document: Document) -> dict[str, Any]:
    """The JSON of a document; `parse` reads it back to an equal one."""
    value = {"version": VERSION, **_plain(document)}
    canvas = value["canvas"]
    if canvas.get("aspect"):
        del canvas["size"]
    return value


@cache
def json_schema() -> Mapping[str, Any]:
    """What `parse` accepts, as JSON Schema 2020-12, with the parts of a document in `$defs`."""
    return _adapter().json_schema()


@cache
def _adapter() -> TypeAdapter[Document]:
    """Made when it is first needed: most processes that import the engine read no document."""
    return TypeAdapter(Annotated[_Written, AfterValidator(_document)])


def _document(written: _Written) -> Document:
    return Document(**{one.name: getattr(written, one.name) for one in fields(Document)})


def _canvas_said_twice(value: Any) -> Iterator[errors.FieldError]:
    """What two fields say together pydantic would only ask where nothing else in the canvas is wrong."""
    canvas = value.get("canvas") if isinstance(value, Mapping) else None
    if isinstance(canvas, Mapping) and (canvas.get("aspect") is None) == (canvas.get("size") is None):
        yield errors.OneCanvas(field="canvas")


def _plain(value: Any) -> Any:
    """Dataclasses as objects, tuples as lists; what is as it would be anyway is left out."""
    if isinstance(value, Effect):
        return {"name": value.name, **dict(value.settings)}
    if is_dataclass(value):
        held = {one.name: getattr(value, one.name) for one in fields(value) if not _is_default(value, one)}
        return {name: _plain(one) for name, one in held.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _is_default(value: Any, one: Field[Any]) -> bool:
    made = one.default if one.default_factory is MISSING else one.default_factory()
    return bool(getattr(value, one.name) == made)
