"""Reading an edit document from JSON, and writing it back."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, TypeAdapter, ValidationError

from editing.engine import errors
from editing.engine.document.checks import as_a_whole
from editing.engine.document.effect import Effect
from editing.engine.document.problems import translated
from editing.engine.document.types import OBJECT, OneOf
from editing.engine.document.whole import Document

VERSION = 1


@dataclass(frozen=True, slots=True)
class _Written(Document):
    """A document as it is written: with the version of the format."""

    __pydantic_config__ = OBJECT

    version: Annotated[int, OneOf(VERSION)] = field(kw_only=True)


def _document(written: _Written) -> Document:
    return Document(**{one.name: getattr(written, one.name) for one in fields(Document)})


_ADAPTER: TypeAdapter[Document] = TypeAdapter(Annotated[_Written, AfterValidator(_document)])
SCHEMA: dict[str, Any] = _ADAPTER.json_schema()  # JSON Schema 2020-12, with its parts in `$defs`


def parse(value: Any) -> Document:
    """The document in `value` (as json.loads gives it). Raises DocumentInvalid with all its problems."""
    try:
        document = _ADAPTER.validate_python(_tidied(value))
    except ValidationError as invalid:
        raise errors.DocumentInvalid(translated(invalid, SCHEMA)) from None
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


def _tidied(value: Any) -> Any:
    """`value` without nulls, which mean the same as nothing, and with names that can be told and stored."""
    if isinstance(value, Mapping):
        return {_name(key): _tidied(one) for key, one in value.items() if one is not None}
    return [_tidied(one) for one in value] if isinstance(value, list | tuple) else value


def _name(key: Any) -> str:
    return str(key)[:80].encode(errors="backslashreplace").decode()
