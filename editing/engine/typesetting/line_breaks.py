"""Where a line may end: the pairs of Unicode's line breaking algorithm (UAX 14) that captions meet.

Chinese, Japanese, Korean and emoji break between any two letters, other scripts after spaces and hyphens; no
line begins with a closing mark or ends with an opening one. Thai, Lao, Khmer and Burmese, whose words only a
dictionary tells apart, break at the spaces and zero-width spaces that were written, and else only as a word
does that is longer than a line: between two clusters.
"""

from collections.abc import Iterator

import regex

SPACES = r"[\p{Zs}\u200b--[\u00a0\u2007\u202f]]"  # all but those that hold together
WIDE = r"\p{lb=ID}\p{lb=CJ}\p{lb=H2}\p{lb=H3}\p{lb=JL}\p{lb=EB}\p{lb=RI}\p{lb=CB}\p{lb=NS}\p{lb=CL}"
GLUED = r"\p{lb=WJ}\p{lb=ZWJ}\p{lb=GL}"
CLOSING = r"\p{lb=CL}\p{lb=CP}\p{lb=EX}\p{lb=IN}"
NEVER_FIRST = rf"[{CLOSING}{GLUED}\p{{lb=IS}}\p{{lb=SY}}\p{{lb=NS}}\p{{lb=PO}}\p{{Pf}}]"
NEVER_LAST = rf"[{GLUED}\p{{lb=OP}}\p{{lb=PR}}\p{{Pi}}]"
BETWEEN = regex.compile(
    rf"(?<={SPACES})(?!{SPACES})"
    rf"|(?<=\p{{L}}[\p{{lb=HY}}\p{{lb=BA}}--{SPACES}])(?=\p{{L}})"  # state-|of-|the-|art, but not 1-2
    rf"|(?<!{NEVER_LAST})(?=[{WIDE}])(?!{NEVER_FIRST})"
    rf"|(?<=[{WIDE}])(?<!{NEVER_LAST})(?!{NEVER_FIRST}|{SPACES}|$)"
    rf"|(?<=[{CLOSING}])(?=\p{{lb=OP}})",
    regex.V1,
)


def clusters_and_breaks(text: str) -> Iterator[tuple[str, bool]]:
    """Each grapheme cluster, and whether a line may end before it."""
    breaks = {found.start() for found in BETWEEN.finditer(text)}
    at = 0
    for cluster in regex.findall(r"\X", text):
        yield cluster, at in breaks and at > 0
        at += len(cluster)
