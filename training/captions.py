"""Captions of scenes in Chinese and English: synonyms, varied order, camera and style words.

`PHRASES` and `ORDERS` are what training uses. `TEST_PHRASES` and `TEST_ORDERS` are kept for tests and never
sampled in training.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from training.phrases import EXAMPLE_SCENES, ORDERS, PHRASES, STYLES, TEST_ORDERS, TEST_PHRASES
from training.world import CAMERAS, CORE, VOCABULARY, Scene, held_out

LANGUAGES = ("zh", "en")
UNIFORM: Mapping[str, float] = MappingProxyType({})  # every word as often as the others
_ARTICLES = {
    "woman": "一位",
    "dragon boat": "一艘",
    "family": "",
    "balloon man": "一个",
    "balloon": "一个",
    "fish": "一条",
    "elephant": "一头",
    "leaf elephant": "一头",
}


def caption(
    scene: Scene, language: str, rng: random.Random, *, kept_for_tests: bool = False, whole: bool = False
) -> str:
    """One sentence about `scene`. `whole` names every slot of it; otherwise one may be left out, as people
    leave them out. `kept_for_tests` takes the phrasings that training never sees."""
    phrases, orders = (TEST_PHRASES, TEST_ORDERS) if kept_for_tests else (PHRASES, ORDERS)
    words = {slot: rng.choice(phrases[language][slot][getattr(scene, slot)]) for slot in VOCABULARY}
    if not whole and not kept_for_tests:
        words |= _left_out(rng)
    named = {slot: word for slot, word in words.items() if word}
    fitting = [o for o in orders[language] if all((f"{{{s}}}" in o) == (s in named) for s in VOCABULARY)]
    sentence = rng.choice(fitting).format(**named, one=article(scene.subject, named, language))
    return _with_camera_and_style(sentence, scene, language, rng)


def _left_out(rng: random.Random) -> dict[str, str]:
    roll = rng.random()
    if roll < 0.07:
        return {"colour": ""}
    if roll < 0.12:
        return {"background": ""}
    return {"motion": ""} if roll < 0.16 else {}


def article(subject: str, words: Mapping[str, str], language: str) -> str:
    """The indefinite article (in Chinese: one and its measure word) before the `words` for a subject."""
    if language == "zh":
        return _ARTICLES.get(subject, "一只")
    first = words.get("colour") or words["subject"]
    return "an" if first[0] in "aeio" else "a"


def _with_camera_and_style(sentence: str, scene: Scene, language: str, rng: random.Random) -> str:
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


def sample_pair(
    rng: random.Random,
    *,
    example_share: float = 0.25,
    core_share: float = 0.45,
    word_weights: Mapping[str, float] = UNIFORM,
) -> tuple[Scene, str]:
    """One training pair, scene and caption.

    `example_share` of them are scenes of the example prompts, `core_share` of the core world. `word_weights`
    are sampling weights of words of the world; 1 where none is given.
    """
    roll = rng.random()
    if roll < example_share:
        return example_pair(rng)
    sample_scene = core_scene if roll < example_share + core_share else full_scene
    scene = sample_scene(rng, word_weights)
    while held_out(scene.background, scene.subject, scene.colour, scene.motion):
        scene = sample_scene(rng, word_weights)
    return scene, caption(scene, rng.choice(LANGUAGES), rng)


def example_pair(rng: random.Random) -> tuple[Scene, str]:
    """A scene of the example prompts, captioned by one of them in six cases of ten."""
    entry = rng.choices(EXAMPLE_SCENES, weights=[e.weight for e in EXAMPLE_SCENES])[0]
    free = [c for c in entry.colours if not held_out(entry.background, entry.subject, c, entry.motion)]
    scene = Scene(
        entry.background, entry.subject, rng.choice(free), entry.motion, entry.camera, rng.getrandbits(31)
    )
    if rng.random() < 0.6:
        return scene, rng.choice(entry.prompts)
    scene = replace(scene, camera=_camera(rng)) if entry.camera == "still" else scene
    return scene, caption(scene, rng.choice(LANGUAGES), rng)


def core_scene(rng: random.Random, word_weights: Mapping[str, float] = UNIFORM) -> Scene:
    return _scene(rng, {slot: words[: CORE[slot]] for slot, words in VOCABULARY.items()}, word_weights)


def full_scene(rng: random.Random, word_weights: Mapping[str, float] = UNIFORM) -> Scene:
    return _scene(rng, VOCABULARY, word_weights)


def _scene(
    rng: random.Random, vocabulary: Mapping[str, tuple[str, ...]], word_weights: Mapping[str, float]
) -> Scene:
    chosen = {
        slot: rng.choices(words, weights=[word_weights.get(word, 1.0) for word in words])[0]
        for slot, words in vocabulary.items()
    }
    return Scene(**chosen, camera=_camera(rng), seed=rng.getrandbits(31))


def _camera(rng: random.Random) -> str:
    return "still" if rng.random() < 0.72 else rng.choice(CAMERAS[1:])
