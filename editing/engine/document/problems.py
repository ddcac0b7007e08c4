"""What pydantic found wrong, as errors of ours: each at its JSON path, saying what would be accepted.

What would be accepted is read from the JSON Schema of the very place, which pydantic derives from the same
declarations. A part of a place in angle brackets is no field: it says which of several kinds of value was
tried there, by its title, its name or its JSON type.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from editing.engine import errors
from editing.engine.errors import FieldError

MOST_PROBLEMS = 100  # told at once: an answer shall not be many times as long as its request

Schema = Mapping[str, Any]
Place = Sequence[int | str]
FieldNames = tuple[str, str]  # the path of an object, and the fields that it may have


def translated(invalid: ValidationError, schema: Schema) -> list[FieldError]:
    """The first MOST_PROBLEMS of `invalid`; `schema` is that of the whole document."""
    unknown = cache(partial(_unknown, schema=schema))  # an object may hold very many
    first = invalid.errors(include_url=False)[:MOST_PROBLEMS]
    return [_translated(found, schema, unknown) for found in first]


def _translated(found: ErrorDetails, schema: Schema, unknown: Callable[[Place], FieldNames]) -> FieldError:
    kind, place = found["type"], found["loc"]
    if kind in OURS:
        return OURS[kind](**found["ctx"]["params"], field=_path(place))
    if kind in UNKNOWN:
        path, accepted = unknown(place[:-1])
        return errors.UnknownField(accepted=accepted, field=f"{path}.{place[-1]}".removeprefix("."))
    return KINDS[kind](_path(place), found["input"], list(_at(place, schema, schema)))


def _unknown(place: Place, schema: Schema) -> FieldNames:
    names = (name for one in _at(place, schema, schema) for name in one.get("properties", ()))
    return _path(place), _listed(names)


def _path(place: Place) -> str:
    """`clips[0].end`."""
    parts = (part for part in place if not str(part).startswith("<"))
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")


def _listed(names: Iterator[Any]) -> str:
    return ", ".join(map(str, dict.fromkeys(names)))


def _at(place: Place, schema: Schema, root: Schema) -> Iterator[Schema]:
    """The schemas of the values that are accepted at `place` below `schema`."""
    kinds = list(_kinds(schema, root))
    if not place:
        yield from kinds
        return
    part, rest = place[0], place[1:]
    if isinstance(part, str) and part.startswith("<"):
        inner = [kind for kind in kinds if part[1:-1] in _called(kind)] or kinds
    elif isinstance(part, int):
        inner = [kind["items"] for kind in kinds if "items" in kind]
    else:
        inner = [kind["properties"][part] for kind in kinds if part in kind.get("properties", ())]
    for one in inner:
        yield from _at(rest, one, root)


def _kinds(schema: Schema, root: Schema) -> Iterator[Schema]:
    """`schema`, or those it is one of; references followed."""
    if "$ref" in schema:
        yield from _kinds(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    elif choices := schema.get("oneOf") or schema.get("anyOf"):
        for one in choices:
            yield from _kinds(one, root)
    else:
        yield schema


def _called(schema: Schema) -> tuple[Any, ...]:
    """What tells a kind of value: its title, its JSON type, or the one name that it may have."""
    named = schema.get("properties", {}).get("name", {}).get("const")
    return schema.get("title"), schema.get("type"), named


def _number(path: str, value: Any, accepted: list[Schema]) -> FieldError:
    bounds = next(kind for kind in accepted if "minimum" in kind)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return errors.NotANumber(field=path)
    if not bounds["minimum"] <= value <= bounds["maximum"]:  # as no NaN is
        return errors.OutOfRange(least=bounds["minimum"], most=bounds["maximum"], field=path)
    return errors.NotWhole(field=path)


def _text(path: str, value: Any, accepted: list[Schema]) -> FieldError:
    if not isinstance(value, str):
        return errors.NotText(field=path)
    most = next(kind["maxLength"] for kind in accepted if "maxLength" in kind)
    if len(value) > most:
        return errors.WrongCount(count=len(value), least=1, most=most, field=path)
    return errors.BrokenText(field=path) if value else errors.BlankText(field=path)


def _choice(path: str, value: Any, accepted: list[Schema]) -> FieldError:
    names = (name for kind in accepted for name in kind.get("enum", [kind.get("const")]) if name is not None)
    return errors.NotOneOf(accepted=_listed(names), field=path)


def _string(path: str, value: Any, accepted: list[Schema]) -> FieldError:
    """Half a character, where there are choices or not."""
    return (_text if any("maxLength" in kind for kind in accepted) else _choice)(path, value, accepted)


def _plain(error: type[FieldError]) -> "Translation":
    return lambda path, value, accepted: error(field=path)


Translation = Callable[[str, Any, list[Schema]], FieldError]
OURS = {kind.__name__: kind for kind in FieldError.__subclasses__()}  # raised by validators of our own
UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")  # of a dataclass, of an effect
KINDS: Mapping[str, Translation] = {
    "missing": _plain(errors.FieldMissing),
    **dict.fromkeys(("float_type", "int_type", "finite_number"), _number),
    **dict.fromkeys(("greater_than_equal", "less_than_equal"), _number),
    **dict.fromkeys(("string_type", "string_too_short", "string_too_long"), _text),
    **dict.fromkeys(("literal_error", "int_parsing_size"), _choice),
    "string_unicode": _string,
    "bool_type": _plain(errors.NotTrueOrFalse),
    "tuple_type": _plain(errors.NotAList),
    "dataclass_type": _plain(errors.NotAnObject),
    "dict_type": _plain(errors.NotAnObject),
}
