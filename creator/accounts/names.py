"""What people may be called: nothing invisible, and nothing that passes for who runs the place."""

import re
import unicodedata
from functools import lru_cache

from confusable_homoglyphs import confusables
from django.utils.translation import gettext as _
from rest_framework import serializers

from api.fields import PlainTextField

# reserved as any word of a name
ANYWHERE = ("admin", "administrator", "lingying", "moderator", "superuser", "sysadmin")
# reserved as all of a name, with nothing but fillers and each other beside them: "Solar System" is free
ALONE = (
    "abuse", "api", "helpdesk", "hostmaster", "noreply", "official", "postmaster", "root", "security",
    "staff", "support", "system", "webmaster",
)  # fmt: skip
FILLERS = ("account", "app", "ai", "de", "help", "my", "real", "team", "the", "your")
# anywhere: there are no spaces between words
RESERVED_CHINESE = re.compile("[灵靈]影|官方|管理[员員]|客服|版主|工作人[员員]")
LOOK_ALIKE = str.maketrans("0134579l|!@$+", "oieastgiiiast")  # both sides are read thus
JOINER, NON_JOINER = "\u200d", "\u200c"
VIRAMA = 9  # canonical combining class; behind one, Indic scripts need joiners (UTS #31, rules A2 and B)
EMOJI_PARTS = {
    "So",
    "Sk",
    "Mn",
    "Cn",
}  # pictures, skin tones, variation selectors, new pictures
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
    they look like.
    """
    if RESERVED_CHINESE.search(re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name))):
        return True
    words = [skeleton(word) for word in re.split(r"[\s_.\-·]+", name)]
    whole = "".join(words)
    return bool(_reserved().fullmatch(whole)) or not _anywhere().isdisjoint(words)


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
    return char


@lru_cache(maxsize=1)
def _anywhere() -> frozenset[str]:
    return frozenset(map(skeleton, ANYWHERE))


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
