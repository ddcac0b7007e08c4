"""The edit document for whoever reads the OpenAPI document. `editing.engine.document` decides; this tells."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from editing.engine import document as doc
from library.media.shapes import ASPECTS, FRAME_RATE


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    shape = {"type": "object", "properties": properties, "additionalProperties": False}
    return shape | ({"required": required} if required else {})


def _number(least: float, most: float, **more: Any) -> dict[str, Any]:
    return {"type": "number", "minimum": least, "maximum": most, **more}


def _whole(least: int, most: int, **more: Any) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most, **more}


def _list(items: dict[str, Any], least: int, most: int, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most, **more}


CANVAS = _object(
    [],
    aspect={"type": "string", "enum": list(ASPECTS)},
    size=_list(_whole(32, doc.MOST_PIXELS_LONG, multipleOf=2), 2, 2),
    fps=_whole(1, 60, default=FRAME_RATE),
) | {"description": "Either an aspect (at 720p) or a size of its own: width, height, even numbers."}
FOCUS = _object(["x", "y"], x=_number(0, 1), y=_number(0, 1)) | {"description": "What a crop keeps in view."}
REFRAME = _object([], mode={"type": "string", "enum": list(doc.MODES), "default": "crop"}, focus=FOCUS)
CUT = _object(
    ["clip", "end"],
    clip={"type": "string", "format": "uuid", "description": "A clip of one's own, ready or pending."},
    start=_number(0, doc.LONGEST_CLIP, default=0),
    end=_number(0, doc.LONGEST_CLIP),
    speed=_number(*doc.SPEEDS, default=1),
    reframe=REFRAME,
)
CAPTION = _object(
    ["text", "end"],
    text={"type": "string", "minLength": 1, "maxLength": 300},
    start=_number(0, doc.MOST_SECONDS, default=0),
    end=_number(0, doc.MOST_SECONDS),
    style={"type": "string", "enum": list(doc.STYLES), "default": "subtitle"},
)
DELIVERY = _object(
    [],
    short_side=_whole(32, 2160),
    upscaler={"type": "string", "enum": list(doc.UPSCALERS), "default": "lanczos"},
)
DOCUMENT = _object(
    ["version", "canvas", "clips"],
    version={"type": "integer", "enum": [doc.VERSION]},
    canvas=CANVAS,
    clips=_list(CUT, 1, doc.MOST_CLIPS),
    captions=_list(CAPTION, 0, doc.MOST_CAPTIONS),
    delivery=DELIVERY,
) | {"description": "The whole edit. Times in seconds: a clip's are its own, a caption's are the edit's."}


@extend_schema_field(DOCUMENT)
class DocumentField(serializers.JSONField):
    """An edit document. The engine validates it, and names every problem by its path."""
