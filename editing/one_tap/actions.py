"""What people ask of one clip: trim, reframe or upscale it. Each is the render of a document of that clip."""

from creator.models import User
from editing.actions import promise_render
from editing.engine.document import Canvas, Cut, Delivery, Document, Reframe, check
from editing.engine.errors import DocumentInvalid, FieldError
from editing.errors import AlreadyThatLarge
from library.media.shapes import delivery_size, even
from library.models import Clip

MAX_FPS = 60  # of any edit
HEIGHTS = (1080, 1440, 2160)  # pixels of the short side

REQUEST_FIELDS = {  # of the document → of the request
    "clips[0].start": "start",
    "clips[0].end": "end",
    "clips": "end",
    "delivery.short_side": "height",
    "delivery.upscaler": "upscaler",
    "canvas.size": "height",
}


def trim(clip: Clip, *, owner: User, start: float, end: float) -> Clip:
    """`start` to `end` seconds of a clip, ready or pending. Raises DocumentInvalid."""
    cut = Cut(clip=str(clip.pk), start=start, end=end)
    return _promise(Document(canvas=_canvas(clip), clips=(cut,)), clip, owner, "trim")


def reframe(clip: Clip, *, owner: User, aspect: str, mode: str) -> Clip:
    """A clip in another aspect, its short side as it was: `mode` crop, pad, blur or track. Raises
    DocumentInvalid."""
    canvas = Canvas(size=delivery_size(aspect), aspect=aspect, fps=_canvas(clip).fps)
    clips, delivery = (_whole(clip, Reframe(mode=mode)),), Delivery(short_side=_short_side(clip))
    return _promise(Document(canvas=canvas, clips=clips, delivery=delivery), clip, owner, "reframe")


def upscale(clip: Clip, *, owner: User, height: int, upscaler: str) -> Clip:
    """A clip with `height` pixels on its short side. Raises DocumentInvalid, AlreadyThatLarge."""
    if _short_side(clip) >= height:
        raise AlreadyThatLarge(short=_short_side(clip), most=max(HEIGHTS), field="height")
    clips, delivery = (_whole(clip, Reframe()),), Delivery(short_side=height, upscaler=upscaler)
    return _promise(Document(canvas=_canvas(clip), clips=clips, delivery=delivery), clip, owner, "upscale")


def _promise(document: Document, clip: Clip, owner: User, relation: str) -> Clip:
    try:
        return promise_render(check(document), owner=owner, relation=relation, title=clip.title)
    except DocumentInvalid as invalid:
        raise DocumentInvalid([_of_request(problem) for problem in invalid.problems]) from None


def _of_request(problem: FieldError) -> FieldError:
    """The request has no document: its own field is named instead."""
    problem.field = REQUEST_FIELDS.get(str(problem.field), problem.field)
    return problem


def _canvas(clip: Clip) -> Canvas:
    return Canvas(size=(even(clip.width), even(clip.height)), fps=min(clip.fps, MAX_FPS))


def _whole(clip: Clip, reframe: Reframe) -> Cut:
    return Cut(clip=str(clip.pk), start=0.0, end=clip.seconds, reframe=reframe)


def _short_side(clip: Clip) -> int:
    return even(min(clip.width, clip.height))
