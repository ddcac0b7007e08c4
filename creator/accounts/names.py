"""What people may be called: nothing invisible, and nothing that passes for who runs the place."""

import re
import unicodedata
from functools import lru_cache

from confusable_homoglyphs import confusables
from django.utils.translation import gettext as _
from rest_framework import serializers

from api.fields import PlainTextField
from moderation.folding import TABLE

# reserved as any word of a name
ANYWHERE = ("admin", "administrator", "lingying", "moderator", "superuser", "sysadmin")
# reserved as all of a name, with nothing but fillers and each other beside them: "Solar System" is free
ALONE = (
    "abuse", "api", "helpcenter", "helpdesk", "hostmaster", "mod", "mods", "noreply", "official",
    "postmaster", "root", "security", "service", "staff", "support", "system", "webmaster",
)  # fmt: skip
FILLERS = ("account", "app", "ai", "customer", "de", "help", "my", "real", "team", "the", "your")
# anywhere: there are no spaces between words
RESERVED_CHINESE = re.compile(
    "[灵靈霊]影|官[方网網]|管理[员員]|客服|版主|工作人[员員]|[审審]核[员員]|(?:系[统統]|平[台臺])(?:通知|消息|公告)"
)
NAME_BEGINS = "lingying"  # reserved as the beginning of a word, too
LOOK_ALIKE = str.maketrans("0134579l|!¡@$+q", "oieastgiiiiastg")  # both sides are read thus
BETWEEN_WORDS = re.compile(r"[\s_.\-·]+|(?<=[a-z])(?=[A-Z])")
JOINER, NON_JOINER = "\u200d", "\u200c"
VIRAMA = 9  # canonical combining class; behind one, Indic scripts need joiners (UTS #31, rules A2 and B)
EMOJI_PARTS = {"So", "Sk", "Mn", "Cn"}  # pictures, skin tones, variation selectors, new pictures
BLANK = set("\u115f\u1160\u3164\uffa0\u2800")  # letters that draw nothing
HIDDEN = {"Cf", "Co"}  # Unicode categories: format characters, private use


class NameField(PlainTextField):
    """One line in which everything is seen. Joiners are taken in emoji and where Indic scripts need them."""

    def to_internal_value(self, data: object) -> str:
        text = super().to_internal_value(data)
        if any(_is_hidden(text, place) for place in range(len(text))):
            raise serializers.ValidationError(
                _("Invisible characters are not taken in a name."), code="text-invalid"
            )
        return text


def is_reserved(name: str) -> bool:
    """Would people read `name` as that of who runs the place, however it is spelt?

    Compared are skeletons (UTS #39) of the words and of all of it together; digits stand for the letters
    they look like, or for a number behind a word.
    """
    if RESERVED_CHINESE.search(re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name))):
        return True
    words = BETWEEN_WORDS.split(name)
    return _reads_as_reserved(words) or _reads_as_reserved([word.rstrip("0123456789") for word in words])


def _reads_as_reserved(words: list[str]) -> bool:
    read = [skeleton(word) for word in words]
    if any(word in _anywhere() or word.startswith(skeleton(NAME_BEGINS)) for word in read):
        return True
    # letters that are repeated where two words meet are read once, or twice
    return any(_reserved().fullmatch(whole) for whole in ("".join(read), skeleton("".join(words))))


def skeleton(text: str) -> str:
    """`text` as read at a glance: ASCII letters, no marks, look-alikes folded, repeated letters once."""
    seen = "".join(map(_look, unicodedata.normalize("NFKD", text)))
    letters = re.sub("[^a-z]", "", seen.casefold().translate(LOOK_ALIKE))
    letters = letters.replace("rn", "m").replace("vv", "w")
    return re.sub(r"(.)\1+", r"\1", letters)


@lru_cache(maxsize=4096)
def _look(char: str) -> str:
    """The ASCII letters that `char` looks like, or itself."""
    if char.isascii():
        return char
    for found in confusables.is_confusable(char, greedy=True) or ():
        for glyph in found["homoglyphs"]:
            if glyph["c"].isascii():
                return str(glyph["c"])
    folded = TABLE[char]  # small capitals, letters in circles and squares
    return folded if folded.isascii() and folded.isalpha() else char


@lru_cache(maxsize=1)
def _anywhere() -> frozenset[str]:
    """And what is more than one of them."""
    return frozenset(skeleton(word) + ending for word in ANYWHERE for ending in ("", "s"))


@lru_cache(maxsize=1)
def _reserved() -> re.Pattern[str]:
    """A reserved word with nothing but reserved words and fillers around it."""
    words, fillers = "|".join(map(skeleton, ANYWHERE + ALONE)), "|".join(map(skeleton, FILLERS))
    return re.compile(f"(?:{words}|{fillers})*(?:{words})(?:{words}|{fillers})*")


def _is_hidden(text: str, place: int) -> bool:
    char = text[place]
    if char in (JOINER, NON_JOINER) and place and unicodedata.combining(text[place - 1]) == VIRAMA:
        return False
    if char == JOINER:
        around = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
        return len(around) < 2 or not {unicodedata.category(one) for one in around} <= EMOJI_PARTS
    return char in BLANK or unicodedata.category(char) in HIDDEN
