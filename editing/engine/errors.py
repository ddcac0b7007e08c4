"""What an edit document may not say, and what would be accepted instead."""

from collections.abc import Iterable, Sequence

import errors


class FieldError(errors.Invalid):
    """One thing wrong at one place; `field` is its JSON path, such as `clips[0].end`."""


class NotBeside(errors.Invalid):
    code = "file-not-beside"
    message = "{name} does not lie beside the document. Give the file with --clip {name}=FILE."


class UnknownField(FieldError):
    code = "unknown-field"
    message = "There is no such field here. Accepted: {accepted}."


class FieldMissing(FieldError):
    code = "required"
    message = "This field is needed."


class WrongType(FieldError):
    code = "wrong-type"


class NotANumber(WrongType):
    message = "This must be a number."


class NotWhole(WrongType):
    message = "This must be a whole number."


class NotText(WrongType):
    message = "This must be text."


class NotAList(WrongType):
    message = "This must be a list."


class NotTrueOrFalse(WrongType):
    message = "This must be true or false."


class NotAnObject(WrongType):
    message = "This must be an object: names with their values."


class OutOfRange(FieldError):
    code = "out-of-range"
    message = "This is out of range. Accepted: {least} to {most}."


class NotOneOf(FieldError):
    code = "not-one-of"
    message = "This is not among the choices. Accepted: {accepted}."


class WrongCount(FieldError):
    code = "wrong-count"
    message = "There are {count} here. Accepted: {least} to {most}."


class OddSize(FieldError):
    code = "odd-size"
    message = "Width and height must be even numbers. Accepted: {accepted}."


class OneCanvas(FieldError):
    code = "one-canvas"
    message = "The canvas needs either an aspect or a size, and not both."


class TooWide(FieldError):
    code = "edit-too-wide"
    message = "The result would be {long} pixels on its long side. Accepted: at most {most}."


class TooLarge(FieldError):
    code = "edit-too-large"
    message = "The result would have {pixels} million pixels. Accepted: at most {most} million."


class TooNarrow(FieldError):
    code = "edit-too-narrow"
    message = "One side is {times} times the other. Accepted: at most {most} times."


class ClipsTooLarge(FieldError):
    code = "clips-too-large"
    message = (
        "All clips of an edit are open at once, and here have {pixels} million pixels together. "
        "Accepted: at most {most} million, so fewer or smaller clips."
    )


class StickerTooTall(FieldError):
    code = "sticker-too-tall"
    message = "This sticker would be higher than two canvases. Accepted here: a width of at most {most}."


class StickersTooLarge(FieldError):
    code = "stickers-too-large"
    message = (
        "The pictures of the stickers, and the stickers, have {pixels} million pixels together. "
        "Accepted: at most {most} million."
    )


class TransitionTooLarge(FieldError):
    code = "transition-too-large"
    message = (
        "What a transition mixes is held in memory. Accepted: at most {seconds} s at this size and rate."
    )


class EndBeforeStart(FieldError):
    code = "end-before-start"
    message = "The end must come after the start. Accepted: more than {least} s."


class TooLong(FieldError):
    code = "edit-too-long"
    message = "The edit lasts {seconds} s. Accepted: at most {most} s."


class TooShort(FieldError):
    code = "edit-too-short"
    message = "This part is shorter than one frame. Accepted: at least {least} s of the clip."


class CurveUneven(FieldError):
    code = "curve-uneven"
    message = "A speed curve goes on in time. Accepted: points in order, the first at 0 and the last at 1."


class CurvesTooFine(FieldError):
    code = "curves-too-fine"
    message = "The speed curves of this edit have {count} points together. Accepted: at most {most}."


class FrozenEnds(FieldError):
    code = "frozen-ends"
    message = "A frozen picture has no end of its own. Accepted: start and freeze."


class ReversedTooLong(FieldError):
    code = "reverse-too-long"
    message = "What plays backwards is held in memory. Accepted: at most {seconds} s of it at this size."


class NothingBefore(FieldError):
    code = "nothing-before"
    message = "There is no clip before the first one. Accepted: a transition on every later clip."


class TransitionTooShort(FieldError):
    code = "transition-too-short"
    message = "This transition is shorter than one frame. Accepted: at least {least} s."


class TransitionTooLong(FieldError):
    code = "transition-too-long"
    message = "The transitions at both ends of a clip may not meet in it. Accepted here: at most {most} s."


class BlankText(FieldError):
    code = "blank-text"
    message = "There is nothing to read in this text. Accepted: at least one visible character."


class BrokenText(FieldError):
    code = "broken-text"
    message = "This text holds half a character or a NUL. Accepted: any whole Unicode characters."


class LetterNotDrawn(FieldError):
    code = "letter-not-drawn"
    message = (
        "No font here has the letter '{letter}' ({name}, U+{code_point}). Accepted: emoji, and the letters "
        "of Chinese, Japanese, Korean, Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian, Georgian, Ethiopic, "
        "Devanagari, Bengali, Gurmukhi, Gujarati, Oriya, Tamil, Telugu, Kannada, Malayalam, Sinhala, Thai, "
        "Lao, Khmer and Burmese."
    )


class CaptionTooLong(FieldError):
    code = "caption-too-long"
    message = (
        "These {count} letters do not fit into the picture, even as small as they can be read. Accepted "
        "here: about the first {most} of them, or a larger picture."
    )


class BeyondClip(FieldError):
    code = "beyond-clip"
    message = "The clip is {seconds} s long. Accepted: up to {seconds} s."


class BeyondTrack(FieldError):
    code = "beyond-track"
    message = "The track is {seconds} s long. Accepted: a start before that."


class StillNotFound(FieldError):
    code = "edit-still-not-found"
    message = "There is no such picture. Accepted: the id of a still of yours, not of a clip or a track."


class TrackNotFound(FieldError):
    code = "edit-track-not-found"
    message = "There is no such track. Accepted: the id of a track of yours, not of a clip or a still."


class ClipNotFound(FieldError):
    code = "edit-clip-not-found"
    message = "There is no such clip. Accepted: the id of a clip of yours, not of a still or a track."


class EnlargedTooLong(FieldError):
    code = "edit-too-long-for-ai"
    message = (
        "The AI upscaler would have {seconds} s of clips to enlarge. Accepted: at most {most} s, or the "
        "upscaler lanczos."
    )


class TooShortToFill(FieldError):
    code = "too-short-to-fill"
    message = "The clip is too short for its place in the template. Accepted: at least {least} s."


class DocumentInvalid(errors.Invalid):
    """All problems of a document at once; `problems` holds each with its path."""

    code = "document-invalid"
    message = "The edit document has {count} problem(s). The first, at {path}: {first}"

    def __init__(self, problems: Sequence[FieldError]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(count=len(self.problems), path=first.field or "$", first=first.as_dict())


def raise_for(problems: Iterable[FieldError]) -> None:
    """Raise DocumentInvalid with all of `problems`, if there are any."""
    if noted := list(problems):
        raise DocumentInvalid(noted)
