"""Which entity a colour belongs to: the red of a red dog, not of the red lipstick beside a blue sea."""

from generation.runner.prompt_parser.entities import Entity
from generation.runner.prompt_parser.lexicon import Kind, Lexicon

PREDICATES = {"motion", "camera"}  # slots whose entities have no colour
NOT_OURS, OTHERS_CLOTHES, UNATTACHED, OURS = range(4)  # how surely a colour is the subject's


def of_subject(entities: list[Entity], subject: Entity | None) -> Entity | None:
    """The colour of the world that belongs to the subject; one that belongs to nothing counts, too."""
    heads = _heads(entities)
    claims = [
        (_claim(heads[index], entities, subject), -index)
        for index, entity in enumerate(entities)
        if entity.slot == "colour" and entity.meaning.kind == Kind.ENTRY and entity.fills_slot
    ]
    claim, place = max(claims, default=(NOT_OURS, 0))
    return entities[-place] if claim > NOT_OURS else None


def left_out(
    entities: list[Entity], chosen: dict[str, Entity], scene: dict[str, str], lexicon: Lexicon
) -> dict[int, str]:
    """Colours that are not drawn, with the thing they belong to: number of that entity → words."""
    missing: dict[int, str] = {}
    spans: dict[int, int] = {}  # number of a thing → that of the last colour before it
    heads = _heads(entities)
    for index, entity in enumerate(entities):
        if not _is_colour(entity) or entity.negated or entity == chosen.get("colour"):
            continue
        head = heads[index]
        if head is None or _is_subject(entities[head], chosen, scene):
            if scene["colour"] not in entity.meaning.names:
                missing[index] = entity.text
        elif not _natural(entity, entities[head], scene, lexicon):
            spans[head] = index
    return missing | {head: _together(entities[index : head + 1]) for head, index in spans.items()}


def _is_subject(head: Entity, chosen: dict[str, Entity], scene: dict[str, str]) -> bool:
    again = head.slot == "subject" and scene["subject"] in head.meaning.names
    return head == chosen.get("subject") or again


def _is_colour(entity: Entity) -> bool:
    return entity.slot == "colour" and entity.meaning.kind in (Kind.ENTRY, Kind.UNKNOWN)


def _heads(entities: list[Entity]) -> list[int | None]:
    """For each place, the number of the thing that a colour there stands before, or None.

    From the last to the first, in one go: looking ahead from each colour takes the square of their number.
    """
    heads: list[int | None] = [None] * len(entities)
    head: int | None = None
    for place in range(len(entities) - 1, -1, -1):
        entity, heads[place] = entities[place], head
        if entity.separated or entity.slot in PREDICATES or entity.meaning.kind == Kind.OCCASION:
            head = None
        elif not _is_colour(entity) and not _is_attribute(entity):
            head = place
    return heads


def _is_attribute(entity: Entity) -> bool:
    """Whether it only says more of the thing that follows: the leaves in 深蓝的树叶构成的象."""
    kind = entity.meaning.kind
    return (
        entity.slot == "style"
        or kind in (Kind.FILLER, Kind.COMPOUND)
        or (kind, entity.slot) == (Kind.AMBIGUOUS, "subject")
    )


def _claim(head: int | None, entities: list[Entity], subject: Entity | None) -> int:
    if head is None:
        return UNATTACHED
    if entities[head] == subject:
        return OURS
    if entities[head].meaning.kind == Kind.CLOTHES:
        wearer = subject is None or set(subject.meaning.names) & set(entities[head].meaning.names)
        return OURS if wearer else OTHERS_CLOTHES
    return NOT_OURS


def _natural(colour: Entity, head: Entity, scene: dict[str, str], lexicon: Lexicon) -> bool:
    """Whether the head is drawn in that colour anyway, as a sea is blue."""
    place = scene.get(head.slot, "")
    names, seen = {*colour.meaning.names, colour.text.lower()}, {place, *lexicon.contains.get(place, ())}
    return bool(seen & set(head.meaning.names)) and bool(names & set(lexicon.natural_colours.get(place, ())))


def _together(span: list[Entity]) -> str:
    apart = " " if span[0].text.isascii() else ""
    return apart.join(entity.text for entity in span)
