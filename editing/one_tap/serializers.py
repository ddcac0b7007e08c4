"""One-tap edits as they are asked for."""

from typing import Any

from rest_framework import serializers

from api.fields import FiniteFloatField, NumberChoiceField
from editing.engine.document import LONGEST_CLIP, MODES, UPSCALERS
from editing.one_tap.actions import HEIGHTS
from library.media.shapes import ASPECTS


class TrimSerializer(serializers.Serializer[Any]):
    """Which part to keep, in seconds of the clip."""

    start = FiniteFloatField(min_value=0, max_value=LONGEST_CLIP)
    end = FiniteFloatField(min_value=0, max_value=LONGEST_CLIP)


class ReframeSerializer(serializers.Serializer[Any]):
    aspect = serializers.ChoiceField(choices=list(ASPECTS))
    mode = serializers.ChoiceField(
        choices=list(MODES),
        default="crop",
        help_text="crop: fill the frame; pad: the whole picture on black; blur: on a blurred copy of itself; "
        "track: a crop that follows the subject, or blur where none is sure.",
    )


class UpscaleSerializer(serializers.Serializer[Any]):
    height = NumberChoiceField(choices=list(HEIGHTS), help_text="Pixels of the short side.")
    upscaler = serializers.ChoiceField(
        choices=list(UPSCALERS),
        default="lanczos",
        help_text="lanczos: at once; ai: sharper on drawn and generated pictures, seconds of CPU for each.",
    )
