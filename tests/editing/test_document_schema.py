"""The JSON Schema of the edit document, which OpenAPI shows, says what the engine enforces."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import gettext, override

import errors
from editing.engine.document import json_schema, parse
from editing.engine.errors import DocumentInvalid, FieldError, NotOneOf, OutOfRange
from tests.editing.material import cut, document

Place = tuple[Any, ...]
SCHEMA = dict(json_schema())

EVERYTHING = document(
    cut(0, 4, speed=2.0, gain=0, reverse=False, mute=False, effects=[{"name": "grain", "amount": 0.5}]),
    cut(0, 4, reframe={"mode": "crop", "focus": {"x": 0.5, "y": 0.5}}, transition={"seconds": 1}),
    cut(0, 4, speed=[{"at": 0, "speed": 1}, {"at": 1, "speed": 2}], transition={"name": "fade"}),
    {"clip": "a", "start": 1, "freeze": 2},
    captions=[{"text": "端午", "start": 0, "end": 1, "style": "title"}],
    stickers=[{"still": "s", "start": 0, "end": 1, "x": 0.5, "y": 0.5, "width": 0.5, "opacity": 1}],
    music=[{"track": "t", "at": 0, "start": 0, "end": 9, "gain": 0, "fade_in": 1, "fade_out": 1}],
    delivery={"short_side": 96, "upscaler": "lanczos", "loudness": -14, "interpolation": "none"},
    cover=1,
)


def kinds(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas that `schema` may be, references followed."""
    if "$ref" in schema:
        yield from kinds(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    else:
        inner = schema.get("oneOf") or schema.get("anyOf")
        yield from (kind for one in inner for kind in kinds(one)) if inner else (schema,)


def told_of(value: Any, schema: dict[str, Any], place: Place = ()) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Every value in a document with each schema that is told of its place."""
    for kind in kinds(schema):
        if isinstance(value, dict) and _is_of(value, kind):
            for name, one in value.items():
                yield from told_of(one, kind["properties"][name], (*place, name))
        elif isinstance(value, list) and kind.get("type") == "array":
            for index, one in enumerate(value):
                yield from told_of(one, kind.get("items") or kind["prefixItems"][index], (*place, index))
            yield place, kind
        elif not isinstance(value, dict | list):
            yield place, kind


def _is_of(value: dict[str, Any], kind: dict[str, Any]) -> bool:
    known = kind.get("properties", {})
    return value.keys() <= known.keys() and known.get("name", {}).get("const") in (None, value.get("name"))


def replaced(place: Place, value: Any) -> dict[str, Any]:
    """EVERYTHING with another `value` at `place`."""
    changed = copy.deepcopy(EVERYTHING)
    holder: Any = changed
    for part in place[:-1]:
        holder = holder[part]
    holder[place[-1]] = value
    return changed


def path(place: Place) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def problems(value: dict[str, Any]) -> dict[str | None, FieldError]:
    try:
        parse(value)
    except DocumentInvalid as invalid:
        return {problem.field: problem for problem in invalid.problems}
    return {}


BOUNDS = [
    (place, (kind["minimum"], kind["maximum"]), kind[bound], kind[bound] + step)
    for place, kind in told_of(EVERYTHING, SCHEMA)
    for bound, step in (("minimum", -1), ("maximum", 1))
    if bound in kind
]
CHOICES = [
    (place, [*kind.get("enum", []), *([kind["const"]] if "const" in kind else [])])
    for place, kind in told_of(EVERYTHING, SCHEMA)
    if "enum" in kind or "const" in kind
]


def test_every_number_of_the_schema_has_bounds_and_every_list_and_text_a_length() -> None:
    def open_ended(schema: Any) -> Iterator[Any]:
        if isinstance(schema, dict):
            bound = {"number": "maximum", "integer": "maximum", "array": "maxItems", "string": "maxLength"}
            named = schema.keys() & {"const", "enum"} or schema.get("description") == "The same as `start`."
            if not named and bound.get(schema.get("type", ""), "type") not in schema | {"type": 0}:
                yield schema
        inside = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
        for one in inside:
            yield from open_ended(one)

    assert list(open_ended(SCHEMA)) == []


def test_the_schema_is_told_of_every_value_of_a_document_with_everything_in_it() -> None:
    assert problems(EVERYTHING) == {}
    assert len(BOUNDS) > 60 and len(CHOICES) >= 7


@pytest.mark.parametrize(("place", "bounds", "last", "beyond"), BOUNDS, ids=lambda value: str(value)[:60])
def test_a_bound_of_the_schema_is_the_one_that_is_enforced(
    place: Place, bounds: tuple[float, float], last: float, beyond: float
) -> None:
    def refused(value: float) -> bool:
        """By these very bounds, and not because it does not fit the rest of the document."""
        problem = problems(replaced(place, value)).get(path(place))
        return isinstance(problem, OutOfRange) and (problem.params["least"], problem.params["most"]) == bounds

    assert (refused(last), refused(beyond)) == (False, True)


@pytest.mark.parametrize(("place", "choices"), CHOICES, ids=lambda value: str(value)[:60])
def test_the_choices_of_the_schema_are_those_that_are_taken(place: Place, choices: list[Any]) -> None:
    def refused(value: Any) -> bool:
        return isinstance(problems(replaced(place, value)).get(path(place)), NotOneOf)

    assert not any(map(refused, choices)) and refused("another")


def test_several_problems_are_told_at_once_in_the_language_of_the_reader() -> None:
    with pytest.raises(DocumentInvalid) as caught:
        parse(document(cut(3, 2, speed=9), captions=[{"text": " ", "end": 1}], delivery={"upscaler": "span"}))
    told = [problem.as_dict() for problem in caught.value.problems]

    with override("zh-hans"):
        chinese = [errors.render_message(each, gettext) for each in told]
    english = [errors.render_message(each) for each in told]

    assert [each["field"] for each in told] == [
        "clips[0].end",
        "clips[0].speed",
        "captions[0].text",
        "delivery.upscaler",
    ]
    assert english[1] == "This is out of range. Accepted: 0.25 to 4.0." and english[3].endswith(
        "lanczos, ai."
    )
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in sentence) for sentence in chinese)
