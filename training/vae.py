"""Writes the codec into an ordinary `AutoencoderKLWan`.

The encoder is exact: residual blocks keep only their shortcuts, strided convolutions carry the codec's
stages. The decoder of Wan repeats pixels before it convolves, which no stack of block bases fits exactly,
so its linear path is fitted by gradient (`python -m training.vae`, a few minutes) and then written into it.
SiLU is made linear in two ways: inputs shifted far to its straight side (encoder), or the pair silu(x) −
silu(−x) = x (decoder). RMS norms are held constant by one large constant channel.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKLWan
from rich.progress import track
from safetensors.torch import load_file, save_file
from torch import nn

from training.captions import sample_pair
from training.codec import LATENT_CHANNELS, Codec
from training.world import render

PATH = Path("out/training/decoder.safetensors")
CONSTANT, SHIFT = 3.0e4, 18.0
FEATURES = 15  # pairs of channels at half resolution
ARCHITECTURE = {
    "base_dim": 32,
    "decoder_base_dim": 16,  # narrow: its convolutions run at full length and cost the most of a clip
    "z_dim": LATENT_CHANNELS,
    "dim_mult": [2, 5, 4],
    "num_res_blocks": 1,
    "temperal_downsample": [True, True],
    "in_channels": 12,
    "out_channels": 12,
    "patch_size": 2,
    "scale_factor_temporal": 4,
    "scale_factor_spatial": 8,
}


class LinearDecoder(nn.Module):
    """The decoder's linear path. Latent frames are independent: raw z (b, Z, h, w) → one frame (b, 3, 8h,
    8w). The names of the layers are those in the file of its weights."""

    size: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        # Raw latents span three orders of magnitude; dividing by their size first makes the fit well
        # conditioned.
        self.register_buffer("size", torch.ones(LATENT_CHANNELS))
        self.enter = nn.Conv2d(LATENT_CHANNELS, 64, 3, padding=1)
        self.split0 = nn.Conv2d(64, 128, 1, bias=False)
        self.grow0 = nn.Conv2d(64, 32, 3, padding=1)
        self.widen = nn.Conv2d(32, 80, 1)
        self.split1 = nn.Conv2d(80, 160, 1, bias=False)
        self.grow1 = nn.Conv2d(80, FEATURES, 3, padding=1)
        self.leave = nn.Conv2d(FEATURES, 12, 3, padding=1)

    def forward(self, z: torch.Tensor, halves: tuple[int, int] | None) -> torch.Tensor:
        """The frame that `halves` picks out of the four (first or second half, twice); None: a clip's first
        frame."""
        x = self.enter(z / self.size.view(-1, 1, 1))
        x = x if halves is None else self.split0(x).chunk(2, dim=1)[halves[0]]
        x = self.widen(self.grow0(F.interpolate(x, scale_factor=2, mode="nearest-exact")))
        x = x if halves is None else self.split1(x).chunk(2, dim=1)[halves[1]]
        x = self.leave(self.grow1(F.interpolate(x, scale_factor=2, mode="nearest-exact")))
        return F.pixel_shuffle(x.unflatten(1, (3, 2, 2)).transpose(2, 3).flatten(1, 3), 2)


@dataclass(frozen=True)
class DecodedClip:
    """What the decoder is fitted to: raw latents (Z, 3, h, w), the frames (9, 3, H, W) in −1…1 that they
    stand for, and the weights (9, 1, H, W) of their pixels: the subject counts three times."""

    raw: torch.Tensor
    frames: torch.Tensor
    weight: torch.Tensor

    @classmethod
    def draw(cls, codec: Codec, rng: random.Random) -> DecodedClip:
        clip, mask = render(sample_pair(rng, example_share=0.15)[0], 9, (128, 80))
        raw = codec.encode(clip) * codec.scale.view(-1, 1, 1, 1) + codec.mean.view(-1, 1, 1, 1)
        weight = 1 + 2 * F.interpolate(torch.from_numpy(mask)[:, None], scale_factor=8)
        return cls(raw, torch.from_numpy(clip).permute(0, 3, 1, 2) / 127.5 - 1, weight)


def fit(
    codec: Codec, steps: int, clips: int, lr: float = 2e-3, resume: LinearDecoder | None = None
) -> LinearDecoder:
    """A decoder fitted to so many drawn clips, from random weights or from `resume`."""
    rng, net = random.Random(4), resume or LinearDecoder()
    examples = [DecodedClip.draw(codec, rng) for _ in track(range(clips), description="drawing clips")]
    if resume is None:
        net.size.copy_(torch.stack([e.raw for e in examples]).square().mean((0, 2, 3, 4)).sqrt())
    optimizer = torch.optim.Adam(net.parameters(), lr=lr, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, steps, pct_start=0.1)
    error = 0.0
    for step in track(range(steps), description="fitting the decoder"):
        loss = _error(net, rng.choices(examples, k=6), None, rng) / 3 + _error(
            net, rng.choices(examples, k=10), (rng.randrange(2), rng.randrange(2)), rng
        )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 0.1)
        optimizer.step()
        schedule.step()
        error += float(loss.detach()) * 0.75 / 100
        if step % 100 == 99:
            print(f"step {step + 1} · {10 * np.log10(4 / error):.2f} dB", flush=True)
            error = 0.0
    return net


def _error(
    net: LinearDecoder, examples: list[DecodedClip], halves: tuple[int, int] | None, rng: random.Random
) -> torch.Tensor:
    """Weighted mean square error on one frame of each clip."""
    place = 0 if halves is None else rng.randrange(1, 3)
    index = 0 if halves is None else 1 + 4 * (place - 1) + 2 * halves[0] + halves[1]
    decoded: torch.Tensor = net(torch.stack([e.raw[:, place] for e in examples]), halves)
    target = torch.stack([e.frames[index] for e in examples])
    weight = torch.stack([e.weight[index] for e in examples])
    return ((decoded - target).square() * weight).mean() / weight.mean()


@torch.no_grad()
def build(codec: Codec, net: LinearDecoder) -> AutoencoderKLWan:
    """The codec as a Wan VAE in float32, its statistics in `latents_mean` and `latents_std`."""
    vae = AutoencoderKLWan(**ARCHITECTURE, latents_mean=codec.mean.tolist(), latents_std=codec.scale.tolist())
    for name, weight in vae.named_parameters():
        weight.copy_(torch.ones_like(weight) if "gamma" in name else torch.zeros_like(weight))
    _write_encoder(vae.encoder, codec)
    _write_decoder(vae.decoder, net)
    for conv, size in ((vae.quant_conv, 2 * LATENT_CHANNELS), (vae.post_quant_conv, LATENT_CHANNELS)):
        conv.weight.copy_(torch.eye(size).view(size, size, 1, 1, 1))
    return vae.eval()


def remove_rounding_offset(vae: AutoencoderKLWan) -> AutoencoderKLWan:
    """Removes the constant that rounding to fp16 leaves in the encoder's shift; call after rounding."""
    with torch.no_grad():
        grey = torch.zeros(1, 3, 1, 16, 16)
        vae.quant_conv.bias[:LATENT_CHANNELS] -= vae.encode(grey).latent_dist.mode().mean((0, 2, 3, 4))
    return vae


