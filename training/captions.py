"""What people say about a scene, in Chinese and English: synonyms, varied order, camera and style words.

`PHRASES` is what training uses. `TEST_PHRASES` and the test orders are kept for tests and never sampled in
training.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from training.phrases import ORDERS, PHRASES, SEED_SCENES, STYLES, TEST_ORDERS, TEST_PHRASES
from training.world import BACKGROUNDS, CAMERAS, COLOURS, CORE, MOTIONS, SUBJECTS, Scene, held_out

LANGUAGES = ("zh", "en")
EVENLY: Mapping[str, float] = MappingProxyType({})  # every word as often as the others
_LISTS = {"background": BACKGROUNDS, "subject": SUBJECTS, "colour": COLOURS, "motion": MOTIONS}


def caption(
    scene: Scene, language: str, rng: random.Random, *, kept_for_tests: bool = False, whole: bool = False
) -> str:
    """One sentence about `scene`. `whole` names every word of it; otherwise some go unsaid, as people leave
    them out."""
    source, orders = (TEST_PHRASES, TEST_ORDERS) if kept_for_tests else (PHRASES, ORDERS)
    words = {kind: rng.choice(source[language][kind][getattr(scene, kind)]) for kind in _LISTS}
    if not whole and not kept_for_tests:
        words |= _unsaid(rng)
    said = {kind: word for kind, word in words.items() if word}
    order = rng.choice([o for o in orders[language] if all((f"{{{k}}}" in o) == (k in said) for k in _LISTS)])
    sentence = order.format(**said, one=_article(scene, said, language))
    return _dressed(sentence, scene, language, rng)


def _unsaid(rng: random.Random) -> dict[str, str]:
    roll = rng.random()
    if roll < 0.07:
        return {"colour": ""}
    if roll < 0.12:
        return {"background": ""}
    return {"motion": ""} if roll < 0.16 else {}


def _article(scene: Scene, said: dict[str, str], language: str) -> str:
    if language == "zh":
        return {
            "woman": "一位",
            "dragon boat": "一艘",
            "family": "",
            "balloon man": "一个",
            "balloon": "一个",
            "fish": "一条",
            "elephant": "一头",
            "leaf elephant": "一头",
        }.get(scene.subject, "一只")
    first = said.get("colour") or said["subject"]
    return "an" if first[0] in "aeio" else "a"


def _dressed(sentence: str, scene: Scene, language: str, rng: random.Random) -> str:
    """Camera words always when the camera moves, seldom when it rests; style words in a third of the
    captions."""
    comma = "," if language == "zh" else ", "
    if scene.camera != "still" or rng.random() < 0.06:
        camera = rng.choice(PHRASES[language]["camera"][scene.camera])
        sentence = f"{camera}{comma}{sentence}" if rng.random() < 0.4 else f"{sentence}{comma}{camera}"
    if rng.random() < 0.3:
        style = rng.choice(STYLES[language])
        sentence = f"{style}{comma}{sentence}" if rng.random() < 0.4 else f"{sentence}{comma}{style}"
    return sentence


def sample(
    rng: random.Random,
    *,
    seeds: float = 0.25,
    core: float = 0.45,
    often: Mapping[str, float] = EVENLY,
) -> tuple[Scene, str]:
    """One training pair. `seeds` and `core` are the shares of the seed's scenes and of the core world; a word
    of the world comes as many times as often as the others as `often` says."""
    roll = rng.random()
    if roll < seeds:
        return seed_pair(rng)
    drawn = core_scene if roll < seeds + core else full_scene
    scene = drawn(rng, often)
    while held_out(scene.background, scene.subject, scene.colour, scene.motion):
        scene = drawn(rng, often)
    return scene, caption(scene, rng.choice(LANGUAGES), rng)


def seed_pair(rng: random.Random) -> tuple[Scene, str]:
    """A scene of the seed's prompts, told in its own words half of the time."""
    entry = rng.choices(SEED_SCENES, weights=[e.weight for e in SEED_SCENES])[0]
    free = [c for c in entry.colours if not held_out(entry.background, entry.subject, c, entry.motion)]
    scene = Scene(
        entry.background, entry.subject, rng.choice(free), entry.motion, entry.camera, rng.getrandbits(31)
    )
    if rng.random() < 0.6:
        return scene, rng.choice(entry.words)
    scene = replace(scene, camera=_camera(rng)) if entry.camera == "still" else scene
    return scene, caption(scene, rng.choice(LANGUAGES), rng)


def core_scene(rng: random.Random, often: Mapping[str, float] = EVENLY) -> Scene:
    return _scene(rng, {kind: names[: CORE[kind]] for kind, names in _LISTS.items()}, often)


def full_scene(rng: random.Random, often: Mapping[str, float] = EVENLY) -> Scene:
    return _scene(rng, _LISTS, often)


def _scene(rng: random.Random, lists: dict[str, tuple[str, ...]], often: Mapping[str, float]) -> Scene:
    picks = {
        kind: rng.choices(names, weights=[often.get(name, 1.0) for name in names])[0]
        for kind, names in lists.items()
    }
    return Scene(**picks, camera=_camera(rng), seed=rng.getrandbits(31))


def _camera(rng: random.Random) -> str:
    return "still" if rng.random() < 0.72 else rng.choice(CAMERAS[1:])
