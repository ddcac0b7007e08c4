"""Generations over HTTP: what may be asked and what is shown."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.fields import empty

from generation.event_data import sentence
from generation.models import Generation
from generation.pricing import LEAST_SECONDS, SHORT_SIDES
from generation.runner import camera
from generation.runner.model_spec import EVERYTHING
from generation.runner.option import Option, declared
from generation.runner.prompt_parser import ParsedPrompt
from generation.runner.spec import GenerationSpec
from generation.spec_serializer import Field, SceneSerializer, SpecSerializer, accepted, answered
from library.media.shapes import ASPECTS
from library.serializers import ClipSerializer

MOST_VARIANTS = 4
CUT = (
    "The end of the prompt that the model does not read, for it reads so many tokens only. Empty where it "
    "reads all; null where that is not known."
)
FOLLOWS = "Width to height. Where left out, the nearest to that of the first picture; without one, 16:9."
TOLD = "The words that tell the camera move in the prompt: no model here has an input of its own for it."


class ResolutionField(serializers.ChoiceField):
    """The short side, in pixels, by the name that it has here."""

    def __init__(self, **facts: Any) -> None:
        messages: dict[str, Any] = {"invalid_choice": accepted(SHORT_SIDES)}
        super().__init__(choices=list(SHORT_SIDES), error_messages=messages, **facts)

    def get_default(self) -> Any:
        return self.to_internal_value(super().get_default())

    def to_internal_value(self, data: Any) -> Any:
        return SHORT_SIDES[super().to_internal_value(data)]

    def to_representation(self, value: Any) -> str:
        return next(name for name, side in SHORT_SIDES.items() if side == value)


@extend_schema_serializer(component_name="Generation")
class RequestSerializer(SpecSerializer):
    """One clip to make, or several variants of it; what is left out is the model's own, or as said here."""

    declares = GenerationSpec
    differently = {
        "seconds": {"min_value": LEAST_SECONDS},
        "aspect": {"default": empty, "required": False, "help_text": FOLLOWS},
    }
    resolution = ResolutionField(default="720p", source="short_side", help_text="The short side.")
    model = serializers.CharField(max_length=128, required=False, help_text="A name out of GET models.")
    variants = serializers.IntegerField(
        min_value=1,
        max_value=MOST_VARIANTS,
        default=1,
        help_text="Clips of it, each with its own seed.",
    )

    def offers(self, option: Option) -> bool:
        return option.name != "extends"  # a route of its own

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        asked = super().to_internal_value(data)
        beside = {name: asked.pop(name) for name in ("model", "variants") if name in asked}
        return beside | {"spec": GenerationSpec(**asked), "follows": "aspect" not in asked}


class ExtendSerializer(SpecSerializer):
    """What comes after; a model or negative prompt that is left out stays the same, and so does the prompt:
    that of the last scene."""

    declares = GenerationSpec
    differently = {
        "seconds": {"min_value": LEAST_SECONDS, "help_text": "More, not in all."},
        "prompt": {"required": False},
    }
    model = serializers.CharField(max_length=128, required=False)

    def offers(self, option: Option) -> bool:
        return option.name in {"prompt", "negative_prompt", "seconds", "seed", "steps", "guidance", "camera"}


class RerunSerializer(SpecSerializer):
    """The same again; another seed is drawn where none is given."""

    declares = GenerationSpec

    def offers(self, option: Option) -> bool:
        return option.name == "seed"


class UnderstoodSerializer(serializers.Serializer[Any]):
    """What a closed-world model makes of the prompt: what it draws, what it leaves out, and the same as a
    sentence."""

    rewritten_prompt = serializers.CharField(help_text="What the model is given.")
    slots = serializers.DictField(
        child=serializers.CharField(), help_text="Slot → name in the model's world."
    )
    missing = serializers.ListField(child=serializers.CharField(), help_text="Words that are left out.")
    recognised = serializers.BooleanField(
        help_text="False: no word of the prompt asked for what is drawn, a greeting, say."
    )
    unasked = serializers.SerializerMethodField(help_text="Slots that no word asked for.")
    detail = serializers.SerializerMethodField()

    def get_unasked(self, understood: ParsedPrompt) -> list[str]:
        return [slot for slot in understood.slots if slot not in understood.matched_words]

    def get_detail(self, understood: ParsedPrompt) -> str:
        return sentence(understood.captions, understood.missing, understood.recognised)


class ToldSceneSerializer(SceneSerializer):
    """A scene, and what a closed-world model makes of its prompt."""

    understood = UnderstoodSerializer(allow_null=True)
    prompt_cut = serializers.CharField(source="cut", allow_null=True, help_text=CUT)


class ReproducedSerializer(serializers.Serializer[Any]):
    same = serializers.BooleanField(help_text="Whether the two videos are equal byte for byte.")
    differs = serializers.DictField(
        child=serializers.ListField(), help_text="Entry of the capsule → what it was and what it is."
    )


