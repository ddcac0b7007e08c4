"""Second stage: a compact network that draws 128×80 frames again at four times the size.

`python -m training.superres` trains it on pairs of the drawn world: small frames as the model leaves them,
and the same clips drawn large. The small ones are latents with noise in them that the exported model has
taken out again in one step: what is drawn stays where it was, and the model's own faults are on it. Then they
went through the VAE. The weights carry the names of the SRVGG architecture ("compact"), which is how spandrel
and the runner recognise them.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from diffusers import DiffusionPipeline
from rich.progress import track
from safetensors.torch import load_file, save_file
from torch import nn

from training import vae
from training.captions import sample
from training.codec import Codec, psnr
from training.export import FOLDER
from training.world import render

SCALE = 4
WORST = 0.6  # noise level of the most spoilt pair
FEATURES, CONVS = 32, 8


class Compact(nn.Module):
    """Plain 3×3 convolutions with PReLU, a pixel shuffle, and the enlarged picture as the base."""

    def __init__(self, features: int = FEATURES, convs: int = CONVS, scale: int = SCALE) -> None:
        super().__init__()
        self.scale = scale
        layers: list[nn.Module] = [nn.Conv2d(3, features, 3, padding=1), nn.PReLU(features)]
        for _ in range(convs):
            layers += [nn.Conv2d(features, features, 3, padding=1), nn.PReLU(features)]
        self.body = nn.Sequential(*layers, nn.Conv2d(features, 3 * scale**2, 3, padding=1))

    def forward(self, small: torch.Tensor) -> torch.Tensor:
        """(n, 3, h, w) in 0…1 → (n, 3, h·scale, w·scale)."""
        return F.pixel_shuffle(self.body(small), self.scale) + F.interpolate(small, scale_factor=self.scale)


class Spoiler:
    """Latents of drawn clips as the exported model would leave them."""

    def __init__(self, folder: Path) -> None:
        pipe = DiffusionPipeline.from_pretrained(folder, local_files_only=True, torch_dtype=torch.float32)
        native = json.loads((folder / "lingying.json").read_text())["native"]
        self.pipe, self.length = pipe, native["max_sequence_length"]

    @torch.no_grad()
    def __call__(self, latents: torch.Tensor, words: str, level: float, noise: torch.Tensor) -> torch.Tensor:
        """Latents (Z, t, h, w) with `noise` of that `level` and without it again."""
        text, _ = self.pipe.encode_prompt(
            words, do_classifier_free_guidance=False, max_sequence_length=self.length
        )
        noisy = ((1 - level) * latents + level * noise)[None]
        return self.pipe.transformer(noisy, torch.tensor([1000 * level]), text, return_dict=False)[0][0]


class Pairs:
    """Small spoilt and large drawn frames: float32 (n, 3, h, w) and (n, 3, 4h, 4w) in 0…1."""

    def __init__(self, codec: Codec, decoder: vae.Unfold, spoiler: Spoiler, seed: int) -> None:
        self.codec, self.decoder, self.spoiler = codec, decoder.eval(), spoiler
        self.rng = random.Random(seed)

    @torch.no_grad()
    def clip(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Two frames of one clip: its first and one of a later latent frame."""
        scene, words = sample(self.rng, seeds=0.3)
        late = self.rng.randrange(1, 9)
        large = render(scene, 9, (128 * SCALE, 80 * SCALE), only=[0, late])[0]
        latents = self._spoilt(self.codec.encode(render(scene, 9, (128, 80))[0]), words)
        raw = latents * self.codec.scale.view(-1, 1, 1, 1) + self.codec.mean.view(-1, 1, 1, 1)
        place, halves = (late - 1) // 4 + 1, ((late - 1) % 4 // 2, (late - 1) % 2)
        seen = torch.cat([self.decoder(raw[None, :, 0], None), self.decoder(raw[None, :, place], halves)])
        return (seen.clamp(-1, 1) + 1) / 2, torch.from_numpy(large).permute(0, 3, 1, 2) / 255

    def _spoilt(self, latents: torch.Tensor, words: str) -> torch.Tensor:
        """A quarter stays as it is: what the model does well shall not be painted over."""
        source = torch.Generator().manual_seed(self.rng.getrandbits(31))
        level = self.rng.uniform(-WORST / 3, WORST)
        noise = torch.randn(latents.shape, generator=source)
        return latents if level <= 0 else self.spoiler(latents, words, max(level, 0.05), noise)


