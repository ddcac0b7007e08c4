"""One process of a run: steps of flow matching, averaged weights, checkpoints that resume exactly."""

from __future__ import annotations

import json
import os
import tomllib
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from safetensors.torch import load_file
from torch import nn
from torch.distributed.optim import ZeroRedundancyOptimizer
from torch.nn.attention import SDPBackend, sdpa_kernel

from training.codec import Codec
from training.lots import Drawer, Lot, buckets
from training.model import Joint, kept_tokenizer

SHORT = 17  # frames


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text())


def predicts(folder: Path) -> str:
    """What the network of an exported folder says at every step: "sample" is the clean latents."""
    scheduler = json.loads((folder / "scheduler/scheduler_config.json").read_text())
    return str(scheduler.get("prediction_type", "flow_prediction"))


class Trainer:
    """One process of a run. `rank` 0 writes checkpoints and the log; gradients are averaged over
    `workers`."""

    def __init__(self, config: dict[str, Any], codec: Codec, *, rank: int = 0, workers: int = 1) -> None:
        self.config, self.rank, self.workers = config, rank, workers
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.home = Path(config["out"])
        torch.manual_seed(config["seed"])
        self.words = kept_tokenizer(self.home, config["model"])
        self.model = Joint(config["model"], len(self.words)).to(self.device)
        self.live = [p for p in self.model.parameters() if p.requires_grad]
        self.ema = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
        self.optims = self._optimizers(config["optim"])
        data = config["data"]
        self.drawer = Drawer(
            codec,
            seed=config["seed"],
            rank=rank,
            fresh=data["fresh"],
            drop=data["drop"],
            seeds=data["seeds"],
            core=data["core"],
            often=data.get("often", {}),
            cache=data.get("cache", 4000),
        )
        self.stages = [(s["after"], buckets(s, data["shapes"], data["tokens"])) for s in config["stage"]]
        self.step = self.clips = self.began = 0
        self.cooled = -1.0  # seconds of cool-down spent; negative: not begun

    def _optimizers(self, o: dict[str, Any]) -> list[torch.optim.Optimizer]:
        """Muon for the matrices inside the blocks, AdamW for everything else."""
        inner = [
            p
            for n, p in self.model.named_parameters()
            if p.ndim == 2 and ("blocks." in n or ".block." in n) and "relative" not in n
        ]
        chosen = {id(p) for p in inner}
        heavy = [p for p in self.live if p.ndim >= 2 and id(p) not in chosen]
        light = [p for p in self.live if p.ndim < 2]
        groups = [{"params": heavy, "weight_decay": o["decay"]}, {"params": light, "weight_decay": 0.0}]
        how = {
            "lr": o["muon_lr"],
            "weight_decay": o["decay"],
            "momentum": 0.95,
            "adjust_lr_fn": "match_rms_adamw",
        }
        muon = torch.optim.Muon(inner, **how) if self.workers == 1 else self._shared(inner, how)
        return [torch.optim.AdamW(groups, lr=o["lr"], betas=tuple(o["betas"]), fused=True), muon]

    def _shared(self, inner: list[nn.Parameter], how: dict[str, Any]) -> ZeroRedundancyOptimizer:
        """Muon's products of matrices are a sixth of a step: every process does its share of them."""
        return ZeroRedundancyOptimizer(inner, torch.optim.Muon, **how)

    def pace(self) -> float:
        """The share of the full learning rate: warm-up, then level, then the cool-down."""
        o = self.config["optim"]
        pace = min(1.0, (self.step - self.began + 1) / o["warmup"])
        return pace * max(0.0, 1 - self.cooled / o["cooldown"]) if self.cooled >= 0 else pace

    def advance(self) -> float:
        """One step; the loss."""
        chosen = [b for after, b in self.stages if self.clips >= after][-1]
        data = self.config["data"]
        lot = self.drawer.lot(self.step, chosen, data["prefix"], data["later"])
        for optim, rate in zip(
            self.optims, (self.config["optim"]["lr"], self.config["optim"]["muon_lr"]), strict=True
        ):
            for group in optim.param_groups:
                group["lr"] = rate * self.pace()
        loss = self.loss(
            lot, torch.Generator().manual_seed(hash((self.config["seed"], self.rank, self.step)) % 2**31)
        )
        self.model.zero_grad(set_to_none=True)
        loss.backward()
        if self.workers > 1:
            self._average()
        torch.nn.utils.clip_grad_norm_(self.live, self.config["optim"]["clip"])
        for optim in self.optims:
            optim.step()
        self._follow()
        self.step += 1
        self.clips += len(lot.words) * self.workers
        return float(loss.detach())

    def loss(self, lot: Lot, generator: torch.Generator) -> torch.Tensor:
        x0 = lot.latents.to(self.device)
        sigma = self._sigma(len(x0), generator).to(self.device)
        noise = torch.randn(x0.shape, generator=generator).to(self.device)
        level = sigma.view(-1, 1, 1, 1, 1).expand(-1, 1, x0.shape[2], 1, 1).clone()
        level[:, :, : lot.clean] = 0
        noisy = (1 - level) * x0 + level * noise
        per_patch = (level * 1000).expand(-1, 1, -1, x0.shape[3] // 2, x0.shape[4] // 2).flatten(1)
        ids = self.words(
            lot.words,
            padding="max_length",
            truncation=True,
            max_length=self.config["model"]["text_length"],
            return_tensors="pt",
        )
        with torch.autocast(self.device.type, torch.bfloat16), self._attention(lot.frames):
            clean = self.model(
                noisy,
                per_patch if lot.clean else sigma * 1000,
                ids.input_ids.to(self.device),
                ids.attention_mask.to(self.device),
            )
        # The network names the clean latents: they lie near a low-dimensional manifold, noise does not (Li
        # and He 2025, "Back to Basics"). Over the noise level, its error is the error of the velocity.
        error = (clean.float() - x0) / level.clamp(min=self.config["optim"]["floor"])
        error = error.square().mean(dim=1, keepdim=True)
        weight = (1 + self.config["optim"]["subject"] * lot.mask.to(self.device)) * (level > 0)
        return (error * weight).sum() / weight.sum()

    def _attention(self, frames: int) -> AbstractContextManager[None]:
        """On a CPU the backward pass of fused attention costs more than it saves, where clips are short."""
        plain = self.device.type == "cpu" and frames <= SHORT
        return sdpa_kernel(SDPBackend.MATH) if plain else nullcontext()

    def _sigma(self, count: int, generator: torch.Generator) -> torch.Tensor:
        """Uniform and logit-normal in turn, then moved towards noise by `shift`."""
        normal = torch.randn(count, generator=generator).sigmoid()
        u = torch.where(torch.arange(count) % 2 == 0, torch.rand(count, generator=generator), normal)
        shift = self.config["optim"]["shift"]
        return (shift * u / (1 + (shift - 1) * u)).clamp(1e-3, 1.0)

    def _average(self) -> None:
        flat = torch.cat(
            [p.grad.flatten() if p.grad is not None else torch.zeros(p.numel()) for p in self.live]
        )
        dist.all_reduce(flat)
        flat /= self.workers
        for p, part in zip(self.live, flat.split([p.numel() for p in self.live]), strict=False):
            p.grad = part.view_as(p)

    @torch.no_grad()
    def _follow(self) -> None:
        decay = min(self.config["optim"]["ema"], (self.step + 1) / (self.step + 10))
        state = self.model.state_dict()
        torch._foreach_lerp_(list(self.ema.values()), [state[k] for k in self.ema], 1 - decay)

    def save(self) -> None:
        """Written aside and renamed: a run stopped while saving keeps its last checkpoint.

        Every process must call it: process 0 writes what all of them hold.
        """
        for optim in self.optims:
            if isinstance(optim, ZeroRedundancyOptimizer):
                optim.consolidate_state_dict(to=0)
        if self.rank == 0:
            self._write()

    def _write(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        state = {
            "model": self.model.state_dict(),
            "ema": self.ema,
            "optims": [o.state_dict() for o in self.optims],
            "step": self.step,
            "clips": self.clips,
            "cooled": self.cooled,
            "began": self.began,
            "stream": self.drawer.seed,
            "config": self.config,
        }
        aside = self.home / "checkpoint.part"
        torch.save(state, aside)
        os.replace(aside, self.home / "checkpoint.pt")

    def resume(self) -> None:
        state = torch.load(self.home / "checkpoint.pt", map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        for optim, saved in zip(self.optims, state.get("optims", ()), strict="optims" in state):
            optim.load_state_dict(saved)
        self.ema = state["ema"]
        self.step, self.clips, self.cooled = state["step"], state["clips"], state["cooled"]
        self.began = state.get("began", self.step)
        self.drawer.seed = state.get("stream", self.drawer.seed)

    def start(self, folder: Path) -> None:
        """Begin from an exported folder's weights instead of from nothing."""
        parts = {"text": folder / "text_encoder", "video": folder / "transformer"}
        for name, home in parts.items():
            file = next(home.glob("*.safetensors"))
            getattr(self.model, name).load_state_dict(
                {k: v.float() for k, v in load_file(file).items()}, strict=False
            )
        if predicts(folder) != "sample":  # what the last layer said was a velocity: it learns to speak anew
            nn.init.zeros_(self.model.video.proj_out.weight)
            nn.init.zeros_(self.model.video.proj_out.bias)
        self.ema = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
        self.clips = json.loads((folder / "lingying.json").read_text())["clips_seen"]
        self.drawer.seed = f"{self.config['seed']}/{self.clips}"  # clips that the folder has not seen
