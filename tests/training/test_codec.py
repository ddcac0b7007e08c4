"""The codec: a round trip keeps the picture, and the Wan VAE computes the same map."""

import random

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from training import vae
from training.captions import full_scene
from training.codec import Codec, fit, psnr, sample_blocks
from training.world import render


@pytest.fixture(scope="module")
def codec() -> Codec:
    return fit(sample_blocks(40))


@pytest.fixture(scope="module")
def clip() -> NDArray[np.uint8]:
    return render(full_scene(random.Random(8)), 9, (128, 80))[0]


def test_a_round_trip_keeps_the_picture(codec: Codec, clip: NDArray[np.uint8]) -> None:
    latents = codec.encode(clip)

    assert latents.shape == (48, 3, 10, 16)
    assert psnr(clip, codec.decode(latents)) > 20


def test_a_still_clip_has_equal_latent_frames(codec: Codec, clip: NDArray[np.uint8]) -> None:
    still = np.repeat(clip[:1], 9, axis=0)
    latents = codec.encode(still)

    assert torch.allclose(latents[:, 0], latents[:, 2], atol=1e-4)


def test_latents_have_the_size_that_diffusion_expects(codec: Codec) -> None:
    rng = random.Random(2)
    latents = torch.cat(
        [codec.encode(render(full_scene(rng), 9, (128, 80))[0]).flatten(1) for _ in range(8)], 1
    )

    assert 0.7 < float(latents.square().mean().sqrt()) < 1.4


def test_the_wan_vae_encodes_as_the_codec_does(codec: Codec, clip: NDArray[np.uint8]) -> None:
    wan = vae.remove_rounding_offset(vae.build(codec, vae.LinearDecoder()).half().float())
    pixels = torch.from_numpy(clip).permute(3, 0, 1, 2)[None].float() / 127.5 - 1

    with torch.no_grad():
        raw = wan.encode(pixels).latent_dist.mode()[0]

    mean, std = (torch.tensor(x).view(-1, 1, 1, 1) for x in (wan.config.latents_mean, wan.config.latents_std))
    assert torch.allclose((raw - mean) / std, codec.encode(clip), atol=0.05)


@pytest.mark.parametrize(("frame", "halves"), [(0, None), (3, (1, 0)), (6, (0, 1))])
def test_the_wan_vae_decodes_as_the_fitted_path_does(
    codec: Codec, clip: NDArray[np.uint8], frame: int, halves: tuple[int, int] | None
) -> None:
    path = vae.LinearDecoder()
    wan = vae.build(codec, path).float()
    raw = codec.encode(clip) * codec.scale.view(-1, 1, 1, 1) + codec.mean.view(-1, 1, 1, 1)
    place = (frame + 3) // 4

    with torch.no_grad():
        whole = wan.decode(raw[None]).sample[0, :, frame]
        ours = path(raw[None, :, place], halves)[0].clamp(-1, 1)

    assert torch.allclose(whole, ours, atol=1e-2)
