"""`python -m training.probe`: does the model draw what the prompt says?

A judge (a small CNN) is trained on drawn clips, then reads clips of the exported folder for held-out
combinations, half in Chinese and half in English, every other one in a phrasing kept from training. The
same judge reads real renders of the very same scenes, which is the ceiling. Writes `docs/model/probe.jsonl`,
one line per run, and `docs/model/probe.png`.
"""

from __future__ import annotations

import argparse
import json
import random
from itertools import cycle
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from generation.runner import prompt_parser
from training.captions import caption
from training.codec import Codec
from training.export import FOLDER
from training.probe_net import HEADS, HOME, Judge, train, verdicts
from training.sample import Maker
from training.world import BACKGROUNDS, COLOURS, CORE, MOTIONS, SUBJECTS, Scene, held_out, render

LOG = Path("docs/model/probe.jsonl")


def questions(count: int, seed: int = 2026) -> list[tuple[Scene, str, bool]]:
    """(scene, prompt, core): held-out combinations, zh and en in turn, kept phrasings in every second
    pair."""
    rng, asked = random.Random(seed), []
    cells = [
        (b, s, c, m)
        for b in BACKGROUNDS
        for s in SUBJECTS
        for c in COLOURS
        for m in MOTIONS
        if held_out(b, s, c, m)
    ]
    rng.shuffle(cells)
    core = cycle([cell for cell in cells if _is_core(cell)])
    full = cycle([cell for cell in cells if not _is_core(cell)])
    for number in range(count):
        of_core = number % 20 < 6  # sixty of two hundred: there are no more in the core
        scene = Scene(*next(core if of_core else full), seed=10_000_000 + number)
        language, kept = ("zh", "en")[number % 2], number // 2 % 2 == 1
        asked.append((scene, caption(scene, language, rng, kept_for_tests=kept, whole=True), of_core))
    return asked


def _is_core(cell: tuple[str, str, str, str]) -> bool:
    lists = (BACKGROUNDS, SUBJECTS, COLOURS, MOTIONS)
    return all(words.index(word) < CORE[kind] for word, words, kind in zip(cell, lists, CORE, strict=True))


def scores(scenes: list[Scene], read: list[dict[str, str]]) -> dict[str, float]:
    right = [
        {name: verdict[name] == getattr(scene, name) for name in HEADS}
        for scene, verdict in zip(scenes, read, strict=True)
    ]
    shares = {name: float(np.mean([r[name] for r in right])) for name in HEADS}
    return shares | {"all four": float(np.mean([all(r.values()) for r in right]))}


def run(maker: Maker, judge: Judge, folder: Path, count: int) -> dict[str, dict[str, float]]:
    """Shares right of each group of prompts, of the prompts as the runner's reader tells them, of renders."""
    asked = questions(count)
    scenes, prompts = [scene for scene, _, _ in asked], [words for _, words, _ in asked]
    read = [prompt_parser.parse(words, folder) for words in prompts]
    told = [said.rewritten_prompt if said else words for words, said in zip(prompts, read, strict=True)]
    drawn = np.stack([render(scene, 9, (128, 80))[0] for scene in scenes])
    of_model = verdicts(judge, _clips(maker, prompts))
    result = {
        name: scores([scenes[k] for k in ks], [of_model[k] for k in ks])
        for name, ks in _groups(asked).items()
    }
    result["as the runner tells it"] = scores(scenes, verdicts(judge, _clips(maker, told)))
    return result | {"real renders": scores(scenes, verdicts(judge, drawn))}


def _clips(maker: Maker, prompts: list[str], batch: int = 10) -> np.ndarray:
    """One clip of each prompt; every prompt has its own seed."""
    made = []
    for start in track(range(0, len(prompts), batch), description="making clips"):
        group = prompts[start : start + batch]
        made.append(maker.clips(group, seeds=list(range(start, start + len(group)))))
    return np.concatenate(made)


def _groups(asked: list[tuple[Scene, str, bool]]) -> dict[str, list[int]]:
    count = len(asked)
    return {
        "all": list(range(count)),
        "core": [k for k in range(count) if asked[k][2]],
        "zh": list(range(0, count, 2)),
        "en": list(range(1, count, 2)),
        "kept phrasings": [k for k in range(count) if k // 2 % 2 == 1],
    }


def judge_of(codec: Codec, drawn: int, steps: int) -> Judge:
    """The saved judge, or a new one."""
    judge = Judge()
    if HOME.exists():
        judge.load_state_dict(torch.load(HOME, weights_only=True))
        return judge.eval()
    judge = train(drawn, steps, lambda clip: codec.decode(codec.encode(clip)))
    HOME.parent.mkdir(parents=True, exist_ok=True)
    torch.save(judge.state_dict(), HOME)
    return judge


def table(result: dict[str, dict[str, float]]) -> Table:
    shown = Table("held-out prompts", *HEADS, "all four")
    for name, shares in result.items():
        shown.add_row(name, *(f"{shares[k]:.2f}" for k in (*HEADS, "all four")))
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--drawn", type=int, default=3000)
    parser.add_argument("--steps", type=int, default=1400)
    parser.add_argument("--judge-only", action="store_true")
    args = parser.parse_args()
    judge = judge_of(Codec.load(), args.drawn, args.steps)
    if args.judge_only:
        return
    result = run(Maker(args.folder), judge, args.folder, args.count)
    Console().print(table(result))
    clips = json.loads((args.folder / "lingying.json").read_text())["clips_seen"]
    with LOG.open("a") as log:
        log.write(json.dumps({"clips": clips, "count": args.count, "result": result}) + "\n")
    from training.plots import draw_all

    draw_all()


if __name__ == "__main__":
    main()
