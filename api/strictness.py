"""What a request says beside what its serializer takes: refused, where DRF would leave it out or guess.

A field that does not exist, a field that only the server sets, a value of another JSON type. JSON Schema has
one kind of number: 5.0 is an integer, "5" and true are none.
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

Field = serializers.Field[Any, Any, Any, Any]
Problems = dict[str | int, Any]
"""As ValidationError takes them: the name of a field, or the place in a list → what is wrong there."""

CODES = frozenset({"unknown-field", "unknown-parameter", "read-only", "repeated"})
MOST_PROBLEMS = 50  # told at once: an answer shall not be many times as long as its request
LONGEST_NAME = 60  # characters of a name that is said again, and compared with others
NUMBERS, TEXT = (int, float), (str,)
JSON_TYPES: tuple[tuple[type[Field], tuple[type, ...]], ...] = (
    (serializers.BooleanField, (bool,)),
    (serializers.IntegerField, NUMBERS),
    (serializers.FloatField, NUMBERS),
    (serializers.CharField, TEXT),
    (serializers.UUIDField, TEXT),
)


def problems(serializer: Field, sent: Any, *, fixed: Iterable[str] = ()) -> Problems:
    """What is wrong with `sent`, as `serializer` takes it; empty where nothing is.

    `sent` is JSON, or a form, whose values are all text. `fixed` names fields that are shown of the thing and
    that nobody sends: they are refused with that reason.
    """
    if isinstance(sent, QueryDict):
        return dict(islice(_of_form(serializer, sent), MOST_PROBLEMS))
    if isinstance(serializer, serializers.Serializer) and isinstance(sent, Mapping):
        return dict(islice(_of_object(serializer, sent, frozenset(fixed)), MOST_PROBLEMS))
    return {}


def unknown_field(name: str, accepted: Iterable[str]) -> ErrorDetail:
    """There is no field `name`; the nearest that exists is named."""
    return _unknown(
        name,
        list(accepted),
        "unknown-field",
        nothing=_("There is no field “{name}” here: nothing is taken."),
        nearest=_("There is no field “{name}” here; the nearest is “{nearest}”. Accepted: {accepted}."),
        others=_("There is no field “{name}” here. Accepted: {accepted}."),
    )


def unknown_parameter(name: str, accepted: Iterable[str]) -> ErrorDetail:
    """There is no query parameter `name`; the nearest that exists is named."""
    return _unknown(
        name,
        list(accepted),
        "unknown-parameter",
        nothing=_("There is no parameter “{name}” here: none is taken."),
        nearest=_("There is no parameter “{name}” here; the nearest is “{nearest}”. Accepted: {accepted}."),
        others=_("There is no parameter “{name}” here. Accepted: {accepted}."),
    )


def repeated(name: str) -> ErrorDetail:
    """Of several values for one name, the server and who reads on the way may each believe another."""
    return _detail(_("“{name}” was sent more than once. Send it once."), "repeated", name)


def _unknown(
    name: str, accepted: list[str], code: str, *, nothing: str, nearest: str, others: str
) -> ErrorDetail:
    sentence = nothing if not accepted else nearest if _nearest(name, accepted) else others
    return _detail(sentence, code, name, accepted)


def _of_form(form: Field, sent: QueryDict) -> Iterator[tuple[str, Any]]:
    taken = _taken(form)
    for name in sent:
        if name not in taken:
            yield name[:LONGEST_NAME], [unknown_field(name, taken)]
        elif len(sent.getlist(name)) > 1:
            yield name, [repeated(name)]


def _of_object(
    form: serializers.Serializer[Any], sent: Mapping[str, Any], fixed: frozenset[str]
) -> Iterator[tuple[str | int, Any]]:
    taken = _taken(form)
    for name, value in sent.items():
        if name not in taken:
            known = name in form.fields or name in fixed
            yield name[:LONGEST_NAME], [(_fixed if known else unknown_field)(name, taken)]
        elif wrong := _of_value(taken[name], value):
            yield name, wrong


def _fixed(name: str, accepted: Iterable[str]) -> ErrorDetail:
    sentence = _("“{name}” is set by the server alone and cannot be sent. Accepted: {accepted}.")
    return _detail(sentence, "read-only", name, list(accepted))


def _of_value(field: Field, value: Any) -> Any:
    """What is wrong with `value` where `field` is; None or nothing where its JSON type is right."""
    if value is None:
        return None  # DRF says whether null is taken
    if isinstance(field, serializers.Serializer):
        return problems(field, value)
    if isinstance(field, serializers.ListField | serializers.MultipleChoiceField):
        return _of_list(field, value)
    if isinstance(field, serializers.DictField) and isinstance(value, Mapping):
        return _numbered((key, _of_value(field.child, one)) for key, one in value.items())
    if isinstance(field, serializers.ChoiceField):
        return None if _is_choice(field, value) else [_not_a_choice(field)]
    for kind, types in JSON_TYPES:
        if isinstance(field, kind) and not _is_one(value, types):
            return _failed(field, "invalid", value=value)
    return None


def _is_choice(field: serializers.ChoiceField, value: Any) -> bool:
    """Whether `value` is one of the choices, and of its JSON type; whole numbers may have a point."""
    if isinstance(value, str) and not value:
        return field.allow_blank
    alike = [choice for choice in field.choices if choice == value]
    return any(_is_one(value, NUMBERS if type(choice) is int else (type(choice),)) for choice in alike)


def _not_a_choice(field: serializers.ChoiceField) -> ErrorDetail:
    choices = ", ".join(map(str, field.choices))
    return ErrorDetail(_("Accepted: {choices}.").format(choices=choices), code="invalid_choice")


def _of_list(field: serializers.ListField | serializers.MultipleChoiceField, value: Any) -> Any:
    if not isinstance(value, list):
        return _failed(field, "not_a_list", input_type=type(value).__name__)
    if isinstance(field, serializers.MultipleChoiceField):
        one = serializers.ChoiceField(choices=field.choices)
        return _numbered((place, _of_value(one, each)) for place, each in enumerate(value))
    return _numbered((place, _of_value(field.child, each)) for place, each in enumerate(value))


def _numbered(found: Iterable[tuple[Any, Any]]) -> Problems:
    return dict(islice(((place, wrong) for place, wrong in found if wrong), MOST_PROBLEMS))


def _is_one(value: Any, types: tuple[type, ...]) -> bool:
    """Whether `value` is of one of `types`: true and false are of no other than bool."""
    return type(value) in types if isinstance(value, bool) else isinstance(value, types)


def _failed(field: Field, key: str, **params: Any) -> list[ErrorDetail]:
    """The sentence that `field` itself says."""
    try:
        field.fail(key, **params)
    except ValidationError as error:
        return list(error.detail)  # type: ignore[arg-type]  # one sentence is a list of one


def _taken(form: Field) -> dict[str, Field]:
    fields: Mapping[str, Field] = getattr(form, "fields", {})
    return {name: field for name, field in fields.items() if not field.read_only}


def _nearest(name: str, names: list[str]) -> str:
    return next(iter(get_close_matches(name[:LONGEST_NAME].lower(), names, n=1)), "")


def _detail(sentence: str, code: str, name: str, accepted: Iterable[str] = ()) -> ErrorDetail:
    here = list(accepted)
    said = {"name": name[:LONGEST_NAME], "nearest": _nearest(name, here), "accepted": ", ".join(here)}
    return ErrorDetail(sentence.format(**said), code=code)
