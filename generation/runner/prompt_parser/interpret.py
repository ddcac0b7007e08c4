"""From what a prompt mentions to one scene of the world, and to what has to be left out of it."""

from collections.abc import Iterator

from generation.runner.prompt_parser import colours, embedding
from generation.runner.prompt_parser.entities import Mention, mentions
from generation.runner.prompt_parser.lexicon import DRAWN, LANGUAGES, SLOTS, Lexicon
from generation.runner.prompt_parser.summary import ParsedPrompt

STILL = "still"


def interpret(prompt: str, lexicon: Lexicon) -> ParsedPrompt:
    """The scene of the lexicon's world that `prompt` asks for; the same for the same prompt, always."""
    found = mentions(prompt, lexicon)
    chosen = _chosen(found, lexicon)
    scene = _scene(prompt, found, chosen, lexicon)
    language = _language(prompt)
    return ParsedPrompt(
        rewritten_prompt=_prompt(scene, chosen, lexicon, language),
        slots={slot: scene[slot] for slot in SLOTS if scene.get(slot)},
        matched_words={slot: mention.text for slot, mention in chosen.items()},
        missing=_missing(found, chosen, scene, lexicon),
        captions={each: lexicon.caption(scene, each, with_style=False) for each in LANGUAGES},
    )


def _chosen(found: list[Mention], lexicon: Lexicon) -> dict[str, Mention]:
    """Per slot the mention that fills it: the surest, then the first; a colour by what it is said of."""
    chosen: dict[str, Mention] = {}
    for slot in ("subject", "background", "motion", "camera", "style"):
        if asking := [mention for mention in found if mention.fills and mention.slot == slot]:
            chosen[slot] = _weightiest(_heads(asking), lexicon)
    if colour := colours.of_subject(found, chosen.get("subject")):
        chosen["colour"] = colour
    return {slot: chosen[slot] for slot in SLOTS if slot in chosen}


def _heads(asking: list[Mention]) -> list[Mention]:
    """Without the places that only say which place is meant: the city of a city park."""
    pairs = zip(asking, [*asking[1:], None], strict=True)
    return [one for one, following in pairs if not (following and _says_which(one, following))]


def _says_which(one: Mention, following: Mention) -> bool:
    joined = not following.broken and 0 <= following.first.start - one.last.end <= 1
    return joined and one.slot == "background" and one.sureness == following.sureness


def _weightiest(asking: list[Mention], lexicon: Lexicon) -> Mention:
    """The surest. Then a place goes before the time of day, and the whole before its part: old houses by
    the sea before the sea, a family before its girl."""
    said = {name for mention in asking for name in mention.meaning.names}

    def weight(mention: Mention) -> tuple[bool, int, bool, bool]:
        names = set(mention.meaning.names)
        parts = {part for name in names for part in lexicon.within.get(name, ())}
        return not mention.held, mention.sureness, not names & lexicon.times, bool(parts & said)

    return max(asking, key=weight)


def _scene(prompt: str, found: list[Mention], chosen: dict[str, Mention], lexicon: Lexicon) -> dict[str, str]:
    """Every slot filled: by what was said, by what the occasion implies, by what goes with it usually."""
    options = {slot: _joined(mention, found) for slot, mention in chosen.items()}
    sure = {slot: names for slot, names in options.items() if chosen[slot].meaning.kind != "vague"}
    scene = {slot: names[0] for slot, names in sure.items()}
    for implied in _implied(found, [options, sure], lexicon):
        _fill(scene, implied)
    for slot, names in options.items():
        scene.setdefault(slot, _fitting(names, scene, lexicon))
    for by in ("subject", "motion", "background", "subject"):
        _fill(scene, lexicon.habits[by].get(scene.get(by, ""), {}))
    if not scene.keys() >= set(DRAWN):
        _fill(scene, embedding.nearest_scene(prompt, lexicon))
    return {"camera": STILL} | scene


