"""Serializer fields that DRF does not have."""

import math
import re
import unicodedata
from datetime import datetime
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework import serializers

# Control characters, line and paragraph separators, embeddings and overrides of direction, halves of
# surrogate pairs, annotations and code points that are no characters.
HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff]"
)
ZONE = re.compile(r"[Tt ]\d\d:?\d\d.*(?:[zZ]|[+-]\d\d(?::?\d\d)?)\Z")  # behind a time of day
MOST_MARKS = 4  # on one letter: Vietnamese has one in NFC, pointed Hebrew three
# Letters that draw nothing (Hangul fillers, an empty Braille cell), and code points that are to be ignored.
BLANK = re.compile("[\u115f\u1160\u2065\u2800\u3164\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]")
# Categories that draw nothing alone: controls, formats, spaces, marks on no letter.
DRAWS_NOTHING = {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"}


def is_invisible(text: str) -> bool:
    """Whether nothing of `text` is seen: it is empty, or only spaces, marks of direction and the like."""
    return all(BLANK.match(char) or unicodedata.category(char) in DRAWS_NOTHING for char in text)


class FiniteFloatField(serializers.FloatField):
    """A number that is finite: Python reads others from "nan" and "1e999", and no bound refuses NaN."""

    def to_internal_value(self, data: Any) -> float:
        try:
            number = super().to_internal_value(data)
        except OverflowError:  # an integer of 400 digits
            number = math.inf
        if not math.isfinite(number):
            self.fail("invalid")
        return number


class MomentField(serializers.DateTimeField):
    """A moment, with the zone that it is told in (RFC 3339): an hour without one is another everywhere."""

    def to_internal_value(self, data: Any) -> datetime:
        moment = super().to_internal_value(data)
        if isinstance(data, str) and not ZONE.search(data.strip()):
            sentence = _("Say the time zone, as 2026-12-01T10:00:00+08:00 or 2026-12-01T02:00:00Z.")
            raise serializers.ValidationError(sentence, code="zone-missing")
        return moment


class NumberChoiceField(serializers.ChoiceField):
    """One of some whole numbers, which may be written with a point: 1080.0 is 1080."""

    def to_internal_value(self, data: Any) -> Any:
        whole = isinstance(data, float) and data.is_integer()
        return super().to_internal_value(int(data) if whole else data)


class VisibleTextField(serializers.CharField):
    """Text of which something is seen: what is invisible altogether is empty."""

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        if not is_invisible(text):
            return text
        if not self.allow_blank:
            self.fail("blank")
        return ""


class PlainTextField(serializers.CharField):
    """Text in NFC that neither hides nor reorders what is around it; with `multiline`, line breaks are taken.

    For whatever people name, caption or give as a reason.
    """

    def __init__(self, *, multiline: bool = False, **options: Any) -> None:
        self.multiline = multiline
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        text = unicodedata.normalize("NFC", super().to_internal_value(data))
        if self.multiline:
            text = text.replace("\r\n", "\n")
        if HIDDEN.search(re.sub("[\n\t]", "", text) if self.multiline else text):
            self._refuse_hidden()
        if text and is_invisible(text):
            raise serializers.ValidationError(
                _("Nothing of this text is visible. Send letters that are seen."), code="text-invalid"
            )
        if not text.isascii() and _has_piled_marks(text):
            sentence = _("A letter takes at most {most} accents, and a text does not begin with one.")
            raise serializers.ValidationError(sentence.format(most=MOST_MARKS), code="text-invalid")
        return text

    def _refuse_hidden(self) -> NoReturn:
        one_line = _(
            "Line breaks and invisible control characters are not taken. Send plain text in one line."
        )
        lines = _("Invisible control characters are not taken. Send plain text.")
        raise serializers.ValidationError(lines if self.multiline else one_line, code="text-invalid")


def _has_piled_marks(text: str) -> bool:
    piled = MOST_MARKS  # as if it were full before the first letter
    for char in text:
        # Mn and Me are drawn on the letter before; Mc, a vowel sign say, has a place of its own
        piled = piled + 1 if unicodedata.category(char) in {"Mn", "Me"} and char != "\ufe0f" else 0
        if piled > MOST_MARKS:
            return True
    return False