def _identity(conv: Any, count: int) -> None:
    """Lets a convolution pass its first `count` channels through."""
    for k in range(count):
        conv.weight[k, k, -1, conv.weight.shape[3] // 2, conv.weight.shape[4] // 2] = 1


def _write_encoder(encoder: Any, codec: Codec) -> None:
    blocks = encoder.down_blocks  # residual, down, residual, down, residual
    _identity(encoder.conv_in, 12)
    _identity(blocks[0].conv_shortcut, 12)
    cells = codec.space0.view(-1, 3, 2, 2, 2, 2)  # k, colour, dy, in-patch y, dx, in-patch x
    blocks[1].resample[1].weight[:40, :12, :2, :2] = cells.permute(0, 1, 5, 3, 2, 4).reshape(40, 12, 2, 2)
    _write_pair(blocks[1].time_conv, codec.time0)
    _identity(blocks[2].conv_shortcut, 64)
    blocks[3].resample[1].weight[:96, :64, :2, :2] = codec.space1.view(96, 64, 2, 2)
    _write_pair(blocks[3].time_conv, codec.time1)
    small = 4.0 / (codec.mean.abs() + 8 * codec.scale).max()
    out = blocks[4].conv_shortcut
    out.weight[:LATENT_CHANNELS, : codec.out.shape[1], 0, 0, 0] = codec.out * small
    out.bias[:LATENT_CHANNELS], out.bias[-1] = SHIFT, CONSTANT
    encoder.norm_out.gamma.fill_(CONSTANT / encoder.norm_out.scale)
    _identity(encoder.conv_out, LATENT_CHANNELS)
    encoder.conv_out.weight.div_(small)
    encoder.conv_out.bias[:LATENT_CHANNELS] = -SHIFT / small
    encoder.conv_out.bias[LATENT_CHANNELS:] = -30.0  # log-variance: the posterior is a point


def _write_pair(conv: Any, axes: torch.Tensor) -> None:
    """Means of a pair of frames in front, axes of half their difference behind; taps 1 and 2 are the pair."""
    count = axes.shape[1]
    for k in range(count):
        conv.weight[k, k, 1:, 0, 0] = 0.5
    conv.weight[count : count + len(axes), :count, 1, 0, 0] = -axes / 2
    conv.weight[count : count + len(axes), :count, 2, 0, 0] = axes / 2


def _write_decoder(decoder: Any, net: LinearDecoder) -> None:
    first, second, third = decoder.up_blocks
    _identity(third.resnets[0].conv_shortcut, third.resnets[0].out_dim)
    decoder.conv_in.weight[:, :, -1] = net.enter.weight / net.size.view(-1, 1, 1)
    decoder.conv_in.bias.copy_(_bias(net.enter))
    first.upsamplers[0].time_conv.weight[:, :, -1, 0, 0] = net.split0.weight[..., 0, 0]
    first.upsamplers[0].resample[1].weight.copy_(net.grow0.weight)
    first.upsamplers[0].resample[1].bias.copy_(_bias(net.grow0))
    second.resnets[0].conv_shortcut.weight[..., 0, 0, 0] = net.widen.weight[..., 0, 0]
    second.resnets[0].conv_shortcut.bias.copy_(_bias(net.widen))
    second.upsamplers[0].time_conv.weight[:, :, -1, 0, 0] = net.split1.weight[..., 0, 0]
    grow = second.upsamplers[0].resample[1]
    for sign, start in ((1, 0), (-1, FEATURES)):
        grow.weight[start : start + FEATURES] = sign * net.grow1.weight
        grow.bias[start : start + FEATURES] = sign * _bias(net.grow1)
        decoder.conv_out.weight[:, start : start + FEATURES, -1] = sign * net.leave.weight
    grow.bias[third.resnets[0].out_dim - 1] = CONSTANT
    decoder.norm_out.gamma.fill_(CONSTANT / decoder.norm_out.scale)
    decoder.conv_out.bias.copy_(_bias(net.leave))


def _bias(conv: nn.Conv2d) -> torch.Tensor:
    assert conv.bias is not None
    return conv.bias


def load(path: Path = PATH) -> LinearDecoder:
    net = LinearDecoder()
    net.load_state_dict(load_file(path))
    return net


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=800)
    parser.add_argument("--clips", type=int, default=250)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--resume", action="store_true", help="go on from the saved decoder")
    args = parser.parse_args()
    PATH.parent.mkdir(parents=True, exist_ok=True)
    net = fit(Codec.load(), args.steps, args.clips, args.lr, load() if args.resume else None)
    save_file({k: v.contiguous() for k, v in net.state_dict().items()}, PATH)


if __name__ == "__main__":
    main()
