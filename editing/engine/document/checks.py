"""What is wrong with a document only when its parts are seen together."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from editing.engine import errors
from editing.engine.catalogue.styles import STYLES
from editing.engine.document.cut import Cut
from editing.engine.document.types import MOST_SECONDS
from editing.engine.document.whole import MOST_ASPECT, MOST_PIXELS, MOST_PIXELS_LONG, Document
from editing.engine.errors import FieldError
from editing.engine.exact import at_least, at_most, exact, is_below
from editing.engine.typesetting.block import too_many
from editing.engine.typesetting.runs import missing, name

REVERSED_BYTES = 1 << 30  # of decoded pictures, all that plays backwards together
MIXED_BYTES = 2 << 30  # of decoded pictures, those of both clips that one transition mixes
MOST_CURVE_POINTS = 128  # of all cuts: each becomes a piece of the graph, in picture and in sound
LAST_MOMENT = Fraction(1, 1000)  # seconds before the end, from which something can still be heard
MOST_ENLARGED = 60.0  # seconds of clips: the net takes seconds of CPU for one picture


def as_a_whole(document: Document) -> Iterator[FieldError]:
    """Every such problem, in the order of the document."""
    for index, cut in enumerate(document.clips):
        yield from _cut(cut, f"clips[{index}]", document.canvas.fps)
    yield from _curves(document)
    yield from _transitions(document)
    yield from _length(document)
    yield from _beyond_the_end(document)
    yield from _size(document)
    yield from _captions(document)
    yield from _mixed(document)
    yield from _enlarged(document)


def _cut(cut: Cut, path: str, fps: int) -> Iterator[FieldError]:
    frame = Fraction(1, fps)
    if cut.freeze is not None:
        if is_below(cut.seconds, least := at_least(frame)):
            yield errors.OutOfRange(least=least, most="60", field=f"{path}.freeze")
    elif cut.end <= cut.start:
        yield errors.EndBeforeStart(least=cut.start, field=f"{path}.end")
    elif cut.seconds < frame and is_below(cut.length, least := at_least(frame * cut.fastest)):
        yield errors.TooShort(least=least, field=f"{path}.end")


def _curves(document: Document) -> Iterator[FieldError]:
    points = [len(cut.speed) if isinstance(cut.speed, tuple) else 0 for cut in document.clips]
    if sum(points) > MOST_CURVE_POINTS:
        last = max(index for index, count in enumerate(points) if count)
        yield errors.CurvesTooFine(count=sum(points), most=MOST_CURVE_POINTS, field=f"clips[{last}].speed")


def _transitions(document: Document) -> Iterator[FieldError]:
    fps = document.canvas.fps
    leads = [exact(cut.transition.seconds) if cut.transition else Fraction(0) for cut in document.clips]
    if document.clips and document.clips[0].transition:
        yield errors.NothingBefore(field="clips[0].transition")
    for index, (sooner, later) in enumerate(pairwise(document.clips), start=1):
        path, lead = f"clips[{index}].transition.seconds", leads[index]
        most = min(sooner.seconds - leads[index - 1], later.seconds)
        if later.transition and is_below(lead, least := at_least(Fraction(1, fps))):
            yield errors.TransitionTooShort(least=least, field=path)
        elif lead > most:
            yield errors.TransitionTooLong(most=max(0.0, at_most(most)), field=path)


def _length(document: Document) -> Iterator[FieldError]:
    if document.seconds > MOST_SECONDS:
        yield errors.TooLong(seconds=round(float(document.seconds), 2), most=MOST_SECONDS, field="clips")
    second = bytes_a_second(document)
    most = REVERSED_BYTES / second
    backwards = [index for index, cut in enumerate(document.clips) if cut.reverse]
    if sum(document.clips[index].seconds for index in backwards) > most:
        yield errors.ReversedTooLong(seconds=at_most(most, 1), field=f"clips[{backwards[-1]}].reverse")


def _beyond_the_end(document: Document) -> Iterator[FieldError]:
    end = document.seconds
    last, most = end + Fraction(1, document.canvas.fps), at_most(end)
    ends = [(f"captions[{index}].end", one.end) for index, one in enumerate(document.captions)]
    ends += [(f"stickers[{index}].end", one.end) for index, one in enumerate(document.stickers)]
    for path, shown in ends:
        if shown > last:
            yield errors.OutOfRange(least=0, most=most, field=path)
    for index, music in enumerate(document.music):
        if music.at >= end:
            yield errors.OutOfRange(least=0, most=at_most(end - LAST_MOMENT), field=f"music[{index}].at")
    if document.cover is not None and document.cover > end:
        yield errors.OutOfRange(least=0, most=most, field="cover")


def _size(document: Document) -> Iterator[FieldError]:
    where = "delivery.short_side" if document.delivery.short_side else "canvas.size"
    canvas, delivered = document.canvas.size, document.size
    if max(delivered) > MOST_PIXELS_LONG:
        yield errors.TooWide(long=max(delivered), most=MOST_PIXELS_LONG, field=where)
    elif delivered[0] * delivered[1] > MOST_PIXELS:
        pixels = round(delivered[0] * delivered[1] / 1e6, 1)
        yield errors.TooLarge(pixels=pixels, most=round(MOST_PIXELS / 1e6, 1), field=where)
    if max(canvas) > MOST_ASPECT * min(canvas):
        times = round(max(canvas) / min(canvas), 1)
        yield errors.TooNarrow(times=times, most=MOST_ASPECT, field="canvas.size")


def _captions(document: Document) -> Iterator[FieldError]:
    """Letters that no font has, and captions that do not fit even at their smallest."""
    for index, caption in enumerate(document.captions):
        path, style, text = f"captions[{index}].text", STYLES[caption.style], caption.text
        if letter := missing(text):
            code_point = f"{ord(letter):04X}"
            yield errors.LetterNotDrawn(letter=letter, name=name(letter), code_point=code_point, field=path)
        elif beyond := too_many(text, style, document.size):
            most = max(0, len(text) - beyond)
            yield errors.CaptionTooLong(count=len(text), most=most, field=path)


def _mixed(document: Document) -> Iterator[FieldError]:
    """Where a transition would hold more of its two clips than it may: see MIXED_BYTES."""
    most = MIXED_BYTES / (2 * bytes_a_second(document))
    for index, cut in enumerate(document.clips):
        if cut.transition and cut.transition.seconds > most:
            path = f"clips[{index}].transition.seconds"
            yield errors.TransitionTooLarge(seconds=at_most(most, 1), field=path)


def bytes_a_second(document: Document) -> Fraction:
    """Of decoded pictures as they are delivered, in 4:2:0."""
    return document.size[0] * document.size[1] * Fraction(3, 2) * document.canvas.fps


def _enlarged(document: Document) -> Iterator[FieldError]:
    seconds = sum(cut.end - cut.start for cut in document.clips)
    if document.delivery.upscaler == "ai" and seconds > MOST_ENLARGED:
        yield errors.EnlargedTooLong(seconds=round(seconds, 2), most=MOST_ENLARGED, field="delivery.upscaler")
