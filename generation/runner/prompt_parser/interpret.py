"""From the entities of a prompt to one scene of the world, and to what has to be left out of it."""

from collections.abc import Iterator

from generation.runner.prompt_parser import colours, embedding
from generation.runner.prompt_parser.entities import Check, Entity, extract, never
from generation.runner.prompt_parser.lexicon import LANGUAGES, REQUIRED_SLOTS, SLOTS, Kind, Lexicon
from generation.runner.prompt_parser.summary import ParsedPrompt

STILL = "still"
SHOWN = {"subject", "background", "motion"}  # one of them makes a scene; a colour or a camera move does not


def interpret(prompt: str, lexicon: Lexicon, *, check: Check = never) -> ParsedPrompt:
    """The scene of the lexicon's world that `prompt` asks for; the same for the same prompt, always.

    `check` is called on the way; what it raises ends the parse."""
    entities = extract(prompt, lexicon, check)
    chosen = _chosen(entities, lexicon)
    asked, options = _asked(entities, chosen, lexicon)
    scene = _completed(prompt, asked, options, lexicon)
    language = _language(prompt)
    return ParsedPrompt(
        rewritten_prompt=_rewritten(scene, chosen, lexicon, language),
        slots={slot: scene[slot] for slot in SLOTS if scene.get(slot)},
        matched_words={slot: entity.text for slot, entity in chosen.items()},
        missing=_missing(entities, chosen, scene, lexicon),
        captions={each: lexicon.caption(scene, each, with_style=False) for each in LANGUAGES},
        recognised=bool(SHOWN & (asked.keys() | options.keys())),
    )


def _chosen(entities: list[Entity], lexicon: Lexicon) -> dict[str, Entity]:
    """The entity that fills each slot: the surest, then the first; a colour by what it belongs to."""
    chosen: dict[str, Entity] = {}
    for slot in ("subject", "background", "motion", "camera", "style"):
        if candidates := [entity for entity in entities if entity.fills_slot and entity.slot == slot]:
            chosen[slot] = _best(_heads(candidates), lexicon)
    if colour := colours.of_subject(entities, chosen.get("subject")):
        chosen["colour"] = colour
    return {slot: chosen[slot] for slot in SLOTS if slot in chosen}


def _heads(candidates: list[Entity]) -> list[Entity]:
    """Without the places that only qualify the next one: the city of a city park."""
    pairs = zip(candidates, [*candidates[1:], None], strict=True)
    return [one for one, following in pairs if not (following and _qualifies(one, following))]


def _qualifies(one: Entity, following: Entity) -> bool:
    return following.follows(one) and one.slot == "background" and one.confidence == following.confidence


def _best(candidates: list[Entity], lexicon: Lexicon) -> Entity:
    """The surest. Then a place goes before the time of day, and the whole before its part: old houses by
    the sea before the sea, a family before its girl."""
    mentioned = {name for entity in candidates for name in entity.meaning.names}

    def rank(entity: Entity) -> tuple[bool, int, bool, bool]:
        names = set(entity.meaning.names)
        parts = {part for name in names for part in lexicon.contains.get(name, ())}
        return not entity.accompanying, entity.confidence, not names & lexicon.times, bool(parts & mentioned)

    return max(candidates, key=rank)


def _asked(
    entities: list[Entity], chosen: dict[str, Entity], lexicon: Lexicon
) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """The slots filled by what was written and by what an occasion implies; and all that what was written may
    mean."""
    options = {slot: _compounded(entity, entities) for slot, entity in chosen.items()}
    sure = {slot: names for slot, names in options.items() if chosen[slot].meaning.kind != Kind.AMBIGUOUS}
    scene = {slot: names[0] for slot, names in sure.items()}
    for implied in _implied(entities, [options, sure], lexicon):
        _fill(scene, implied)
    return scene, options


def _completed(
    prompt: str, asked: dict[str, str], options: dict[str, tuple[str, ...]], lexicon: Lexicon
) -> dict[str, str]:
    """Every slot filled: by what was `asked`, by what usually goes with it, by what the prompt is nearest."""
    scene = dict(asked)
    for slot, names in options.items():
        scene.setdefault(slot, _fitting(names, scene, lexicon))
    for by in ("subject", "motion", "background", "subject"):
        _fill(scene, lexicon.defaults[by].get(scene.get(by, ""), {}))
    if not scene.keys() >= set(REQUIRED_SLOTS):
        _fill(scene, embedding.nearest_scene(prompt, lexicon))
    return {"camera": STILL} | scene


