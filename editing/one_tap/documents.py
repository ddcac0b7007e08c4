"""One-tap edits as documents of one clip, and where to look when such a document is wrong."""

from editing.engine.document import Canvas, Cut, Delivery, Document, Reframe
from editing.errors import AlreadyThatLarge
from library.media.shapes import delivery_size, even
from library.models import Clip

FASTEST = 60  # frames a second of any edit
HEIGHTS = (1080, 1440, 2160)

FIELDS = {  # of a one-clip document → of the request
    "clips[0].start": "start",
    "clips[0].end": "end",
    "clips": "end",
    "delivery.short_side": "height",
    "delivery.upscaler": "upscaler",
    "canvas.size": "height",
}


def trimmed(clip: Clip, *, start: float, end: float) -> Document:
    """`start` to `end` seconds of the clip."""
    return Document(_canvas(clip), (Cut(clip=str(clip.pk), start=start, end=end),))


def reframed(clip: Clip, *, aspect: str, mode: str) -> Document:
    """The whole clip in another aspect, its short side as it was."""
    canvas = Canvas(size=delivery_size(aspect), aspect=aspect, fps=_canvas(clip).fps)
    return Document(canvas, (_whole(clip, Reframe(mode)),), delivery=Delivery(short_side=_short(clip)))


def upscaled(clip: Clip, *, height: int, upscaler: str) -> Document:
    """The whole clip with `height` pixels on its short side. Raises AlreadyThatLarge."""
    if _short(clip) >= height:
        raise AlreadyThatLarge(short=_short(clip), most=max(HEIGHTS), field="height")
    delivery = Delivery(short_side=height, upscaler=upscaler)
    return Document(_canvas(clip), (_whole(clip, Reframe()),), delivery=delivery)


def _canvas(clip: Clip) -> Canvas:
    return Canvas(size=(even(clip.width), even(clip.height)), fps=min(clip.fps, FASTEST))


def _whole(clip: Clip, reframe: Reframe) -> Cut:
    return Cut(clip=str(clip.pk), start=0.0, end=clip.seconds, reframe=reframe)


def _short(clip: Clip) -> int:
    return even(min(clip.width, clip.height))
