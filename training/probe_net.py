"""The probe's judge: a small CNN that reads background, subject, colour and motion off five frames of a
clip."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from training.captions import core_scene, full_scene
from training.world import BACKGROUNDS, COLOURS, MOTIONS, SUBJECTS, render

HOME = Path("out/training/judge.pt")
HEADS = {"background": BACKGROUNDS, "subject": SUBJECTS, "colour": COLOURS, "motion": MOTIONS}
MOMENTS = (0, 2, 4, 6, 8)


class Judge(nn.Module):
    """Frames (b, 5, 3, 80, 128) in −1…1 → logits per head. Each frame is read alone, then their change over
    time."""

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        sizes = [3, width, 2 * width, 3 * width, 4 * width]
        self.eye = nn.Sequential(
            *(
                layer
                for a, b in pairwise(sizes)
                for layer in (nn.Conv2d(a, b, 3, stride=2, padding=1), nn.GroupNorm(4, b), nn.ReLU())
            )
        )
        self.place = nn.Conv2d(4 * width, 8, 1)
        self.time = nn.Sequential(nn.Linear(5 * 8 * 40, 128), nn.ReLU())
        self.heads = nn.ModuleDict(
            {name: nn.Linear(4 * width * 2 + 128, len(words)) for name, words in HEADS.items()}
        )

    def forward(self, frames: torch.Tensor) -> dict[str, torch.Tensor]:
        seen = self.eye(frames.flatten(0, 1))
        pooled = (
            torch.cat([seen.mean((2, 3)), seen.amax((2, 3))], dim=1).unflatten(0, frames.shape[:2]).mean(1)
        )
        moved = self.time(self.place(seen).unflatten(0, frames.shape[:2]).flatten(1))
        both = torch.cat([pooled, moved], dim=1)
        return {name: head(both) for name, head in self.heads.items()}


def frames_of(clips: np.ndarray) -> torch.Tensor:
    """uint8 (b, 9, h, w, 3) → the judge's view."""
    return torch.from_numpy(clips[:, MOMENTS]).permute(0, 1, 4, 2, 3).float() / 127.5 - 1


def train(drawn: int, steps: int, soften, size: tuple[int, int] = (128, 80), batch: int = 24) -> Judge:
    """Trains on drawn clips, half of them `soften`ed (sent through the codec), so that blur alone does not
    fool it."""
    rng, judge = random.Random(77), Judge()
    stock = []
    for index in range(drawn):
        scene = core_scene(rng) if index % 5 < 2 else full_scene(rng)
        clip = render(scene, 9, size)[0]
        stock.append(
            (
                (soften(clip) if index % 2 else clip)[list(MOMENTS)],
                [words.index(getattr(scene, k)) for k, words in HEADS.items()],
            )
        )
    optim = torch.optim.AdamW(judge.parameters(), lr=2e-3, weight_decay=0.02)
    plan = torch.optim.lr_scheduler.OneCycleLR(optim, 2e-3, steps)
    for step in range(steps):
        picks = rng.choices(stock, k=batch)
        frames = torch.from_numpy(np.stack([f for f, _ in picks])).permute(0, 1, 4, 2, 3).float() / 127.5 - 1
        goals = torch.tensor([g for _, g in picks])
        said = judge(frames)
        loss = sum(
            F.cross_entropy(said[name], goals[:, k], label_smoothing=0.05) for k, name in enumerate(HEADS)
        )
        optim.zero_grad()
        loss.backward()
        optim.step()
        plan.step()
        if step % 50 == 49:
            print(f"judge step {step + 1} · loss {float(loss.detach()):.3f}", flush=True)
    return judge.eval()


@torch.no_grad()
def verdicts(judge: Judge, clips: np.ndarray) -> list[dict[str, str]]:
    """The judge's words for every clip."""
    said = judge(frames_of(clips))
    return [{name: HEADS[name][int(said[name][k].argmax())] for name in HEADS} for k in range(len(clips))]
