"""`python -m training.lexicon`: what a model of this world knows, written as `lexicon.json` into its folder.

The runner's prompt parser reads prompts by it and rewrites them in the words of the training captions.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from training import synonyms
from training.captions import article
from training.phrases import EXAMPLE_SCENES, ORDERS, PHRASES, STYLES, ExampleScene
from training.world import CAMERAS, VOCABULARY, held_out

FOLDER = Path("models/lingying-tiny")
SLOTS = {**VOCABULARY, "camera": CAMERAS}
COMMAS = {"zh": ",", "en": ", "}
REWRITTEN_IN = "en"  # of its two languages the one that the model draws better from: `docs/decisions/0006`


def content() -> dict[str, Any]:
    """Everything the prompt parser wants to know, JSON-safe; the keys are those of the file's format."""
    return {
        "version": 1,
        "slots": {slot: [_entry(slot, name) for name in names] for slot, names in SLOTS.items()}
        | {"style": _styles()},
        "vague": synonyms.AMBIGUOUS,
        "hints": synonyms.OCCASIONS,
        "strangers": synonyms.UNKNOWN,
        "joined": synonyms.COMPOUNDS,
        "within": synonyms.IMPLIED,
        "worn": synonyms.CLOTHES,
        "passing": synonyms.STOP_WORDS,
        "held": synonyms.ACCOMPANYING,
        "without": synonyms.NEGATIONS,
        "habits": synonyms.DEFAULTS,
        "times": ["starry night"],
        "natural": synonyms.NATURAL_COLOURS,
        "scenes": [_scene(entry) for entry in EXAMPLE_SCENES],
        "told": REWRITTEN_IN,
        "caption": {
            language: {"sentence": ORDERS[language][0], "comma": COMMAS[language], "still": "still"}
            for language in COMMAS
        },
    }


def _entry(slot: str, name: str) -> dict[str, Any]:
    """A name with the phrases of the training captions, the plainest first, and its synonyms."""
    entry: dict[str, Any] = {"name": name} | {
        language: list(PHRASES[language][slot][name]) for language in COMMAS
    }
    entry["heard"] = synonyms.SYNONYMS[slot].get(name, {})
    if slot == "subject":
        entry["one"] = {language: _article(name, language) for language in COMMAS}
    return entry


def _article(subject: str, language: str) -> str:
    return article(subject, {"colour": PHRASES[language]["colour"]["red"][0]}, language)


def _styles() -> list[dict[str, Any]]:
    styles = [
        {"name": name, "zh": [zh], "en": [en], "heard": {}} for name, (zh, en) in synonyms.STYLE_NAMES.items()
    ]
    trained = {phrase for phrases in STYLES.values() for phrase in phrases}
    named = {phrase for pair in synonyms.STYLE_NAMES.values() for phrase in pair}
    assert trained >= named, "a style that no caption has"
    return styles


def _scene(entry: ExampleScene) -> dict[str, Any]:
    """The scene of an example prompt; `by_heart` if its prompts always meant the same picture in training."""
    colour = next(
        each for each in entry.colours if not held_out(entry.background, entry.subject, each, entry.motion)
    )
    scene = {name: getattr(entry, name) for name in ("background", "subject", "motion", "camera")}
    both_languages = {prompt.isascii() for prompt in entry.prompts} == {True, False}
    return {
        "scene": scene | {"colour": colour},
        "words": list(entry.prompts),
        "by_heart": both_languages and len(entry.colours) == 1,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    path = parser.parse_args().folder / "lexicon.json"
    path.write_text(json.dumps(content(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
