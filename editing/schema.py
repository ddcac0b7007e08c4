"""The edit document for whoever reads the OpenAPI document. `editing.engine.document` decides; this tells."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from editing.engine import document as doc
from editing.engine.catalogue.effects import EFFECTS
from editing.engine.catalogue.transitions import TRANSITIONS
from editing.engine.document import canvas, cut, effect, music, speed, sticker, transition, whole
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


def _one_of(names: Any, **more: Any) -> dict[str, Any]:
    return {"type": "string", "enum": list(names), **more}


def _id(of: str) -> dict[str, Any]:
    return {"type": "string", "format": "uuid", "description": f"{of} of one's own."}


def _effect(name: str) -> dict[str, Any]:
    settings = {
        setting: _number(bounds.least, bounds.most, default=bounds.default)
        for setting, bounds in EFFECTS[name].settings.items()
    }
    return _object(["name"], name=_one_of([name]), **settings) | {"title": name}


WHETHER = {"type": "boolean", "default": False}
GAIN = _number(*doc.GAINS, default=0, description="Decibels.")
CANVAS = _object(
    [],
    aspect=_one_of(ASPECTS),
    size=_list(_whole(32, doc.MOST_PIXELS_LONG, multipleOf=2), 2, 2),
    fps=_whole(1, 60, default=FRAME_RATE),
) | {"description": "Either an aspect (at 720p) or a size of its own: width, height, even numbers."}
FOCUS = _object([], x=_number(0, 1, default=0.5), y=_number(0, 1, default=0.5)) | {
    "description": "What a crop keeps in view."
}
REFRAME = _object([], mode=_one_of(doc.MODES, default="crop"), focus=FOCUS)
POINT = _object(["at", "speed"], at=_number(0, 1), speed=_number(*doc.SPEEDS))
SPEED = {
    "oneOf": [_number(*doc.SPEEDS), _list(POINT, 2, speed.MOST_POINTS)],
    "default": 1,
    "description": "One speed, or a curve: points from 0 (the cut begins) to 1 (it ends), in order; between "
    "two it changes evenly, and two at one moment are a jump.",
}
TRANSITION = _object(
    [], name=_one_of(TRANSITIONS, default="fade"), seconds=_number(0, transition.LONGEST, default=0.5)
) | {"description": "How the cut takes over from the one before; both are seen so long. Not on the first."}
CUT = _object(
    ["clip"],
    clip=_id("A clip, ready or pending,"),
    start=_number(0, doc.LONGEST_CLIP, default=0),
    end=_number(0, doc.LONGEST_CLIP, description="Needed, unless the cut is frozen."),
    freeze=_number(0, cut.LONGEST_FREEZE, description="Show the picture at `start` so long, in silence."),
    speed=SPEED,
    reverse=WHETHER,
    mute=WHETHER,
    gain=GAIN,
    reframe=REFRAME,
    effects=_list({"oneOf": [_effect(name) for name in EFFECTS]}, 0, effect.MOST_EFFECTS),
    transition=TRANSITION,
)
CAPTION = _object(
    ["text", "end"],
    text={"type": "string", "minLength": 1, "maxLength": 300},
    start=_number(0, doc.MOST_SECONDS, default=0),
    end=_number(0, doc.MOST_SECONDS),
    style=_one_of(doc.STYLES, default="subtitle"),
)
STICKER = _object(
    ["still", "end"],
    still=_id("A still"),
    start=_number(0, doc.MOST_SECONDS, default=0),
    end=_number(0, doc.MOST_SECONDS),
    x=_number(0, 1, default=0.5),
    y=_number(0, 1, default=0.5),
    width=_number(*sticker.WIDTHS, default=0.25, description="A part of the canvas's."),
    opacity=_number(0, 1, default=1),
)
MUSIC = _object(
    ["track"],
    track=_id("A track, ready or pending,"),
    at=_number(0, doc.MOST_SECONDS, default=0, description="When in the edit it begins."),
    start=_number(0, doc.LONGEST_CLIP, default=0),
    end=_number(0, doc.LONGEST_CLIP),
    gain=GAIN,
    fade_in=_number(0, music.LONGEST_FADE, default=0),
    fade_out=_number(0, music.LONGEST_FADE, default=0),
    duck=WHETHER | {"description": "Step back while the clips are heard."},
)
DELIVERY = _object(
    [],
    short_side=_whole(*canvas.SHORT_SIDES),
    upscaler=_one_of(doc.UPSCALERS, default="lanczos"),
    loudness=_number(*doc.LOUDNESS, description="LUFS, integrated over the edit; left as it is if not told."),
    interpolation=_one_of(doc.INTERPOLATIONS, default="none"),
)
DOCUMENT = _object(
    ["version", "canvas", "clips"],
    version={"type": "integer", "enum": [doc.VERSION]},
    canvas=CANVAS,
    clips=_list(CUT, 1, whole.MOST_CLIPS),
    captions=_list(CAPTION, 0, whole.MOST_CAPTIONS),
    stickers=_list(STICKER, 0, whole.MOST_STICKERS),
    music=_list(MUSIC, 0, whole.MOST_MUSIC),
    cover=_number(0, doc.MOST_SECONDS, description="The moment that stands for the whole."),
    delivery=DELIVERY,
) | {
    "description": "The whole edit. Times in seconds: `start` and `end` of a clip or a track are its own; "
    "those of captions and stickers, `music.at` and `cover` are the edit's."
}


@extend_schema_field(DOCUMENT)
class DocumentField(serializers.JSONField):
    """An edit document. The engine validates it, and names every problem by its path."""
