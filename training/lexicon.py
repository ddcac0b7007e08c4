"""`python -m training.lexicon`: what a model of this world knows, written as `lexicon.json` into its folder.

The runner reads prompts by it and tells the model in the words it was taught.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from training import listening
from training.captions import _article
from training.phrases import ORDERS, PHRASES, SEED_SCENES, STYLES, SeedScene
from training.world import BACKGROUNDS, CAMERAS, COLOURS, MOTIONS, SUBJECTS, Scene, held_out

FOLDER = Path("models/lingying-tiny")
LISTS = {
    "background": BACKGROUNDS,
    "subject": SUBJECTS,
    "colour": COLOURS,
    "motion": MOTIONS,
    "camera": CAMERAS,
}
COMMAS = {"zh": ",", "en": ", "}
TOLD = "en"  # of its two languages the one that the model draws better from: `docs/decisions/0006`


def content() -> dict[str, Any]:
    """Everything `generation.runner.prompt_parser` wants to know, JSON-safe."""
    return {
        "version": 1,
        "slots": {slot: [_entry(slot, name) for name in names] for slot, names in LISTS.items()}
        | {"style": _styles()},
        "vague": listening.VAGUE,
        "hints": listening.HINTS,
        "strangers": listening.STRANGERS,
        "joined": listening.JOINED,
        "within": listening.WITHIN,
        "worn": listening.WORN,
        "passing": listening.PASSING,
        "held": listening.HELD,
        "without": listening.WITHOUT,
        "habits": listening.HABITS,
        "times": ["starry night"],
        "natural": listening.NATURAL,
        "scenes": [_scene(entry) for entry in SEED_SCENES],
        "told": TOLD,
        "caption": {
            language: {"sentence": ORDERS[language][0], "comma": COMMAS[language], "still": "still"}
            for language in COMMAS
        },
    }


def _entry(slot: str, name: str) -> dict[str, Any]:
    """A name with the model's own phrases, the plainest first, and what else people call it."""
    entry = {"name": name} | {language: list(PHRASES[language][slot][name]) for language in COMMAS}
    entry["heard"] = listening.HEARD[slot].get(name, {})
    if slot == "subject":
        entry["one"] = {language: _one(name, language) for language in COMMAS}
    return entry


def _one(subject: str, language: str) -> str:
    said = {"colour": PHRASES[language]["colour"]["red"][0]}
    return _article(Scene("park", subject, "red", "left"), said, language)


def _styles() -> list[dict[str, Any]]:
    named = [
        {"name": name, "zh": [zh], "en": [en], "heard": {}}
        for name, (zh, en) in listening.STYLE_NAMES.items()
    ]
    taught = {phrase for phrases in STYLES.values() for phrase in phrases}
    assert taught >= {entry[language][0] for entry in named for language in COMMAS}, "a style nobody taught"
    return named


def _scene(entry: SeedScene) -> dict[str, Any]:
    """A scene taught by its own words; `by_heart` if these words always meant the same picture."""
    colour = next(
        each for each in entry.colours if not held_out(entry.background, entry.subject, each, entry.motion)
    )
    scene = {name: getattr(entry, name) for name in ("background", "subject", "motion", "camera")}
    both = {word.isascii() for word in entry.words} == {True, False}
    return {
        "scene": scene | {"colour": colour},
        "words": list(entry.words),
        "by_heart": both and len(entry.colours) == 1,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    place = parser.parse_args().folder / "lexicon.json"
    place.write_text(json.dumps(content(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{place}: {place.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