def _compounded(entity: Entity, entities: list[Entity]) -> tuple[str, ...]:
    """The names an entity stands for: an elephant and leaves are an elephant of leaves."""
    compounds = [other.meaning.names for other in entities if other.meaning.kind == Kind.COMPOUND]
    return next(((to,) for of, to in compounds if entity.meaning.names == (of,)), entity.meaning.names)


def _implied(
    entities: list[Entity], constraints: list[dict[str, tuple[str, ...]]], lexicon: Lexicon
) -> Iterator[dict[str, str]]:
    """For each occasion the first of its scenes that meets the first of the constraints that any meets."""
    for entity in entities:
        if entity.meaning.kind == Kind.OCCASION and not entity.negated:
            scenes = lexicon.occasions[entity.meaning.number]
            fitting = (scene for options in constraints for scene in scenes if _agrees(scene, options))
            yield next(fitting, {})


def _agrees(scene: dict[str, str], options: dict[str, tuple[str, ...]]) -> bool:
    return all(name in options.get(slot, (name,)) for slot, name in scene.items())


def _fitting(names: tuple[str, ...], scene: dict[str, str], lexicon: Lexicon) -> str:
    """Of several entries the one that usually goes with what is known already, or else the first."""
    usual = {
        name
        for slot, known in scene.items()
        for name in lexicon.defaults.get(slot, {}).get(known, {}).values()
    }
    return next((name for name in names if name in usual), names[0])


def _fill(scene: dict[str, str], more: dict[str, str]) -> None:
    for slot, name in more.items():
        scene.setdefault(slot, name)


def _rewritten(scene: dict[str, str], chosen: dict[str, Entity], lexicon: Lexicon, language: str) -> str:
    """The model's own words for the scene: those of the scene itself, if it was taught as a whole, else the
    plainest caption in the lexicon's language for prompts, or that of the prompt."""
    if "colour" not in chosen and "style" not in chosen:
        for known in lexicon.scenes:
            if known["by_heart"] and all(scene.get(slot) == name for slot, name in known["scene"].items()):
                return str(next(text for text in known["words"] if _language(text) == language))
    return lexicon.caption(scene, lexicon.prompt_language or language)


def _missing(
    entities: list[Entity], chosen: dict[str, Entity], scene: dict[str, str], lexicon: Lexicon
) -> tuple[str, ...]:
    """What was asked for and is not drawn, each once, with the colour it was said to have."""
    coloured = colours.left_out(entities, chosen, scene, lexicon)
    left_out = (
        coloured.get(index) or (entity.text if _is_left_out(entity, chosen, scene, lexicon) else "")
        for index, entity in enumerate(entities)
    )
    return tuple(dict.fromkeys(filter(None, left_out)))


def _is_part_of_subject(entity: Entity, chosen: dict[str, Entity], scene: dict[str, str]) -> bool:
    """Whether it became part of the subject: the man whose head is a balloon is a balloon man."""
    subject = chosen.get("subject")
    if subject is None or scene["subject"] not in entity.meaning.names:
        return False
    return entity.follows(subject) or scene["subject"] not in subject.meaning.names


def _is_left_out(entity: Entity, chosen: dict[str, Entity], scene: dict[str, str], lexicon: Lexicon) -> bool:
    if entity.negated or entity.slot in ("colour", "style"):
        return False
    if entity.meaning.kind == Kind.COMPOUND:
        return entity.meaning.names[-1] not in scene.values()
    if entity.meaning.kind == Kind.UNKNOWN:
        return not _is_part_of_subject(entity, chosen, scene)
    if entity.meaning.kind not in (Kind.ENTRY, Kind.AMBIGUOUS):
        return False
    drawn = {name for each in scene.values() for name in (each, *lexicon.contains.get(each, ()))}
    return not drawn & set(entity.meaning.names)


def _language(prompt: str) -> str:
    han = sum("\u3400" <= sign <= "\u9fff" for sign in prompt)
    return "zh" if han and han * 3 >= sum(sign.isascii() and sign.isalpha() for sign in prompt) else "en"
