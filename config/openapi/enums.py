"""Choices: each list of them is a component with a name of its own, wherever it is offered or shown."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from api.filters import ORDERS
from creator.models import Transfer
from creator.roles import Role
from creator.scopes import Scope
from editing.engine.catalogue.transitions import TRANSITIONS
from editing.engine.document import INTERPOLATIONS, MODES, STYLES, UPSCALERS
from editing.engine.templates.fill import templates
from editing.engine.text.charsets import ACCEPTED as CHARSETS
from editing.engine.text.subtitles import FORMATS
from editing.one_tap.actions import HEIGHTS
from generation.pricing import SHORT_SIDES
from generation.runner.camera import MOVES
from generation.runner.model_spec import EVERYTHING, QUALITIES
from jobs.ledger import states as jobs
from jobs.realtime.events import BECAUSE
from library import states as library
from library.media.shapes import ASPECTS
from library.views import LISTED
from publishing.cases.reasons import REASONS
from publishing.feed.views import TABS
from publishing.models import Post
from waitlist.models import WaitlistEntry

NAMES: dict[str, Iterable[Any]] = {
    "Aspect": ASPECTS,
    "CameraMove": MOVES,
    "CaptionFormat": FORMATS,
    "CaptionStyle": STYLES,
    "Charset": CHARSETS,
    "ClipOrigin": library.Origin.values,
    "ClipRelation": library.Relation.values,
    "FeedTab": TABS,
    "FrameInterpolation": INTERPOLATIONS,
    "JobState": jobs.State,
    "ApplicantDevice": WaitlistEntry.Device.values,
    "ListOrdering": ORDERS,
    "ListedOrigin": LISTED,
    "ModelAbility": EVERYTHING,
    "NodeMedium": ("picture", "sound"),
    "NodeRole": ("input", "filter", "output"),
    "PostState": Post.State.values,
    "PromiseState": library.State.values,
    "PictureSide": ("width", "height"),
    "Quality": QUALITIES,
    "QueuedAgain": BECAUSE,
    "ReceiptKind": Transfer.Kind.values,
    "ReframeMode": MODES,
    "Resolution": SHORT_SIDES,
    "StaffRole": Role.values,
    "Scope": Scope.values,
    "TakedownReason": REASONS,
    "TemplateName": templates(),
    "TransitionName": TRANSITIONS,
    "UploadedKind": ("clip", "still", "track"),
    "UpscaledHeight": HEIGHTS,
    "Upscaler": UPSCALERS,
    "Visibility": Post.Visibility.values,
    "WaitlistState": ("waiting", "admitted"),
}


def name(document: dict[str, Any]) -> None:
    """Move every list of choices in `document` to the component of its name, and refer to that instead.

    A single choice that has no name is written as a constant. KeyError for a list that NAMES has not.
    """
    schemas = document["components"]["schemas"]
    offers = [part for part in _parts([document["paths"], schemas]) if isinstance(part.get("enum"), list)]
    found: dict[str, Any] = {}
    for offer in offers:
        _name(offer, found)
    document["components"]["schemas"] = dict(sorted((schemas | found).items()))


def _name(offer: dict[str, Any], found: dict[str, Any]) -> None:
    """Let the schema `offer` refer to the component of its choices, which is added to `found`."""
    choices = [choice for choice in offer.pop("enum") if choice not in ("", None)]
    kind = offer.pop("type")
    offer.pop("x-spec-enum-id", None)
    named = _names().get(frozenset(choices))
    if named:
        nullable = isinstance(kind, list)
        found[named] = {"type": kind[0] if nullable else kind, "enum": choices}
        offer |= _reference(named, nullable=nullable, alone=not offer)
    elif len(choices) == 1:
        offer |= {"type": kind, "const": choices[0]}
    else:
        raise KeyError(f"config.openapi.enums.NAMES has no name for {choices}.")


def _reference(named: str, *, nullable: bool, alone: bool) -> dict[str, Any]:
    """`alone`: nothing else is said beside it; else not every reader of OpenAPI takes a plain reference."""
    reference = {"$ref": f"#/components/schemas/{named}"}
    if nullable:
        return {"oneOf": [reference, {"type": "null"}]}
    return reference if alone else {"allOf": [reference]}


@cache
def _names() -> dict[frozenset[Any], str]:
    return {frozenset(values): name for name, values in NAMES.items()}


def _parts(value: Any) -> list[dict[str, Any]]:
    """Every object within `value`, itself included."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [*([value] if isinstance(value, dict) else []), *(part for one in inner for part in _parts(one))]
