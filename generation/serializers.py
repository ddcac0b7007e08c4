"""Generations over HTTP: what may be asked and what is shown."""

import math
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from generation.models import Generation
from generation.pricing import SIDES
from generation.runner import camera
from generation.runner.model_spec import EVERYTHING, QUALITIES, STD
from generation.runner.plan import LEAST_STEPS, MOST_STEPS
from generation.runner.prompt_parser import summary
from generation.runner.spec import LONGEST
from library.media.shapes import ASPECTS
from library.serializers import ClipSerializer

LONGEST_PROMPT = 2000
MOST_VARIANTS, MOST_KEYFRAMES, MOST_SCENES = 4, 8, 24
TOLD = "The words that tell the camera move in the prompt: no model here has an input of its own for it."
LARGEST_SEED = 2**53 - 1  # what every JSON reader keeps exactly


class Finite(serializers.FloatField):
    """A number: neither NaN nor infinite, whatever it is written as."""

    def to_internal_value(self, data: Any) -> float:
        number = super().to_internal_value(data)
        if not math.isfinite(number):
            self.fail("invalid")
        return number


class CameraField(serializers.ChoiceField):
    """A camera move."""

    def __init__(self, **more: Any) -> None:
        accepted = _(
            "Accepted: still, pan-left, pan-right, tilt-up, tilt-down, "
            "zoom-in, zoom-out, roll-left, roll-right."
        )
        super().__init__(choices=list(camera.MOVES), error_messages={"invalid_choice": accepted}, **more)


class SamplingSerializer(serializers.Serializer[Any]):
    """How it is to be sampled; the model's own numbers where left out."""

    seed = serializers.IntegerField(min_value=0, max_value=LARGEST_SEED, required=False, allow_null=True)
    steps = serializers.IntegerField(
        min_value=LEAST_STEPS, max_value=MOST_STEPS, required=False, allow_null=True
    )
    guidance = Finite(min_value=1, max_value=20, required=False, allow_null=True)


class KeyframeSerializer(serializers.Serializer[Any]):
    at = Finite(min_value=0, max_value=LONGEST, help_text="Seconds from the beginning of the clip.")
    still = serializers.UUIDField(help_text="A still's id.")


class SceneSerializer(serializers.Serializer[Any]):
    at = Finite(min_value=0, max_value=LONGEST, help_text="Seconds from the beginning of what is made up.")
    prompt = serializers.CharField(max_length=LONGEST_PROMPT)


class RequestSerializer(SamplingSerializer):
    prompt = serializers.CharField(max_length=LONGEST_PROMPT)
    negative_prompt = serializers.CharField(max_length=LONGEST_PROMPT, required=False, allow_blank=True)
    model = serializers.CharField(max_length=128, required=False, help_text="A name out of GET models.")
    seconds = Finite(min_value=1, max_value=LONGEST, default=5.0)
    aspect = serializers.ChoiceField(
        choices=list(ASPECTS),
        default="16:9",
        error_messages={"invalid_choice": _("Accepted: 16:9, 9:16, 1:1, 4:3, 3:4, 21:9.")},
    )
    resolution = serializers.ChoiceField(
        choices=list(SIDES),
        default="720p",
        help_text="The short side.",
        error_messages={"invalid_choice": _("Accepted: 540p, 720p, 1080p.")},
    )
    first_frame = serializers.UUIDField(required=False, allow_null=True, help_text="A still's id.")
    last_frame = serializers.UUIDField(required=False, allow_null=True, help_text="A still's id.")
    keyframes = serializers.ListField(
        child=KeyframeSerializer(),
        required=False,
        max_length=MOST_KEYFRAMES,
        help_text="Pictures on the way.",
    )
    scenes = serializers.ListField(
        child=SceneSerializer(),
        required=False,
        max_length=MOST_SCENES,
        help_text="From its second on, each takes the prompt's place. At least a second apart.",
    )
    quality = serializers.ChoiceField(
        choices=list(QUALITIES),
        default=STD,
        help_text="Pro takes more steps, and a larger native size where the model has one; it costs more.",
        error_messages={"invalid_choice": _("Accepted: std, pro.")},
    )
    camera = CameraField(required=False, allow_null=True)
    variants = serializers.IntegerField(
        min_value=1,
        max_value=MOST_VARIANTS,
        default=1,
        help_text="Clips of it, each with its own seed.",
    )