class CroppedSerializer(serializers.Serializer[Any]):
    """A picture whose aspect is another: what is cut away of it, half at each end."""

    picture = serializers.CharField(source="name", help_text="first_frame, last_frame or keyframe SECOND.")
    side = serializers.ChoiceField(choices=["width", "height"])
    share = serializers.FloatField(help_text="Of that side, 0 to 1.")


class QuoteSerializer(serializers.Serializer[Any]):
    credits = serializers.IntegerField(help_text="For all variants.")
    variants = serializers.IntegerField()
    camera_told = serializers.CharField(allow_null=True, help_text=TOLD)
    model = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    fps = serializers.IntegerField()
    seconds = serializers.FloatField()
    frames = serializers.IntegerField()
    cropped = CroppedSerializer(many=True)
    segments = serializers.IntegerField(help_text="How many pieces the model makes it in, one after another.")
    prompt_cut = serializers.CharField(allow_null=True, help_text=CUT)
    understood = UnderstoodSerializer(allow_null=True)
    scenes = ToldSceneSerializer(many=True)


class GenerationSerializer(serializers.ModelSerializer[Generation]):
    """What was asked for, and the clip that comes of it. A picture or clip that was deleted since is null."""

    resolution = ResolutionField(source="spec.short_side", read_only=True)
    seed = serializers.IntegerField(source="spec.seed", read_only=True)
    scenes = ToldSceneSerializer(source="spec.scenes", many=True, read_only=True)
    prompt_cut = serializers.CharField(source="spec.cut", read_only=True, allow_null=True, help_text=CUT)
    understood = UnderstoodSerializer(source="spec.understood", read_only=True, allow_null=True)
    camera_told = serializers.SerializerMethodField(help_text=TOLD)
    cropped = CroppedSerializer(many=True, read_only=True)
    reproduced = ReproducedSerializer(
        read_only=True,
        allow_null=True,
        help_text="Of one made again with the same seed: whether it is the same, once both are there.",
    )
    variants = serializers.SerializerMethodField(help_text="The others that were asked for with it.")
    clip = ClipSerializer(read_only=True)

    def get_fields(self) -> dict[str, Field]:
        written = super().get_fields()
        options = [each for each in declared(GenerationSpec) if each.name not in {*written, "short_side"}]
        return {each.name: answered(each, source=f"current_spec.{each.name}") for each in options} | written

    def get_variants(self, made: Generation) -> list[UUID]:
        return [each.pk for each in made.variants.all()]

    def get_camera_told(self, made: Generation) -> str | None:
        return camera.phrase(made.spec.prompt, made.spec.camera)

    class Meta:
        model = Generation
        fields = (
            "id",
            "model",
            "resolution",
            "seed",
            "scenes",
            "prompt_cut",
            "understood",
            "camera_told",
            "cropped",
            "rerun_of",
            "reproduced",
            "variant_of",
            "variants",
            "cost",
            "clip",
            "created_at",
        )
        read_only_fields = fields


class NativeSerializer(serializers.Serializer[Any]):
    """What the model itself draws, before delivery."""

    sizes = serializers.DictField(child=serializers.ListField(child=serializers.IntegerField()))
    pro_sizes = serializers.DictField(
        child=serializers.ListField(child=serializers.IntegerField()), help_text="What quality pro draws."
    )
    fps = serializers.FloatField()
    max_frames = serializers.IntegerField(help_text="At once; longer clips are made as a chain.")
    frame_rule = serializers.CharField(help_text="Which numbers of frames it makes: 4k+1 or 8k+1.")
    max_conditioning_frames = serializers.IntegerField(help_text="Clean frames that it can go on from.")


class ModelSerializer(serializers.Serializer[Any]):
    """What is null, or a list without entries, is not known of a model that is not available."""

    name = serializers.CharField()
    available = serializers.BooleanField(help_text="Whether it can be asked for now.")
    reason = serializers.CharField(allow_null=True, help_text="Why it is not available.")
    family = serializers.CharField(allow_null=True)
    version = serializers.CharField(allow_null=True)
    status = serializers.CharField(allow_null=True)
    default = serializers.BooleanField()
    languages = serializers.ListField(child=serializers.CharField())
    can = serializers.ListField(
        child=serializers.ChoiceField(choices=EVERYTHING), help_text="Anything else is refused."
    )
    camera = serializers.CharField(
        allow_null=True, help_text="How camera moves are told to it: by the prompt."
    )
    aspects = serializers.ListField(child=serializers.ChoiceField(choices=list(ASPECTS)))
    steps = serializers.IntegerField(allow_null=True)
    pro_steps = serializers.IntegerField(allow_null=True)
    least_steps = serializers.IntegerField(allow_null=True)
    guidance = serializers.FloatField(allow_null=True)
    max_seconds = serializers.FloatField(allow_null=True)
    seconds_at_once = serializers.FloatField(allow_null=True, help_text="Longer clips are made as a chain.")
    native = NativeSerializer(allow_null=True)
