"""What pydantic found wrong, as errors of ours: each at its JSON path, saying what would be accepted.

What would be accepted is read from the JSON Schema of the very place, which pydantic derives from the same
declarations. A part of a place in angle brackets is no field: it says which of several kinds of value was
tried there, by its title, its name or its JSON type.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from editing.engine import errors
from editing.engine.errors import FieldError

Schema = Mapping[str, Any]
Place = Sequence[int | str]


def translated(invalid: ValidationError, schema: Schema) -> list[FieldError]:
    """Every problem of `invalid`, each once; `schema` is that of the whole document."""
    told = (_translated(found, schema) for found in invalid.errors(include_url=False))
    return list({(error.field, error.code): error for error in told if error}.values())


def _translated(found: ErrorDetails, schema: Schema) -> FieldError | None:
    kind, place = found["type"], found["loc"]
    if kind in OURS:
        return OURS[kind](**found["ctx"]["params"], field=_path(place))
    if kind == "missing" and isinstance(place[-1], int):  # one side of a size
        kind, place = "too_short", place[:-1]
    if kind in UNKNOWN:
        names = (name for one in _at(place[:-1], schema, schema) for name in one.get("properties", ()))
        return errors.UnknownField(accepted=", ".join(dict.fromkeys(names)), field=_path(place))
    accepted = list(_at(place, schema, schema))
    return KINDS[kind](_path(place), found["input"], accepted)


def _path(place: Place) -> str:
    """`clips[0].end`."""
    parts = (part for part in place if not str(part).startswith("<"))
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")


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
        inner = [kind.get("items") or kind["prefixItems"][0] for kind in kinds if kind.get("type") == "array"]
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
    if isinstance(value, bool) or not isinstance(value, int | float):
        return errors.NotANumber(field=path)
    return _range(path, value, accepted)  # an integer that no float can hold


def _whole(path: str, value: Any, accepted: list[Schema]) -> FieldError:
    fraction = isinstance(value, float)
    return errors.NotWhole(field=path) if fraction else errors.NotANumber(field=path)


def _range(path: str, value: Any, accepted: list[Schema]) -> FieldError:
    told = next(kind for kind in accepted if "minimum" in kind)
    return errors.OutOfRange(least=told["minimum"], most=told["maximum"], field=path)


def _count(path: str, value: Any, accepted: list[Schema]) -> FieldError | None:
    told = next(kind for kind in accepted if kind.get("type") in ("array", "string"))
    least = told.get("minItems", told.get("minLength", 0))
    most = told.get("maxItems", told.get("maxLength"))
    if least <= len(value) <= most:  # its items are wrong, and told by themselves
        return None
    return errors.WrongCount(count=len(value), least=least, most=most, field=path)


def _choice(path: str, value: Any, accepted: list[Schema]) -> FieldError:
    names = (name for kind in accepted for name in kind.get("enum", [kind.get("const")]) if name is not None)
    return errors.NotOneOf(accepted=", ".join(map(str, dict.fromkeys(names))), field=path)


def _plain(error: type[FieldError]) -> "Translation":
    return lambda path, value, accepted: error(field=path)


Translation = Callable[[str, Any, list[Schema]], FieldError | None]
OURS = {kind.__name__: kind for kind in FieldError.__subclasses__()}  # raised by validators of our own
UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")  # of a dataclass, of a model
KINDS: Mapping[str, Translation] = {
    "missing": _plain(errors.FieldMissing),
    "float_type": _number,
    "int_type": _whole,
    "finite_number": _range,
    "greater_than_equal": _range,
    "less_than_equal": _range,
    "bool_type": _plain(errors.NotTrueOrFalse),
    "string_type": _plain(errors.NotText),
    "string_unicode": _plain(errors.BrokenText),
    "string_too_short": _plain(errors.BlankText),
    "string_too_long": _count,
    "tuple_type": _plain(errors.NotAList),
    "too_short": _count,
    "too_long": _count,
    "dataclass_type": _plain(errors.NotAnObject),
    "model_type": _plain(errors.NotAnObject),
    "literal_error": _choice,
}
