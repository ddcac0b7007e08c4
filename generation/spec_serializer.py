"""Fields of REST built from the options that `generation.runner.spec` declares."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from api.fields import FiniteFloatField, VisibleTextField
from generation.runner.option import Option, declared
from generation.runner.spec import Keyframe, Scene

Field = serializers.Field[Any, Any, Any, Any]


class ReferenceField(serializers.UUIDField):
    """The id of a still or clip, as a string."""

    def to_internal_value(self, data: Any) -> Any:
        return str(super().to_internal_value(data))


class SpecSerializer(serializers.Serializer[Any]):
    """A field for every option that the dataclass `declares`, beside those that a subclass writes out.

    `differently` says what is otherwise here: keyword arguments of a field, by the option's name."""

    declares: ClassVar[type]
    differently: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    def offers(self, option: Option) -> bool:
        """Whether `option` can be asked for here."""
        return True

    def get_fields(self) -> dict[str, Field]:
        written = super().get_fields()
        taken = {field.source for field in written.values()}
        options = [each for each in declared(self.declares) if each.name not in taken and self.offers(each)]
        return {
            each.name: requested(each, **self.differently.get(each.name, {})) for each in options
        } | written


class EntrySerializer(SpecSerializer):
    """One entry of an option that takes several."""

    def to_internal_value(self, data: Any) -> Any:
        return self.declares(**super().to_internal_value(data))


class SceneSerializer(EntrySerializer):
    """From its second on, its prompt says what is shown."""

    declares = Scene


class KeyframeSerializer(EntrySerializer):
    """A picture that the clip passes through."""

    declares = Keyframe


@extend_schema_serializer(component_name="Keyframe")
class AnsweredKeyframeSerializer(KeyframeSerializer):
    """A picture that the clip passes through; null once that was deleted."""

    still = ReferenceField(allow_null=True, help_text="A still's id.")


ENTRIES: dict[type, type[EntrySerializer]] = {Scene: SceneSerializer, Keyframe: KeyframeSerializer}
ANSWERED = ENTRIES | {Keyframe: AnsweredKeyframeSerializer}
PLAIN: dict[type, type[Field]] = {
    str: VisibleTextField,
    int: serializers.IntegerField,
    float: FiniteFloatField,
}


def accepted(choices: Iterable[Any]) -> Any:
    """The sentence that says which `choices` there are, in the reader's language."""
    return format_lazy(_("Accepted: {choices}."), choices=", ".join(map(str, choices)))


def requested(option: Option, **differently: Any) -> Field:
    """The field that takes `option` in a request."""
    facts: dict[str, Any] = {"help_text": _help(option)}
    if not option.required:
        facts |= {"default": option.default} if option.default else {"required": False}
        facts |= {"allow_null": True} if option.nullable else {}
    if option.many:
        return serializers.ListField(
            child=ENTRIES[option.kind](), max_length=option.longest, **facts | differently
        )
    if option.reference:
        return ReferenceField(**facts | differently)
    if option.choices:
        messages: dict[str, Any] = {"invalid_choice": accepted(option.choices)}
        return serializers.ChoiceField(choices=option.choices, error_messages=messages, **facts | differently)
    return PLAIN[option.kind](**facts | _bounds(option) | differently)


def answered(option: Option, *, source: str) -> Field:
    """The field that shows `option` in an answer, read from the attribute `source`."""
    facts: dict[str, Any] = {"read_only": True, "source": source}
    if option.many:
        return ANSWERED[option.kind](many=True, **facts)
    facts |= {"help_text": _help(option), "allow_null": option.nullable}
    if option.choices:
        return serializers.ChoiceField(choices=option.choices, **facts)
    return ReferenceField(**facts) if option.reference else PLAIN[option.kind](**facts)


def _bounds(option: Option) -> dict[str, Any]:
    if option.kind is not str:
        return {"min_value": option.least, "max_value": option.most}
    return {"max_length": option.longest} | ({"allow_blank": True} if option.default == "" else {})


def _help(option: Option) -> str:
    return " ".join(filter(None, [option.help, option.reference and f"A {option.reference}'s id."]))
