"""`python -m training.train --config training/configs/tiny.toml [--start FOLDER | --resume]`

Flow matching of the transformer and its text encoder together. Checkpoints every few minutes; ends at Ctrl-C,
SIGTERM or when the cool-down is over, and goes on with `--resume`. `--cooldown` (or the file OUT/cooldown
appearing) lets the learning rate fall to nothing over the configured seconds: a run can be ended at any time.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import time
from pathlib import Path

import cv2
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from rich.console import Console

from training.codec import HOME, Codec
from training.model import kept_tokenizer, size_of
from training.trainer import Trainer, read

GRAPHS = 64  # lengths and shapes of the recipe that may each ask for a graph of their own


def take_from(folder: Path, run: Path) -> None:
    """Lay a folder's codec, decoder and tokenizer where a run looks for them."""
    run.mkdir(parents=True, exist_ok=True)
    shutil.copytree(folder / "codec", HOME.parent, dirs_exist_ok=True)
    shutil.copytree(folder / "tokenizer", run / "tokenizer", dirs_exist_ok=True)


def run(rank: int, args: argparse.Namespace) -> None:
    config = read(args.config)
    if args.workers > 1:
        os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(args.port)}
        dist.init_process_group("gloo", rank=rank, world_size=args.workers)
        torch.set_num_threads(max(1, (os.cpu_count() or 1) // args.workers))
        cv2.setNumThreads(1)  # drawing, too: the other process has the other cores
    trainer = Trainer(config, Codec.load(), rank=rank, workers=args.workers)
    if args.resume:
        trainer.resume()
    elif args.start:
        trainer.start(args.start)
    if args.compile:
        torch._dynamo.config.recompile_limit = GRAPHS
        trainer.model.video.compile_repeated_blocks(dynamic=True)
    Loop(trainer, args).go()
    if args.workers > 1:
        dist.destroy_process_group()


class Loop:
    """Steps until told to stop: logs, checkpoints, watches the clock and the cool-down."""

    def __init__(self, trainer: Trainer, args: argparse.Namespace) -> None:
        self.trainer, self.args, self.stopping = trainer, args, False
        self.saved, self.due = time.monotonic(), False
        self.console = Console(width=110, force_terminal=False)
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def go(self) -> None:
        t, started = self.trainer, time.monotonic()
        last = started
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
            if self.due:
                t.save()
                self.saved = now
        t.save()

    def _over(self) -> bool:
        """The same answer on every process: they vote, and the first to want out ends it for all."""
        t = self.trainer
        cooling = self.args.cooldown or (t.home / "cooldown").exists()
        over = self.stopping or t.cooled > t.config["optim"]["cooldown"] or 0 <= self.args.steps <= t.step
        due = time.monotonic() - self.saved > self.args.every
        vote = torch.tensor([float(over), float(cooling), t.cooled, float(due)])
        if t.workers > 1:
            dist.all_reduce(vote, op=dist.ReduceOp.MAX)
        self.due = bool(vote[3])
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
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--start", type=Path, metavar="FOLDER", help="begin from an exported model's weights")
    parser.add_argument(
        "--cooldown", action="store_true", help="let the learning rate fall to nothing, then end"
    )
    parser.add_argument("--compile", action="store_true", help="fuse the blocks: a quarter faster, needs g++")
    parser.add_argument(
        "--workers", type=int, default=1 if torch.cuda.is_available() else min(2, os.cpu_count() or 1)
    )
    parser.add_argument("--steps", type=int, default=-1, help="end after this step")
    parser.add_argument("--every", type=float, default=300, help="seconds between checkpoints")
    parser.add_argument("--port", type=int, default=29731)
    args = parser.parse_args()
    config = read(args.config)
    if args.start:
        take_from(args.start, Path(config["out"]))
    kept_tokenizer(Path(config["out"]), config["model"])  # before there are two who would write it
    if args.workers == 1:
        run(0, args)
    else:
        mp.spawn(run, (args,), nprocs=args.workers)


if __name__ == "__main__":
    main()