def train(pairs: Pairs, net: Compact, minutes: float, lr: float, crop: int = 32, batch: int = 10) -> Compact:
    """Trains for so many minutes of processor time on random crops; the rate falls along a half cosine."""
    started = time.process_time()
    optim = torch.optim.Adam(net.parameters(), lr=lr, betas=(0.9, 0.99))
    stock = [pairs.clip() for _ in track(range(150), description="drawing pairs")]
    step, spent = 0, 0.0
    while spent < 1:
        spent = (time.process_time() - started) / (60 * minutes)
        for group in optim.param_groups:
            group["lr"] = lr * 0.5 * (1 + np.cos(np.pi * min(spent, 1)))
        if step % 2 == 0:
            stock[pairs.rng.randrange(len(stock))] = pairs.clip()
        small, large = _crops(pairs.rng, stock, crop, batch)
        made = net(small)
        loss = F.l1_loss(made, large) + 0.5 * F.l1_loss(_edges(made), _edges(large))
        optim.zero_grad()
        loss.backward()
        optim.step()
        step += 1
        if step % 100 == 0:
            print(f"step {step} · {100 * min(spent, 1):.0f} % · loss {float(loss.detach()):.4f}", flush=True)
    return net.eval()


def _crops(rng: random.Random, stock: list, crop: int, batch: int) -> tuple[torch.Tensor, torch.Tensor]:
    small, large = [], []
    for _ in range(batch):
        a, b = rng.choice(stock)
        k, y, x = (
            rng.randrange(len(a)),
            rng.randrange(a.shape[2] - crop + 1),
            rng.randrange(a.shape[3] - crop + 1),
        )
        small.append(a[k, :, y : y + crop, x : x + crop])
        large.append(b[k, :, y * SCALE : (y + crop) * SCALE, x * SCALE : (x + crop) * SCALE])
    return torch.stack(small), torch.stack(large)


def _edges(picture: torch.Tensor) -> torch.Tensor:
    """Horizontal and vertical differences, cut to one shape."""
    across, down = picture[..., 1:] - picture[..., :-1], picture[..., 1:, :] - picture[..., :-1, :]
    return torch.cat([across[..., 1:, :], down[..., 1:]], dim=1)


def load(path: Path = FOLDER / "superres/compact_x4.safetensors") -> Compact:
    net = Compact()
    net.load_state_dict({k: v.float() for k, v in load_file(path).items()})
    return net.eval()


@torch.no_grad()
def enlarge(net: Compact, frames: np.ndarray) -> np.ndarray:
    """uint8 (n, h, w, 3) → uint8 (n, 4h, 4w, 3)."""
    out = [net(torch.from_numpy(f).permute(2, 0, 1)[None] / 255.0)[0] for f in frames]
    return (torch.stack(out).clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1).numpy()


def measure(net: Compact, pairs: Pairs, clips: int = 24) -> tuple[float, float]:
    """Mean PSNR on new clips, of the network and of lanczos."""
    ours, plain = [], []
    for _ in range(clips):
        small, large = pairs.clip()
        frames = (small * 255).round().byte().permute(0, 2, 3, 1).numpy()
        goal = (large * 255).round().byte().permute(0, 2, 3, 1).numpy()
        ours += [psnr(a, b) for a, b in zip(enlarge(net, frames), goal, strict=False)]
        plain += [
            psnr(cv2.resize(a, goal.shape[2:0:-1], interpolation=cv2.INTER_LANCZOS4), b)
            for a, b in zip(frames, goal, strict=False)
        ]
    return float(np.mean(ours)), float(np.mean(plain))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=8, help="processor minutes")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="whose faults to mend")
    parser.add_argument("--resume", action="store_true", help="go on from the saved net")
    parser.add_argument("--out", type=Path, default=FOLDER / "superres/compact_x4.safetensors")
    args = parser.parse_args()
    codec, decoder, spoiler = Codec.load(), vae.load(), Spoiler(args.folder)
    begun, lr = (load(args.out), 8e-4) if args.resume else (Compact(), 1.5e-3)
    net = train(Pairs(codec, decoder, spoiler, 1), begun, args.minutes, lr)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    save_file({k: v.half().contiguous() for k, v in net.state_dict().items()}, args.out)
    ours, plain = measure(load(args.out), Pairs(codec, decoder, spoiler, 2))
    print(f"new clips: {ours:.2f} dB, lanczos {plain:.2f} dB; saved {args.out}")


if __name__ == "__main__":
    main()
