"""The classifier of the evaluation: a small CNN that reads background, subject, colour and motion off five
frames of a clip."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import nn

from training.captions import core_scene, full_scene
from training.world import VOCABULARY, Scene, render

PATH = Path("out/training/classifier.pt")
FRAMES = (0, 2, 4, 6, 8)


class SceneClassifier(nn.Module):
    """Frames (b, 5, 3, 80, 128) in −1…1 → logits for each slot of `VOCABULARY`. Each frame is encoded alone,
    then their change over time."""

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        sizes = [3, width, 2 * width, 3 * width, 4 * width]
        self.encoder = nn.Sequential(
            *(
                layer
                for a, b in pairwise(sizes)
                for layer in (nn.Conv2d(a, b, 3, stride=2, padding=1), nn.GroupNorm(4, b), nn.ReLU())
            )
        )
        self.spatial = nn.Conv2d(4 * width, 8, 1)
        self.temporal = nn.Sequential(nn.Linear(5 * 8 * 40, 128), nn.ReLU())
        self.heads = nn.ModuleDict(
            {slot: nn.Linear(4 * width * 2 + 128, len(words)) for slot, words in VOCABULARY.items()}
        )

    def forward(self, frames: torch.Tensor) -> dict[str, torch.Tensor]:
        batch = frames.shape[:2]
        encoded = self.encoder(frames.flatten(0, 1))
        pooled = torch.cat([encoded.mean((2, 3)), encoded.amax((2, 3))], dim=1).unflatten(0, batch).mean(1)
        moved = self.temporal(self.spatial(encoded).unflatten(0, batch).flatten(1))
        features = torch.cat([pooled, moved], dim=1)
        return {slot: head(features) for slot, head in self.heads.items()}


def _input(clips: NDArray[np.uint8]) -> torch.Tensor:
    """uint8 (b, 5, h, w, 3) → float32 (b, 5, 3, h, w) in −1…1."""
    return torch.from_numpy(clips).permute(0, 1, 4, 2, 3).float() / 127.5 - 1


def train(
    clips: int,
    steps: int,
    degrade: Callable[[NDArray[np.uint8]], NDArray[np.uint8]],
    size: tuple[int, int] = (128, 80),
    batch: int = 24,
) -> SceneClassifier:
    """Trains on so many drawn clips, half of them degraded (sent through the codec), so that blur alone does
    not mislead it."""
    rng, classifier = random.Random(77), SceneClassifier()
    examples = _examples(clips, degrade, size, rng)
    optimizer = torch.optim.AdamW(classifier.parameters(), lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, steps)
    for step in range(steps):
        chosen = rng.choices(examples, k=batch)
        loss = _loss(
            classifier(_input(np.stack([frames for frames, _ in chosen]))),
            torch.tensor([labels for _, labels in chosen]),
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 50 == 49:
            print(f"classifier step {step + 1} · loss {float(loss.detach()):.3f}", flush=True)
    return classifier.eval()


def _examples(
    clips: int,
    degrade: Callable[[NDArray[np.uint8]], NDArray[np.uint8]],
    size: tuple[int, int],
    rng: random.Random,
) -> list[tuple[NDArray[np.uint8], list[int]]]:
    """Five frames of each clip, and the labels of its scene in the order of `VOCABULARY`."""
    examples = []
    for index in range(clips):
        scene = core_scene(rng) if index % 5 < 2 else full_scene(rng)
        clip = render(scene, 9, size)[0]
        examples.append(((degrade(clip) if index % 2 else clip)[list(FRAMES)], _labels(scene)))
    return examples


def _labels(scene: Scene) -> list[int]:
    return [words.index(getattr(scene, slot)) for slot, words in VOCABULARY.items()]


def _loss(logits: dict[str, torch.Tensor], labels: torch.Tensor) -> torch.Tensor:
    losses = [
        F.cross_entropy(logits[slot], labels[:, k], label_smoothing=0.05) for k, slot in enumerate(VOCABULARY)
    ]
    return sum(losses, torch.zeros(()))


@torch.no_grad()
def predict(classifier: SceneClassifier, clips: NDArray[np.uint8]) -> list[dict[str, str]]:
    """The words that the classifier reads off every clip of uint8 (b, 9, h, w, 3), by slot."""
    logits: dict[str, torch.Tensor] = classifier(_input(clips[:, FRAMES]))
    return [
        {slot: words[int(logits[slot][k].argmax())] for slot, words in VOCABULARY.items()}
        for k in range(len(clips))
    ]
