"""Chinese in the script that its reader asked for.

Catalogues exist in both (`config.messages` derives the traditional one); this is for what is in no catalogue.
"""

from functools import cache

from django.utils.translation import get_language
from opencc import OpenCC

TRADITIONAL = "zh-hant"
CONVERSION = "s2twp"  # with the words that are used where the script is: 影片, not 視頻


def in_script(text: str) -> str:
    """`text`, in traditional script where that is the active language."""
    return traditional(text) if get_language() == TRADITIONAL else text


def traditional(text: str) -> str:
    """Simplified Chinese in traditional script; other text as it is."""
    return str(_converter().convert(text))


@cache
def _converter() -> OpenCC:
    return OpenCC(CONVERSION)