class ExtendSerializer(SamplingSerializer):
    camera = CameraField(required=False, allow_null=True)
    seconds = Finite(min_value=1, max_value=LONGEST, default=5.0, help_text="More, not in all.")
    prompt = serializers.CharField(max_length=LONGEST_PROMPT, required=False)
    negative_prompt = serializers.CharField(max_length=LONGEST_PROMPT, required=False, allow_blank=True)
    model = serializers.CharField(max_length=128, required=False)


class RerunSerializer(serializers.Serializer[Any]):
    seed = serializers.IntegerField(min_value=0, max_value=LARGEST_SEED, required=False, allow_null=True)


class UnderstoodSerializer(serializers.Serializer[Any]):
    """What a closed-world model makes of the prompt: what it draws, what it leaves out, and the same as a
    sentence."""

    rewritten_prompt = serializers.CharField(help_text="What the model is given.")
    slots = serializers.DictField(
        child=serializers.CharField(), help_text="Slot → name in the model's world."
    )
    missing = serializers.ListField(child=serializers.CharField(), help_text="Words that are left out.")
    detail = serializers.SerializerMethodField()

    def get_detail(self, understood: dict[str, Any]) -> str:
        language = "zh" if (get_language() or "").startswith("zh") else "en"
        return summary.summarize(understood, language, gettext)


class ToldSceneSerializer(SceneSerializer):
    understood = UnderstoodSerializer(allow_null=True)


class ReproducedSerializer(serializers.Serializer[Any]):
    same = serializers.BooleanField(help_text="Whether the two videos are equal byte for byte.")
    differs = serializers.DictField(
        child=serializers.ListField(), help_text="Entry of the capsule → what it was and what it is."
    )


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
    segments = serializers.IntegerField(help_text="How many pieces the model makes it in, one after another.")
    understood = UnderstoodSerializer(allow_null=True)
    scenes = ToldSceneSerializer(many=True)


class GenerationSerializer(serializers.ModelSerializer[Generation]):
    clip = ClipSerializer(read_only=True)
    understood = UnderstoodSerializer(read_only=True, allow_null=True)
    scenes = ToldSceneSerializer(many=True, read_only=True)
    reproduced = ReproducedSerializer(
        read_only=True,
        allow_null=True,
        help_text="Of one made again with the same seed: whether it is the same, once both are there.",
    )
    keyframes = serializers.SerializerMethodField()
    variants = serializers.SerializerMethodField(help_text="The others that were asked for with it.")
    camera_told = serializers.SerializerMethodField(help_text=TOLD)

    @extend_schema_field(KeyframeSerializer(many=True))
    def get_keyframes(self, made: Generation) -> list[dict[str, Any]]:
        return [{"at": each.at, "still": each.still_id} for each in made.keyframes.all()]

    def get_variants(self, made: Generation) -> list[UUID]:
        return [each.pk for each in made.variants.all()]

    def get_camera_told(self, made: Generation) -> str | None:
        return camera.words(made.prompt, made.camera)

    class Meta:
        model = Generation
        fields = (
            "id",
            "model",
            "prompt",
            "understood",
            "negative_prompt",
            "seconds",
            "aspect",
            "resolution",
            "seed",
            "steps",
            "guidance",
            "first_frame",
            "last_frame",
            "extends",
            "keyframes",
            "scenes",
            "quality",
            "camera",
            "camera_told",
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
    name = serializers.CharField()
    family = serializers.CharField()
    version = serializers.CharField()
    status = serializers.CharField()
    default = serializers.BooleanField()
    languages = serializers.ListField(child=serializers.CharField())
    can = serializers.ListField(
        child=serializers.ChoiceField(choices=EVERYTHING), help_text="Anything else is refused."
    )
    camera = serializers.CharField(help_text="How camera moves are told to it: by the prompt.")
    aspects = serializers.ListField(child=serializers.CharField())
    steps = serializers.IntegerField()
    pro_steps = serializers.IntegerField()
    least_steps = serializers.IntegerField()
    guidance = serializers.FloatField()
    max_seconds = serializers.FloatField()
    seconds_at_once = serializers.FloatField(help_text="Longer clips are made as a chain.")
    native = NativeSerializer()
