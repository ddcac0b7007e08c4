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
from training.dataset import Batch, CaptionedClips, buckets
from training.model import TextToVideoModel, load_or_train_tokenizer

SHORT = 17  # frames


def read_config(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text())


def prediction_type(folder: Path) -> str:
    """What the network of an exported folder predicts: "sample" is the clean latents."""
    scheduler = json.loads((folder / "scheduler/scheduler_config.json").read_text())
    return str(scheduler.get("prediction_type", "flow_prediction"))


class Trainer:
    """One process of a run. `rank` 0 writes checkpoints and the log; gradients are averaged over
    `workers`."""

    def __init__(self, config: dict[str, Any], codec: Codec, *, rank: int = 0, workers: int = 1) -> None:
        self.config, self.rank, self.workers = config, rank, workers
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.run_folder = Path(config["out"])
        torch.manual_seed(config["seed"])
        self.tokenizer = load_or_train_tokenizer(self.run_folder, config["model"])
        self.model = TextToVideoModel(config["model"], len(self.tokenizer)).to(self.device)
        self.parameters = [p for p in self.model.parameters() if p.requires_grad]
        self.ema = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
        self.optimizers = self._optimizers(config["optim"])
        data = config["data"]
        self.dataset = CaptionedClips(
            codec,
            seed=config["seed"],
            rank=rank,
            new_clip_share=data["new_clip_share"],
            caption_dropout=data["caption_dropout"],
            example_share=data["example_share"],
            core_share=data["core_share"],
            word_weights=data.get("word_weights", {}),
            cache=data.get("cache", 4000),
        )
        self.stages = [(s["after"], buckets(s, data["shapes"], data["tokens"])) for s in config["stage"]]
        self.step = self.clips = self.first_step = 0
        self.cooldown_seconds = -1.0  # spent in the cool-down; negative: not begun

    def _optimizers(self, optim: dict[str, Any]) -> list[torch.optim.Optimizer]:
        """Muon for the matrices inside the blocks, AdamW for everything else."""
        block_matrices = [
            p
            for n, p in self.model.named_parameters()
            if p.ndim == 2 and ("blocks." in n or ".block." in n) and "relative" not in n
        ]
        of_muon = {id(p) for p in block_matrices}
        decayed = [p for p in self.parameters if p.ndim >= 2 and id(p) not in of_muon]
        undecayed = [p for p in self.parameters if p.ndim < 2]
        groups = [
            {"params": decayed, "weight_decay": optim["weight_decay"]},
            {"params": undecayed, "weight_decay": 0.0},
        ]
        adamw = torch.optim.AdamW(groups, lr=optim["lr"], betas=tuple(optim["betas"]), fused=True)
        return [adamw, self._muon(block_matrices, optim)]

    def _muon(self, matrices: list[nn.Parameter], optim: dict[str, Any]) -> torch.optim.Optimizer:
        """Its products of matrices are a sixth of a step: where there are several processes, each does its
        share of them."""
        settings: dict[str, Any] = {
            "lr": optim["muon_lr"],
            "weight_decay": optim["weight_decay"],
            "momentum": 0.95,
            "adjust_lr_fn": "match_rms_adamw",
        }
        if self.workers == 1:
            return torch.optim.Muon(matrices, **settings)
        return ZeroRedundancyOptimizer(matrices, torch.optim.Muon, **settings)

    def lr_factor(self) -> float:
        """The learning rate as a share of the configured one: warm-up, then constant, then the cool-down."""
        optim = self.config["optim"]
        factor = min(1.0, (self.step - self.first_step + 1) / optim["warmup"])
        if self.cooldown_seconds < 0:
            return factor
        return factor * max(0.0, 1 - self.cooldown_seconds / optim["cooldown"])

    def train_step(self) -> float:
        """One step of the optimizers on one batch; its loss."""
        batch = self._next_batch()
        self._set_learning_rates()
        seed = hash((self.config["seed"], self.rank, self.step)) % 2**31
        loss = self.loss(batch, torch.Generator().manual_seed(seed))
        self.model.zero_grad(set_to_none=True)
        loss.backward()
        if self.workers > 1:
            self._average_gradients()
        torch.nn.utils.clip_grad_norm_(self.parameters, self.config["optim"]["grad_clip"])
        for optimizer in self.optimizers:
            optimizer.step()
        self._update_ema()
        self.step += 1
        self.clips += len(batch.captions) * self.workers
        return float(loss.detach())

    def _next_batch(self) -> Batch:
        stage = [choices for after, choices in self.stages if self.clips >= after][-1]
        data = self.config["data"]
        return self.dataset.batch(self.step, stage, data["prefix_share"], data["continuation_share"])

    def _set_learning_rates(self) -> None:
        optim = self.config["optim"]
        for optimizer, rate in zip(self.optimizers, (optim["lr"], optim["muon_lr"]), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * self.lr_factor()

    def loss(self, batch: Batch, generator: torch.Generator) -> torch.Tensor:
        """Flow matching: the mean square error of the velocity, weighted by where the subject is."""
        x0 = batch.latents.to(self.device)
        sigma = self._sample_sigma(len(x0), generator).to(self.device)
        noise = torch.randn(x0.shape, generator=generator).to(self.device)
        level = sigma.view(-1, 1, 1, 1, 1).expand(-1, 1, x0.shape[2], 1, 1).clone()
        level[:, :, : batch.clean_frames] = 0
        noisy = (1 - level) * x0 + level * noise
        per_patch = (level * 1000).expand(-1, 1, -1, x0.shape[3] // 2, x0.shape[4] // 2).flatten(1)
        clean = self._predict(noisy, per_patch if batch.clean_frames else sigma * 1000, batch)
        # The network predicts the clean latents: they lie near a low-dimensional manifold, noise does not (Li
        # and He 2025, "Back to Basics"). Over the noise level, its error is the error of the velocity.
        optim = self.config["optim"]
        error = (clean.float() - x0) / level.clamp(min=optim["sigma_floor"])
        error = error.square().mean(dim=1, keepdim=True)
        weight = (1 + optim["subject_weight"] * batch.mask.to(self.device)) * (level > 0)
        return (error * weight).sum() / weight.sum()

    def _predict(self, noisy: torch.Tensor, time: torch.Tensor, batch: Batch) -> torch.Tensor:
        tokens = self.tokenizer(
            batch.captions,
            padding="max_length",
            truncation=True,
            max_length=self.config["model"]["text_length"],
            return_tensors="pt",
        )
        ids, mask = tokens.input_ids.to(self.device), tokens.attention_mask.to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16), self._attention(batch.frames):
            clean: torch.Tensor = self.model(noisy, time, ids, mask)
        return clean

    def _attention(self, frames: int) -> AbstractContextManager[None]:
        """On a CPU the backward pass of fused attention costs more than it saves, where clips are short."""
        plain = self.device.type == "cpu" and frames <= SHORT
        return sdpa_kernel(SDPBackend.MATH) if plain else nullcontext()

    def _sample_sigma(self, count: int, generator: torch.Generator) -> torch.Tensor:
        """Noise levels: uniform and logit-normal in turn, then moved towards noise by `shift`."""
        normal = torch.randn(count, generator=generator).sigmoid()
        u = torch.where(torch.arange(count) % 2 == 0, torch.rand(count, generator=generator), normal)
        shift = self.config["optim"]["shift"]
        return (shift * u / (1 + (shift - 1) * u)).clamp(1e-3, 1.0)

    def _average_gradients(self) -> None:
        flat = torch.cat(
            [p.grad.flatten() if p.grad is not None else torch.zeros(p.numel()) for p in self.parameters]
        )
        dist.all_reduce(flat)
        flat /= self.workers
        for p, part in zip(self.parameters, flat.split([p.numel() for p in self.parameters]), strict=False):
            p.grad = part.view_as(p)

    @torch.no_grad()
    def _update_ema(self) -> None:
        decay = min(self.config["optim"]["ema_decay"], (self.step + 1) / (self.step + 10))
        state = self.model.state_dict()
        torch._foreach_lerp_(list(self.ema.values()), [state[k] for k in self.ema], 1 - decay)

    def save(self) -> None:
        """Written beside the last checkpoint and renamed: a run stopped while saving keeps that one.

        Every process must call it: process 0 writes what all of them hold.
        """
        for optimizer in self.optimizers:
            if isinstance(optimizer, ZeroRedundancyOptimizer):
                optimizer.consolidate_state_dict(to=0)
        if self.rank == 0:
            self._write()

    def _write(self) -> None:
        self.run_folder.mkdir(parents=True, exist_ok=True)
        state = {  # the keys are the file's format: checkpoints outlive the names used here
            "model": self.model.state_dict(),
            "ema": self.ema,
            "optims": [o.state_dict() for o in self.optimizers],
            "step": self.step,
            "clips": self.clips,
            "cooled": self.cooldown_seconds,
            "began": self.first_step,
            "stream": self.dataset.seed,
            "config": self.config,
        }
        partial = self.run_folder / "checkpoint.part"
        torch.save(state, partial)
        os.replace(partial, self.run_folder / "checkpoint.pt")

    def resume(self) -> None:
        """Go on from the run's last checkpoint."""
        state = torch.load(self.run_folder / "checkpoint.pt", map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state.get("optims", ()), strict="optims" in state):
            optimizer.load_state_dict(saved)
        self.ema = state["ema"]
        self.step, self.clips, self.cooldown_seconds = state["step"], state["clips"], state["cooled"]
        self.first_step = state.get("began", self.step)
        self.dataset.seed = state.get("stream", self.dataset.seed)

    def initialise_from(self, folder: Path) -> None:
        """Begin from an exported folder's weights instead of from random ones."""
        parts = {"text": folder / "text_encoder", "video": folder / "transformer"}
        for name, part in parts.items():
            file = next(part.glob("*.safetensors"))
            getattr(self.model, name).load_state_dict(
                {k: v.float() for k, v in load_file(file).items()}, strict=False
            )
        if prediction_type(folder) != "sample":  # its last layer predicts a velocity: it begins anew
            nn.init.zeros_(self.model.video.proj_out.weight)
            nn.init.zeros_(self.model.video.proj_out.bias)
        self.ema = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
        self.clips = json.loads((folder / "lingying.json").read_text())["clips_seen"]
        self.dataset.seed = f"{self.config['seed']}/{self.clips}"  # clips that the folder has not seen
