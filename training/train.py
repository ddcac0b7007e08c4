"""`python -m training.train --config training/configs/tiny.toml [--resume] [--workers 2]`

Flow matching of the transformer and its text encoder together. Checkpoints every few minutes; ends at Ctrl-C,
SIGTERM or when the cool-down is over, and goes on with `--resume`. `--cooldown` (or the file OUT/cooldown
appearing) lets the learning rate fall to nothing over the configured seconds: a run can be ended at any time.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import time
import tomllib
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from rich.console import Console

from training.codec import Codec
from training.lots import Drawer, Lot, buckets
from training.model import Joint, kept_tokenizer, size_of


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text())


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
        return [
            torch.optim.AdamW(groups, lr=o["lr"], betas=tuple(o["betas"]), fused=True),
            torch.optim.Muon(
                inner, lr=o["muon_lr"], weight_decay=o["decay"], momentum=0.95, adjust_lr_fn="match_rms_adamw"
            ),
        ]

    def pace(self) -> float:
        """The share of the full learning rate: warm-up, then level, then the cool-down."""
        o = self.config["optim"]
        pace = min(1.0, (self.step - self.began + 1) / o["warmup"])
        return pace * max(0.0, 1 - self.cooled / o["cooldown"]) if self.cooled >= 0 else pace

    def advance(self) -> float:
        """One step; the loss."""
        chosen = [b for after, b in self.stages if self.clips >= after][-1]
        lot = self.drawer.lot(self.step, chosen, self.config["data"]["prefix"])
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
        with torch.autocast(self.device.type, torch.bfloat16):
            flow = self.model(
                noisy,
                per_patch if lot.clean else sigma * 1000,
                ids.input_ids.to(self.device),
                ids.attention_mask.to(self.device),
            )
        error = (flow.float() - (noise - x0)).square().mean(dim=1, keepdim=True)
        weight = (1 + self.config["optim"]["subject"] * lot.mask.to(self.device)) * (level > 0)
        return (error * weight).sum() / weight.sum()

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
        """Written aside and renamed: a run stopped while saving keeps its last checkpoint."""
        self.home.mkdir(parents=True, exist_ok=True)
        state = {
            "model": self.model.state_dict(),
            "ema": self.ema,
            "optims": [o.state_dict() for o in self.optims],
            "step": self.step,
            "clips": self.clips,
            "cooled": self.cooled,
            "began": self.began,
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


def run(rank: int, args: argparse.Namespace) -> None:
    config = read(args.config)
    if args.workers > 1:
        os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(args.port)}
        dist.init_process_group("gloo", rank=rank, world_size=args.workers)
        torch.set_num_threads(max(1, (os.cpu_count() or 1) // args.workers))
    trainer = Trainer(config, Codec.load(), rank=rank, workers=args.workers)
    if args.resume:
        trainer.resume()
    if args.compile:
        trainer.model.video.compile_repeated_blocks(dynamic=False)
    Loop(trainer, args).go()
    if args.workers > 1:
        dist.destroy_process_group()


class Loop:
    """Steps until told to stop: logs, checkpoints, watches the clock and the cool-down."""

    def __init__(self, trainer: Trainer, args: argparse.Namespace) -> None:
        self.trainer, self.args, self.stopping = trainer, args, False
        self.console = Console(width=110, force_terminal=False)
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def go(self) -> None:
        t, started = self.trainer, time.monotonic()
        saved = last = started
        losses: list[float] = []
        if t.rank == 0:
            sizes = f"{size_of(t.model.video):.1f} M transformer, {size_of(t.model.text):.1f} M text encoder"
            self.console.print(f"{sizes}, step {t.step}, {t.device}")
        while not self._over():
            losses.append(t.advance())
            now = time.monotonic()
            if t.cooled >= 0:
                t.cooled += now - last
            last = now
            if t.step % 20 == 0 and t.rank == 0:
                self._tell(losses, now - started)
                losses = []
            if now - saved > self.args.every and t.rank == 0:
                t.save()
                saved = now
        if t.rank == 0:
            t.save()

    def _over(self) -> bool:
        """The same answer on every process: they vote, and the first to want out ends it for all."""
        t = self.trainer
        cooling = self.args.cooldown or (t.home / "cooldown").exists()
        over = self.stopping or t.cooled > t.config["optim"]["cooldown"] or 0 <= self.args.steps <= t.step
        vote = torch.tensor([float(over), float(cooling), t.cooled])
        if t.workers > 1:
            dist.all_reduce(vote, op=dist.ReduceOp.MAX)
        t.cooled = max(float(vote[2]), 0.0 if vote[1] else -1.0)
        return bool(vote[0])

    def _tell(self, losses: list[float], seconds: float) -> None:
        t, loss = self.trainer, sum(losses) / len(losses)
        line = {
            "step": t.step,
            "clips": t.clips,
            "loss": round(loss, 4),
            "pace": round(t.pace(), 4),
            "seconds": round(seconds, 1),
            "at": time.time(),
        }
        t.home.mkdir(parents=True, exist_ok=True)
        with (t.home / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        cooling = f" · cooling {t.cooled:.0f} s" if t.cooled >= 0 else ""
        seen = f"step {t.step:6d} · {t.clips:8d} clips"
        self.console.print(f"{seen} · loss {loss:.4f} · pace {t.pace():.3f} · {seconds:6.0f} s{cooling}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, default=Path("training/configs/tiny.toml"))
    parser.add_argument("--resume", action="store_true")
    parser.add_argument(
        "--cooldown", action="store_true", help="let the learning rate fall to nothing, then end"
    )
    parser.add_argument("--compile", action="store_true")
    parser.add_argument(
        "--workers", type=int, default=1 if torch.cuda.is_available() else min(2, os.cpu_count() or 1)
    )
    parser.add_argument("--steps", type=int, default=-1, help="end after this step")
    parser.add_argument("--every", type=float, default=300, help="seconds between checkpoints")
    parser.add_argument("--port", type=int, default=29731)
    args = parser.parse_args()
    config = read(args.config)
    kept_tokenizer(Path(config["out"]), config["model"])  # before there are two who would write it
    if args.workers == 1:
        run(0, args)
    else:
        mp.spawn(run, (args,), nprocs=args.workers)


if __name__ == "__main__":
    main()
