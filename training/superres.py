"""Second stage: a compact network that draws 128×80 frames again at four times the size.

`python -m training.superres` trains it on pairs of the drawn world: small frames that went through the VAE
with noise in their latents (what a not quite finished denoising leaves behind), and the same clips drawn
large. The weights carry the names of the SRVGG architecture ("compact"), which is how spandrel and the
runner recognise them.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from rich.progress import track
from safetensors.torch import load_file, save_file
from torch import nn

from training import vae
from training.captions import sample
from training.codec import Codec, psnr
from training.export import FOLDER
from training.world import render

SCALE = 4
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


class Pairs:
    """Small degraded and large drawn frames: float32 (n, 3, h, w) and (n, 3, 4h, 4w) in 0…1."""

    def __init__(self, codec: Codec, decoder: vae.Unfold, seed: int) -> None:
        self.codec, self.decoder, self.rng = codec, decoder.eval(), random.Random(seed)

    @torch.no_grad()
    def clip(self, noise: float | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """Two frames of one clip: its first and one of a later latent frame."""
        scene, _ = sample(self.rng, seeds=0.4)
        small = render(scene, 9, (128, 80))[0]
        late = self.rng.randrange(1, 9)
        large = render(scene, 9, (128 * SCALE, 80 * SCALE), only=[0, late])[0]
        strength = (self.rng.random() ** 2 * 0.3) if noise is None else noise
        latents = self.codec.encode(small)
        latents = latents + strength * torch.randn(
            latents.shape, generator=torch.Generator().manual_seed(self.rng.getrandbits(31))
        )
        raw = latents * self.codec.scale.view(-1, 1, 1, 1) + self.codec.mean.view(-1, 1, 1, 1)
        place, halves = (late - 1) // 4 + 1, ((late - 1) % 4 // 2, (late - 1) % 2)
        seen = torch.cat([self.decoder(raw[None, :, 0], None), self.decoder(raw[None, :, place], halves)])
        return (seen.clamp(-1, 1) + 1) / 2, torch.from_numpy(large).permute(0, 3, 1, 2) / 255


def train(pairs: Pairs, minutes: float, crop: int = 32, batch: int = 10, lr: float = 1.5e-3) -> Compact:
    """Trains for so many minutes of processor time on random crops; the rate falls along a half cosine."""
    net, started = Compact(), time.process_time()
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
        small, large = pairs.clip(noise=0.05)
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
    parser.add_argument("--out", type=Path, default=FOLDER / "superres/compact_x4.safetensors")
    args = parser.parse_args()
    codec, decoder = Codec.load(), vae.load()
    net = train(Pairs(codec, decoder, 1), args.minutes)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    save_file({k: v.half().contiguous() for k, v in net.state_dict().items()}, args.out)
    ours, plain = measure(load(args.out), Pairs(codec, decoder, 2))
    print(f"new clips: {ours:.2f} dB, lanczos {plain:.2f} dB; saved {args.out}")


if __name__ == "__main__":
    main()
