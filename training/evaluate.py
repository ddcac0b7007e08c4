"""`python -m training.evaluate`: does the model draw what the prompt says (prompt adherence)?

A small CNN is trained on drawn clips, then classifies clips of the exported folder for held-out combinations,
half in Chinese and half in English, every other pair in a phrasing kept from training. The same classifier on
real renders of the very same scenes is the ceiling. Writes `docs/model/evaluation.jsonl`, one line per run,
and `docs/model/evaluation.png`.
"""

from __future__ import annotations

import argparse
import json
import random
from itertools import cycle, product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from generation.runner import prompt_parser
from training import classifier
from training.captions import caption
from training.classifier import SceneClassifier
from training.codec import Codec
from training.export import FOLDER
from training.plots import draw_all
from training.sample import Sampler
from training.world import CORE, VOCABULARY, Scene, held_out, render

LOG = Path("docs/model/evaluation.jsonl")
Accuracies = dict[str, float]  # by slot, and of all four at once


class Prompt(NamedTuple):
    """A held-out scene and one caption of it; `core` if it belongs to the core world."""

    scene: Scene
    text: str
    core: bool


def held_out_prompts(count: int, seed: int = 2026) -> list[Prompt]:
    """Held-out combinations, zh and en in turn, phrasings kept for tests in every second pair."""
    rng, prompts = random.Random(seed), []
    combinations = [words for words in product(*VOCABULARY.values()) if held_out(*words)]
    rng.shuffle(combinations)
    core = cycle([words for words in combinations if _is_core(words)])
    full = cycle([words for words in combinations if not _is_core(words)])
    for number in range(count):
        of_core = number % 20 < 6  # sixty of two hundred: there are no more in the core
        background, subject, colour, motion = next(core if of_core else full)
        scene = Scene(background, subject, colour, motion, seed=10_000_000 + number)
        language, kept = ("zh", "en")[number % 2], _has_test_phrasing(number)
        text = caption(scene, language, rng, kept_for_tests=kept, whole=True)
        prompts.append(Prompt(scene, text, of_core))
    return prompts


def _is_core(combination: tuple[str, ...]) -> bool:
    slots = zip(combination, VOCABULARY.items(), strict=True)
    return all(words.index(word) < CORE[slot] for word, (slot, words) in slots)


def _has_test_phrasing(number: int) -> bool:
    return number // 2 % 2 == 1


def scores(scenes: list[Scene], predictions: list[dict[str, str]]) -> Accuracies:
    """The share of predictions that are the scene's own words."""
    right = [
        {slot: predicted[slot] == getattr(scene, slot) for slot in VOCABULARY}
        for scene, predicted in zip(scenes, predictions, strict=True)
    ]
    accuracies = {slot: float(np.mean([r[slot] for r in right])) for slot in VOCABULARY}
    return accuracies | {"all four": float(np.mean([all(r.values()) for r in right]))}


def evaluate(sampler: Sampler, net: SceneClassifier, folder: Path, count: int) -> dict[str, Accuracies]:
    """Accuracies of each group of prompts, of the prompts as the prompt parser rewrites them, of renders."""
    prompts = held_out_prompts(count)
    scenes, texts = [prompt.scene for prompt in prompts], [prompt.text for prompt in prompts]
    rewritten = [_rewritten(text, folder) for text in texts]
    renders = np.stack([render(scene, 9, (128, 80))[0] for scene in scenes])
    predictions = classifier.predict(net, _clips(sampler, texts))
    result = {
        name: scores([scenes[k] for k in numbers], [predictions[k] for k in numbers])
        for name, numbers in _groups(prompts).items()
    }
    of_rewritten = classifier.predict(net, _clips(sampler, rewritten))
    result["rewritten by the prompt parser"] = scores(scenes, of_rewritten)
    return result | {"real renders": scores(scenes, classifier.predict(net, renders))}


def _rewritten(text: str, folder: Path) -> str:
    parsed = prompt_parser.parse(text, folder)
    return parsed.rewritten_prompt if parsed else text


def _clips(sampler: Sampler, texts: list[str], batch: int = 10) -> NDArray[np.uint8]:
    """One clip of each prompt; every prompt has its own seed."""
    clips = []
    for start in track(range(0, len(texts), batch), description="sampling clips"):
        group = texts[start : start + batch]
        clips.append(sampler.sample(group, seeds=list(range(start, start + len(group)))))
    return np.concatenate(clips)


def _groups(prompts: list[Prompt]) -> dict[str, list[int]]:
    count = len(prompts)
    return {
        "all": list(range(count)),
        "core": [k for k in range(count) if prompts[k].core],
        "zh": list(range(0, count, 2)),
        "en": list(range(1, count, 2)),
        "held-out phrasings": [k for k in range(count) if _has_test_phrasing(k)],
    }


def load_or_train_classifier(codec: Codec, clips: int, steps: int) -> SceneClassifier:
    net = SceneClassifier()
    if classifier.PATH.exists():
        net.load_state_dict(torch.load(classifier.PATH, weights_only=True))
        return net.eval()
    net = classifier.train(clips, steps, lambda clip: codec.decode(codec.encode(clip)))
    classifier.PATH.parent.mkdir(parents=True, exist_ok=True)
    torch.save(net.state_dict(), classifier.PATH)
    return net


def table(result: dict[str, Accuracies]) -> Table:
    columns = (*VOCABULARY, "all four")
    shown = Table("held-out prompts", *columns)
    for name, accuracies in result.items():
        shown.add_row(name, *(f"{accuracies[column]:.2f}" for column in columns))
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=200, help="prompts")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--clips", type=int, default=3000, help="clips that the classifier is trained on")
    parser.add_argument("--steps", type=int, default=1400, help="of the classifier's training")
    parser.add_argument("--classifier-only", action="store_true", help="train the classifier and end")
    args = parser.parse_args()
    net = load_or_train_classifier(Codec.load(), args.clips, args.steps)
    if args.classifier_only:
        return
    result = evaluate(Sampler(args.folder), net, args.folder, args.count)
    Console().print(table(result))
    clips_seen = json.loads((args.folder / "lingying.json").read_text())["clips_seen"]
    with LOG.open("a") as log:
        log.write(json.dumps({"clips": clips_seen, "count": args.count, "result": result}) + "\n")
    draw_all()


if __name__ == "__main__":
    main()
