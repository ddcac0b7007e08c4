"""Super-resolution: a compact network that enlarges 128×80 frames four times.

`python -m training.superres` trains it on pairs of the drawn world: small frames, degraded as the model's own
are, and the same clips drawn large. To degrade them, noise is added to their latents and the exported model
removes it in one step: what is drawn stays where it was, and the model's own faults are on it. Then the VAE
decodes them. The weights carry the names of the SRVGG architecture ("compact"), which is how spandrel
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
from numpy.typing import NDArray
from rich.progress import track
from safetensors.torch import load_file, save_file
from torch import nn

from training import vae
from training.captions import sample_pair
from training.codec import Codec, psnr
from training.export import FOLDER
from training.world import render

SCALE = 4
MAX_SIGMA = 0.6  # noise level of the most degraded pair
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
        detail = F.pixel_shuffle(self.body(small), self.scale)
        return detail + F.interpolate(small, scale_factor=self.scale)


class Degradation:
    """Makes the latents of a drawn clip look as the exported model would have made them."""

    def __init__(self, folder: Path) -> None:
        pipe = DiffusionPipeline.from_pretrained(folder, local_files_only=True, torch_dtype=torch.float32)
        native = json.loads((folder / "lingying.json").read_text())["native"]
        self.pipe, self.length = pipe, native["max_sequence_length"]

    @torch.no_grad()
    def __call__(
        self, latents: torch.Tensor, caption: str, sigma: float, noise: torch.Tensor
    ) -> torch.Tensor:
        """Latents (Z, t, h, w) with `noise` of level `sigma` added and removed again in one step."""
        text, _ = self.pipe.encode_prompt(
            caption, do_classifier_free_guidance=False, max_sequence_length=self.length
        )
        noisy = ((1 - sigma) * latents + sigma * noise)[None]
        time = torch.tensor([1000 * sigma])
        clean: torch.Tensor = self.pipe.transformer(noisy, time, text, return_dict=False)[0][0]
        return clean


class Pairs:
    """Small degraded and large drawn frames: float32 (n, 3, h, w) and (n, 3, 4h, 4w) in 0…1."""

    def __init__(self, codec: Codec, decoder: vae.LinearDecoder, degradation: Degradation, seed: int) -> None:
        self.codec, self.decoder, self.degradation = codec, decoder.eval(), degradation
        self.rng = random.Random(seed)

    @torch.no_grad()
    def pair(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Two frames of one clip: its first and one of a later latent frame."""
        scene, caption = sample_pair(self.rng, example_share=0.3)
        late = self.rng.randrange(1, 9)
        large = render(scene, 9, (128 * SCALE, 80 * SCALE), indices=[0, late])[0]
        latents = self._degraded(self.codec.encode(render(scene, 9, (128, 80))[0]), caption)
        raw = latents * self.codec.scale.view(-1, 1, 1, 1) + self.codec.mean.view(-1, 1, 1, 1)
        place, halves = (late - 1) // 4 + 1, ((late - 1) % 4 // 2, (late - 1) % 2)
        decoded = torch.cat([self.decoder(raw[None, :, 0], None), self.decoder(raw[None, :, place], halves)])
        return (decoded.clamp(-1, 1) + 1) / 2, torch.from_numpy(large).permute(0, 3, 1, 2) / 255

    def _degraded(self, latents: torch.Tensor, caption: str) -> torch.Tensor:
        """A quarter stays as it is: what the model does well is to be kept."""
        generator = torch.Generator().manual_seed(self.rng.getrandbits(31))
        sigma = self.rng.uniform(-MAX_SIGMA / 3, MAX_SIGMA)
        noise = torch.randn(latents.shape, generator=generator)
        return latents if sigma <= 0 else self.degradation(latents, caption, max(sigma, 0.05), noise)


def train(pairs: Pairs, net: Compact, minutes: float, lr: float, crop: int = 32, batch: int = 10) -> Compact:
    """Trains for so many minutes of processor time on random crops; the learning rate falls along a half
    cosine."""
    started = time.process_time()
    optimizer = torch.optim.Adam(net.parameters(), lr=lr, betas=(0.9, 0.99))
    examples = [pairs.pair() for _ in track(range(150), description="drawing pairs")]
    step, spent = 0, 0.0
    while spent < 1:
        spent = (time.process_time() - started) / (60 * minutes)
        for group in optimizer.param_groups:
            group["lr"] = lr * 0.5 * (1 + np.cos(np.pi * min(spent, 1)))
        if step % 2 == 0:
            examples[pairs.rng.randrange(len(examples))] = pairs.pair()
        small, large = _crops(pairs.rng, examples, crop, batch)
        enlarged = net(small)
        loss = F.l1_loss(enlarged, large) + 0.5 * F.l1_loss(_edges(enlarged), _edges(large))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        if step % 100 == 0:
            print(f"step {step} · {100 * min(spent, 1):.0f} % · loss {float(loss.detach()):.4f}", flush=True)
    return net.eval()


def _crops(
    rng: random.Random, examples: list[tuple[torch.Tensor, torch.Tensor]], crop: int, batch: int
) -> tuple[torch.Tensor, torch.Tensor]:
    small, large = [], []
    for _ in range(batch):
        a, b = rng.choice(examples)
        k, y = rng.randrange(len(a)), rng.randrange(a.shape[2] - crop + 1)
        x = rng.randrange(a.shape[3] - crop + 1)
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
def enlarge(net: Compact, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """uint8 (n, h, w, 3) → uint8 (n, 4h, 4w, 3)."""
    out = [net(torch.from_numpy(f).permute(2, 0, 1)[None] / 255.0)[0] for f in frames]
    return _pixels(torch.stack(out).clamp(0, 1))


def _pixels(frames: torch.Tensor) -> NDArray[np.uint8]:
    """float32 (n, 3, h, w) in 0…1 → uint8 (n, h, w, 3)."""
    return np.asarray((frames * 255).round().byte().permute(0, 2, 3, 1).numpy(), np.uint8)


def measure(net: Compact, pairs: Pairs, clips: int = 24) -> tuple[float, float]:
    """Mean PSNR on new clips, of the network and of lanczos."""
    ours, lanczos = list[float](), list[float]()
    for _ in range(clips):
        frames, target = (_pixels(side) for side in pairs.pair())
        size = target.shape[2:0:-1]
        resized = [cv2.resize(frame, size, interpolation=cv2.INTER_LANCZOS4) for frame in frames]
        ours += [psnr(a, b) for a, b in zip(enlarge(net, frames), target, strict=False)]
        lanczos += [psnr(np.asarray(a, np.uint8), b) for a, b in zip(resized, target, strict=False)]
    return float(np.mean(ours)), float(np.mean(lanczos))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=8, help="processor minutes")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="the model whose frames it is to enlarge")
    parser.add_argument("--resume", action="store_true", help="go on from the saved net")
    parser.add_argument("--out", type=Path, default=FOLDER / "superres/compact_x4.safetensors")
    args = parser.parse_args()
    codec, decoder, degradation = Codec.load(), vae.load(), Degradation(args.folder)
    net, lr = (load(args.out), 8e-4) if args.resume else (Compact(), 1.5e-3)
    net = train(Pairs(codec, decoder, degradation, 1), net, args.minutes, lr)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    save_file({k: v.half().contiguous() for k, v in net.state_dict().items()}, args.out)
    ours, lanczos = measure(load(args.out), Pairs(codec, decoder, degradation, 2))
    print(f"new clips: {ours:.2f} dB, lanczos {lanczos:.2f} dB; saved {args.out}")


if __name__ == "__main__":
    main()
