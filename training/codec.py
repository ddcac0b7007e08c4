"""The closed-form codec: 8×8 pixels × 4 frames to 48 numbers, fitted by principal components.

`python -m training.codec` fits it on drawn clips and saves it. The map is factored into the stages a Wan
VAE has (space, time, space, time), each keeping its strongest components, so that `training.vae` can write
it into an `AutoencoderKLWan`; `Codec.encode` is that very map in one matrix product. A first frame stands
for four equal ones.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from safetensors.torch import load_file, save_file

from training.captions import full_scene
from training.world import render

LATENT_CHANNELS = 48
SUBJECT_WEIGHT = 3  # a block that shows the subject counts this often in the fit
STAGES = {"space0": 40, "time0": 24, "space1": 96, "time1": 32}  # kept components, see `Codec`
WHITENING = 0.3  # latents are divided by std^0.3: fully whitened ones spend the model on noise
PATH = Path("out/training/codec.safetensors")


@dataclass(frozen=True)
class Codec:
    """space0 (40, 3·4·4) · time0 (24, 40) · space1 (96, 64·2·2) · time1 (32, 96) · out (Z, 128) · mean,
    scale (Z,), where Z is LATENT_CHANNELS.

    A stage in time keeps the mean of a pair in front and `time` of half its difference behind, so one frame
    alone passes unchanged, as in Wan's first chunk. `block` (Z, 4, 3, 8, 8) is the product of all stages.
    """

    parts: dict[str, torch.Tensor]

    def __getattr__(self, name: str) -> torch.Tensor:
        try:
            return self.__dict__["parts"][name]
        except KeyError:
            raise AttributeError(name) from None

    @classmethod
    def load(cls, path: Path = PATH) -> Codec:
        return cls(load_file(path))

    def save(self, path: Path = PATH) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file({k: v.contiguous() for k, v in self.parts.items()}, path)

    def encode(self, clip: NDArray[np.uint8]) -> torch.Tensor:
        """uint8 (frames = 4k+1, height, width, 3) → normalised latents float32 (Z, k+1, height/8,
        width/8)."""
        raw = blocks(clip) @ self.block.flatten(1).T
        return ((raw - self.mean) / self.scale).permute(3, 0, 1, 2).contiguous()

    def decode(self, latents: torch.Tensor) -> NDArray[np.uint8]:
        """Normalised latents → uint8 frames by the least-squares inverse: a preview, the VAE's decoder is
        better."""
        raw = latents.float().permute(1, 2, 3, 0) * self.scale + self.mean
        k, h, w, _ = raw.shape
        pixels = (raw @ self.back.T + self.centre).view(k, h, w, 4, 3, 8, 8).permute(0, 3, 1, 5, 2, 6, 4)
        frames = pixels.reshape(k, 4, h * 8, w * 8, 3)
        clip = torch.cat([frames[:1, 3], frames[1:].flatten(0, 1)])
        return np.asarray(((clip.clamp(-1, 1) + 1) * 127.5).round().byte().numpy(), np.uint8)


def blocks(clip: NDArray[np.uint8]) -> torch.Tensor:
    """uint8 (4k+1, H, W, 3) → float32 (k+1, H/8, W/8, 4·3·8·8) in −1…1, the first frame repeated four
    times."""
    frames = torch.from_numpy(np.concatenate([np.repeat(clip[:1], 3, axis=0), clip])).float() / 127.5 - 1
    t, h, w, _ = frames.shape
    cells = frames.view(t // 4, 4, h // 8, 8, w // 8, 8, 3).permute(0, 2, 4, 1, 6, 3, 5)
    return cells.reshape(t // 4, h // 8, w // 8, -1)


def fit(samples: torch.Tensor) -> Codec:
    """Fit on blocks (n, 4·3·8·8): the stages by principal components, the last by least squares on the full
    PCA."""
    x = samples.double().view(-1, 4, 3, 2, 4, 2, 4)
    space0 = _principal_axes(x.permute(0, 1, 3, 5, 2, 4, 6).reshape(-1, 48), STAGES["space0"])
    f = torch.einsum("ntcaibj,kcij->ntkab", x, space0.view(-1, 3, 4, 4))
    f, time0 = _fit_pairs(f, STAGES["time0"])
    space1 = _principal_axes(f.reshape(-1, f.shape[2] * 4), STAGES["space1"])
    g = torch.einsum("ntkab,qkab->ntq", f, space1.view(-1, f.shape[2], 2, 2))[..., None, None]
    g, time1 = _fit_pairs(g, STAGES["time1"])
    features = g.reshape(len(x), -1)
    flat = samples.double()
    centre = flat.mean(0)
    axes = _principal_axes(flat - centre, LATENT_CHANNELS)
    out = torch.linalg.lstsq(features, flat @ axes.T).solution.T
    parts = {"space0": space0, "time0": time0, "space1": space1, "time1": time1, "out": out}
    return _normalised(parts, flat, centre)


def _principal_axes(rows: torch.Tensor, count: int) -> torch.Tensor:
    """The `count` strongest principal axes of rows (n, d), uncentred: (count, d)."""
    return torch.linalg.eigh(rows.T @ rows / len(rows))[1].T.flip(0)[:count].contiguous()


def _fit_pairs(f: torch.Tensor, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """(n, t, k, …) → (n, t/2, k+count, …): means of frame pairs, then the strongest axes of half their
    differences."""
    even, odd = f[:, 0::2], f[:, 1::2]
    half = (odd - even) / 2
    axes = _principal_axes(half.movedim(2, -1).reshape(-1, f.shape[2]), count)
    return torch.cat([(odd + even) / 2, torch.einsum("ntk...,ck->ntc...", half, axes)], dim=2), axes


def _normalised(parts: dict[str, torch.Tensor], flat: torch.Tensor, centre: torch.Tensor) -> Codec:
    block = _product(parts)
    z = flat @ block.flatten(1).T
    mean, std = z.mean(0), z.std(0)
    scale = std**WHITENING
    scale = scale * ((z - mean) / scale).pow(2).mean().sqrt()
    back = torch.linalg.lstsq(z - mean, flat - centre).solution.T
    centre = centre - back @ mean
    parts = parts | {"block": block, "mean": mean, "scale": scale, "back": back, "centre": centre}
    return Codec({k: v.float().contiguous() for k, v in parts.items()})


def _product(parts: dict[str, torch.Tensor]) -> torch.Tensor:
    """The stages' product (Z, 4, 3, 8, 8), found by sending every unit block through them."""
    x = torch.eye(768, dtype=torch.float64).view(-1, 4, 3, 2, 4, 2, 4)
    f = torch.einsum("ntcaibj,kcij->ntkab", x, parts["space0"].view(-1, 3, 4, 4))
    f = _pairs(f, parts["time0"])
    g = torch.einsum("ntkab,qkab->ntq", f, parts["space1"].view(-1, f.shape[2], 2, 2))
    g = _pairs(g, parts["time1"])
    return (g.reshape(768, -1) @ parts["out"].T).T.reshape(-1, 4, 3, 8, 8)


