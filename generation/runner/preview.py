"""Previews of a clip while it is sampled: latents to RGB by one matrix, fitted once per VAE."""

import io
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from diffusers import AutoencoderTiny
from numpy.typing import NDArray
from PIL import Image

from generation.runner.families.adapter import ModelAdapter
from generation.runner.runtime.state import State

SIDE, PICTURES, PATCHES = 128, 6, 9  # pixels, number and colour patches of the pictures it is fitted on
WIDTH = 256  # of a preview, in pixels
QUALITY = 60

Picture = Callable[[torch.Tensor], NDArray[np.uint8]]  # latent (z, height, width) → (height, width, 3)


class Preview:
    """Small JPEGs of latents: by the folder's own small decoder (`preview/`, an AutoencoderTiny) if there is
    one, else linear, so that a step costs a matrix product. `key` names the VAE in `state`, which keeps the
    matrix."""

    def __init__(self, adapter: ModelAdapter, key: str, state: State, folder: Path) -> None:
        small = folder / "preview"
        self._picture = (
            _small_decoder(small, adapter.device) if small.is_dir() else _linear(adapter, key, state)
        )

    def jpeg(self, latents: torch.Tensor, share: float = 1.0) -> bytes:
        """The middle frame of `latents` (z, frames, height, width) as a JPEG, `WIDTH` pixels wide.

        `share`, 0…1, of its steps are made, and so much of its pixels is shown: who cancels pays by steps,
        and is not to have had the clip by its previews."""
        picture = self._picture(latents[:, latents.shape[1] // 2].float())
        size = WIDTH, round(WIDTH * picture.shape[0] / picture.shape[1])
        small = _shrunk(picture, sqrt(share) * min(1.0, WIDTH / picture.shape[1]))
        large = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)
        buffer = io.BytesIO()
        Image.fromarray(large).save(buffer, "JPEG", quality=QUALITY)
        return buffer.getvalue()


def _shrunk(picture: NDArray[np.uint8], by: float) -> NDArray[np.uint8]:
    """`picture` with its sides `by` times as long, each at least a pixel."""
    height, width = (max(1, round(side * by)) for side in picture.shape[:2])
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _small_decoder(folder: Path, device: str) -> Picture:
    vae: Any = AutoencoderTiny.from_pretrained(folder, local_files_only=True).to(device).eval()

    @torch.inference_mode()
    def picture(latent: torch.Tensor) -> NDArray[np.uint8]:
        decoded = vae.decode(latent[None].to(device, vae.dtype)).sample[0].float().clamp(-1, 1)
        return ((decoded + 1) * 127.5).byte().permute(1, 2, 0).cpu().numpy()

    return picture


def _linear(adapter: ModelAdapter, key: str, state: State) -> Picture:
    kept = state.load("previews").get(key)
    matrix = np.asarray(kept if kept else _fit(adapter), np.float32)
    if not kept:
        state.save("previews", **{key: matrix.round(6).tolist()})

    def picture(latent: torch.Tensor) -> NDArray[np.uint8]:
        rgb = np.tensordot(matrix[:-1], latent.cpu().numpy(), axes=(0, 0)) + matrix[-1][:, None, None]
        return (np.clip(rgb.transpose(1, 2, 0), 0, 1) * 255).astype(np.uint8)

    return picture


def _fit(adapter: ModelAdapter) -> NDArray[np.float32]:
    """Least squares from latents (and 1) to the mean colour of the pixels that each covers: (z + 1, 3)."""
    pictures = [_patches(seed) for seed in range(PICTURES)]
    latents = [adapter.encode(picture[None])[:, 0].cpu().numpy() for picture in pictures]
    height, width = latents[0].shape[1:]
    seen = np.concatenate([latent.reshape(len(latent), -1).T for latent in latents])
    shown = np.concatenate([_means(picture, (width, height)) for picture in pictures])
    ones = np.ones((len(seen), 1), np.float32)
    return np.linalg.lstsq(np.hstack([seen, ones]), shown, rcond=1e-4)[0]


def _patches(seed: int) -> NDArray[np.uint8]:
    """Soft patches of random colours: (SIDE, SIDE, 3)."""
    patches = np.random.default_rng(seed).integers(0, 256, (PATCHES, PATCHES, 3), np.uint8)
    return cv2.resize(patches, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def _means(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.float32]:
    return np.float32(1 / 255) * cv2.resize(picture, size, interpolation=cv2.INTER_AREA).reshape(-1, 3)
