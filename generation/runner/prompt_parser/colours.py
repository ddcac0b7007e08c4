"""Whose colour a colour is: the red of a red dog, not of the red lipstick beside a blue sea."""

from generation.runner.prompt_parser.entities import Mention
from generation.runner.prompt_parser.lexicon import Lexicon

PREDICATES = {"motion", "camera"}  # what a colour cannot be of
NOBODYS, WORN_BY_OTHERS, LOOSE, OWN = range(4)  # how surely a colour is the subject's


def of_subject(found: list[Mention], subject: Mention | None) -> Mention | None:
    """The mention of a colour of the world that is said of the subject; of nothing in particular counts."""
    claims = [
        (_claim(_head(found, index), found, subject), -index)
        for index, mention in enumerate(found)
        if mention.slot == "colour" and mention.meaning.kind == "said" and mention.fills
    ]
    claim, place = max(claims, default=(NOBODYS, 0))
    return found[-place] if claim > NOBODYS else None


def left_out(
    found: list[Mention], chosen: dict[str, Mention], scene: dict[str, str], lexicon: Lexicon
) -> dict[int, str]:
    """Colours that are not drawn, with the thing they were said of: number of that mention → words."""
    lost: dict[int, str] = {}
    for index, mention in enumerate(found):
        if not _is_colour(mention) or mention.unwanted or mention == chosen.get("colour"):
            continue
        head = _head(found, index)
        if head is None or _is_subject(found[head], chosen, scene):
            if scene["colour"] not in mention.meaning.names:
                lost[index] = mention.text
        elif not _natural(mention, found[head], scene, lexicon):
            lost[head] = _together(found[index : head + 1])
    return lost


def _is_subject(head: Mention, chosen: dict[str, Mention], scene: dict[str, str]) -> bool:
    again = head.slot == "subject" and scene["subject"] in head.meaning.names
    return head == chosen.get("subject") or again


def _is_colour(mention: Mention) -> bool:
    return mention.slot == "colour" and mention.meaning.kind in ("said", "stranger")


def _head(found: list[Mention], index: int) -> int | None:
    """The number of the thing that the colour at `index` stands before, or None."""
    for place in range(index + 1, len(found)):
        mention = found[place]
        if mention.broken or mention.slot in PREDICATES or mention.meaning.kind == "hint":
            return None
        if not _is_colour(mention) and not _attribute(mention):
            return place
    return None


def _attribute(mention: Mention) -> bool:
    """Whether it only says more of the thing that follows: the leaves in 深蓝的树叶构成的象."""
    kind = mention.meaning.kind
    return (
        mention.slot == "style"
        or kind in ("passing", "joined")
        or (kind, mention.slot) == ("vague", "subject")
    )


def _claim(head: int | None, found: list[Mention], subject: Mention | None) -> int:
    if head is None:
        return LOOSE
    if found[head] == subject:
        return OWN
    if found[head].meaning.kind == "worn":
        wearer = subject is None or set(subject.meaning.names) & set(found[head].meaning.names)
        return OWN if wearer else WORN_BY_OTHERS
    return NOBODYS


def _natural(colour: Mention, head: Mention, scene: dict[str, str], lexicon: Lexicon) -> bool:
    """Whether the head is drawn in that colour anyway, as a sea is blue."""
    place = scene.get(head.slot, "")
    names, seen = {*colour.meaning.names, colour.text.lower()}, {place, *lexicon.within.get(place, ())}
    return bool(seen & set(head.meaning.names)) and bool(names & set(lexicon.natural.get(place, ())))


def _together(span: list[Mention]) -> str:
    apart = " " if span[0].text.isascii() else ""
    return apart.join(mention.text for mention in span)