def _joined(mention: Mention, found: list[Mention]) -> tuple[str, ...]:
    """The names a mention stands for: an elephant and leaves are an elephant of leaves."""
    becomes = [other.meaning.names for other in found if other.meaning.kind == "joined"]
    return next(((to,) for of, to in becomes if mention.meaning.names == (of,)), mention.meaning.names)


def _implied(
    found: list[Mention], demands: list[dict[str, tuple[str, ...]]], lexicon: Lexicon
) -> Iterator[dict[str, str]]:
    """For each hint the first of its scenes that meets the first of the demands that any of them meets."""
    for mention in found:
        if mention.meaning.kind == "hint" and not mention.unwanted:
            scenes = lexicon.hints[mention.meaning.number]
            fitting = (scene for said in demands for scene in scenes if _agrees(scene, said))
            yield next(fitting, {})


def _agrees(scene: dict[str, str], options: dict[str, tuple[str, ...]]) -> bool:
    return all(name in options.get(slot, (name,)) for slot, name in scene.items())


def _fitting(names: tuple[str, ...], scene: dict[str, str], lexicon: Lexicon) -> str:
    """Of several entries the one that goes with what is known already, or else the first."""
    usual = {
        name for slot, known in scene.items() for name in lexicon.habits.get(slot, {}).get(known, {}).values()
    }
    return next((name for name in names if name in usual), names[0])


def _fill(scene: dict[str, str], more: dict[str, str]) -> None:
    for slot, name in more.items():
        scene.setdefault(slot, name)


def _prompt(scene: dict[str, str], chosen: dict[str, Mention], lexicon: Lexicon, language: str) -> str:
    """The model's own words for the scene: those of the scene itself, if it knows that one by heart, else the
    plainest in the language that it is told in."""
    if "colour" not in chosen and "style" not in chosen:
        for known in lexicon.scenes:
            if known["by_heart"] and all(scene.get(slot) == name for slot, name in known["scene"].items()):
                return str(next(text for text in known["words"] if _language(text) == language))
    return lexicon.caption(scene, lexicon.told or language)


def _missing(
    found: list[Mention], chosen: dict[str, Mention], scene: dict[str, str], lexicon: Lexicon
) -> tuple[str, ...]:
    """What was asked for and is not drawn, each once, with the colour it was said to have."""
    coloured = colours.left_out(found, chosen, scene, lexicon)
    left_out = (
        coloured.get(index) or (mention.text if _is_left_out(mention, chosen, scene, lexicon) else "")
        for index, mention in enumerate(found)
    )
    return tuple(dict.fromkeys(filter(None, left_out)))


def _taken_in(mention: Mention, chosen: dict[str, Mention], scene: dict[str, str]) -> bool:
    """Whether it is part of what the subject became: the man whose head is a balloon is a balloon man."""
    subject = chosen.get("subject")
    if subject is None or scene["subject"] not in mention.meaning.names:
        return False
    follows = not mention.broken and 0 <= mention.first.start - subject.last.end <= 1
    return follows or scene["subject"] not in subject.meaning.names


def _is_left_out(
    mention: Mention, chosen: dict[str, Mention], scene: dict[str, str], lexicon: Lexicon
) -> bool:
    if mention.unwanted or mention.slot in ("colour", "style"):
        return False
    if mention.meaning.kind == "joined":
        return mention.meaning.names[-1] not in scene.values()
    if mention.meaning.kind == "stranger":
        return not _taken_in(mention, chosen, scene)
    if mention.meaning.kind not in ("said", "vague"):
        return False
    drawn = {name for each in scene.values() for name in (each, *lexicon.within.get(each, ()))}
    return not drawn & set(mention.meaning.names)


def _language(prompt: str) -> str:
    han = sum("\u3400" <= sign <= "\u9fff" for sign in prompt)
    return "zh" if han and han * 3 >= sum(sign.isascii() and sign.isalpha() for sign in prompt) else "en"