def _pairs(f: torch.Tensor, axes: torch.Tensor) -> torch.Tensor:
    even, odd = f[:, 0::2], f[:, 1::2]
    return torch.cat([(odd + even) / 2, torch.einsum("ntk...,ck->ntc...", (odd - even) / 2, axes)], dim=2)


def sample_blocks(clips: int, seed: int = 0, size: tuple[int, int] = (128, 80)) -> torch.Tensor:
    """The blocks of so many drawn clips, those of the subject SUBJECT_WEIGHT times: float32 (n, 4·3·8·8)."""
    rng, rows = random.Random(seed), list[torch.Tensor]()
    for _ in track(range(clips), description="drawing clips"):
        clip, mask = render(full_scene(rng), 9, size)
        cells = blocks(clip).flatten(0, 2)
        covered = np.concatenate([mask[:1], mask[1:].reshape(-1, 4, *mask.shape[1:]).max(1)])
        shown = torch.from_numpy(covered).flatten() > 0.1
        rows += [cells] + [cells[shown]] * (SUBJECT_WEIGHT - 1)
    return torch.cat(rows)


def psnr(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Peak signal-to-noise ratio in dB of two arrays of one shape."""
    return float(10 * np.log10(255**2 / np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=400)
    parser.add_argument("--out", type=Path, default=PATH)
    args = parser.parse_args()
    codec = fit(sample_blocks(args.clips))
    codec.save(args.out)
    rng = random.Random(99)
    clips = [render(full_scene(rng), 9, (128, 80))[0] for _ in range(40)]
    decibels = np.mean([psnr(clip, codec.decode(codec.encode(clip))) for clip in clips])
    print(f"round trip {decibels:.1f} dB; saved {args.out}")


if __name__ == "__main__":
    main()
