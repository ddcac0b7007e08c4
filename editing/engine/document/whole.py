"""The whole edit document: reading it from JSON, and writing it back."""

from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from fractions import Fraction
from typing import Any

from editing.engine import errors
from editing.engine.document.canvas import Canvas, Delivery, delivered, read_canvas, read_delivery
from editing.engine.document.caption import Caption, read_caption
from editing.engine.document.checks import MOST_SECONDS, as_a_whole
from editing.engine.document.cut import Cut, read_cut
from editing.engine.document.effect import Effect
from editing.engine.document.music import Music, read_music
from editing.engine.document.sticker import Sticker, read_sticker
from editing.engine.errors import refuse
from editing.engine.fields import Fields
from editing.engine.timing.exact import exact, nearest

VERSION = 1
MOST_CLIPS, MOST_CAPTIONS, MOST_STICKERS, MOST_MUSIC = 32, 200, 16, 8


@dataclass(frozen=True, slots=True)
class Document:
    """`cover`: the moment of the edit, in seconds, that stands for it; None leaves that to the library."""

    canvas: Canvas
    clips: tuple[Cut, ...]
    captions: tuple[Caption, ...] = ()
    delivery: Delivery = field(default_factory=Delivery)
    stickers: tuple[Sticker, ...] = ()
    music: tuple[Music, ...] = ()
    cover: float | None = None

    @property
    def named(self) -> frozenset[str]:
        """Every clip, still and track it needs."""
        laid = (*(one.still for one in self.stickers), *(one.track for one in self.music))
        return frozenset((*(cut.clip for cut in self.clips), *laid))

    @property
    def seconds(self) -> Fraction:
        """How long it plays: a transition shortens it by what it overlaps."""
        played = sum((cut.seconds for cut in self.clips), start=Fraction(0))
        return played - sum(exact(cut.transition.seconds) for cut in self.clips if cut.transition)

    @property
    def frames(self) -> int:
        return nearest(self.seconds * self.canvas.fps)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of what is delivered, even numbers."""
        return delivered(self.canvas, self.delivery)


def parse(value: Any) -> Document:
    """The document in `value` (as json.loads gives it). Raises DocumentInvalid with all its problems."""
    problems: list[errors.Problem] = []
    root = Fields(value, "", problems)
    if root.readable:
        root.choice("version", (VERSION,))
    document = Document(
        read_canvas(root.object("canvas")),
        tuple(read_cut(one) for one in root.objects("clips", 1, MOST_CLIPS)),
        tuple(read_caption(one, MOST_SECONDS) for one in _some(root, "captions", MOST_CAPTIONS)),
        read_delivery(root.object("delivery", default=None)),
        tuple(read_sticker(one, MOST_SECONDS) for one in _some(root, "stickers", MOST_STICKERS)),
        tuple(read_music(one, MOST_SECONDS) for one in _some(root, "music", MOST_MUSIC)),
        root.number("cover", 0, MOST_SECONDS, default=None),
    )
    root.end()
    refuse(problems)
    return check(document)


def check(document: Document) -> Document:
    """The same document, if its parts fit together. Raises DocumentInvalid."""
    refuse(as_a_whole(document))
    return document


def dump(document: Document) -> dict[str, Any]:
    """The JSON of a document; `parse` reads it back to an equal one."""
    value = {"version": VERSION, **_plain(document)}
    canvas = value["canvas"]
    if canvas.get("aspect"):
        del canvas["size"]
    return value


def _some(root: Fields, name: str, most: int) -> Any:
    return root.objects(name, 0, most, default=())


def _plain(value: Any) -> Any:
    """Dataclasses as objects, tuples as lists; what is as it would be anyway is left out."""
    if isinstance(value, Effect):
        return {"name": value.name, **dict(value.settings)}
    if is_dataclass(value):
        held = {one.name: getattr(value, one.name) for one in fields(value) if not _as_ever(value, one)}
        return {name: _plain(one) for name, one in held.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _as_ever(value: Any, one: Field[Any]) -> bool:
    made = one.default if one.default_factory is MISSING else one.default_factory()
    return bool(getattr(value, one.name) == made)
