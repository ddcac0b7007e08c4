"""`python -m training.train --config training/configs/tiny.toml [--start FOLDER | --resume]`

Flow matching of the transformer and its text encoder together. Checkpoints every few minutes; ends at Ctrl-C,
SIGTERM or when the cool-down is over, and goes on with `--resume`. `--cooldown` (or the file OUT/cooldown
appearing) lets the learning rate fall to zero over the configured seconds: a run can be ended at any time.
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

from training import codec
from training.codec import Codec
from training.model import load_or_train_tokenizer, million_parameters
from training.trainer import Trainer, read_config

MOST_GRAPHS = 64  # lengths and shapes of the recipe that may each be compiled to a graph of their own
LOG_EVERY = 20  # steps


def copy_codec_and_tokenizer(folder: Path, run_folder: Path) -> None:
    """Copy an exported folder's codec, decoder and tokenizer to where a run looks for them."""
    run_folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(folder / "codec", codec.PATH.parent, dirs_exist_ok=True)
    shutil.copytree(folder / "tokenizer", run_folder / "tokenizer", dirs_exist_ok=True)


def run(rank: int, args: argparse.Namespace) -> None:
    """One process of the run."""
    config = read_config(args.config)
    if args.workers > 1:
        os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(args.port)}
        dist.init_process_group("gloo", rank=rank, world_size=args.workers)
        torch.set_num_threads(max(1, (os.cpu_count() or 1) // args.workers))
        cv2.setNumThreads(1)  # drawing, too: the other process has the other cores
    trainer = Trainer(config, Codec.load(), rank=rank, workers=args.workers)
    if args.resume:
        trainer.resume()
    elif args.start:
        trainer.initialise_from(args.start)
    if args.compile:
        torch._dynamo.config.recompile_limit = MOST_GRAPHS
        trainer.model.video.compile_repeated_blocks(dynamic=True)
    TrainingLoop(trainer, args).run()
    if args.workers > 1:
        dist.destroy_process_group()


class TrainingLoop:
    """Steps until the run is to end: logs, checkpoints, watches the clock and the cool-down."""

    def __init__(self, trainer: Trainer, args: argparse.Namespace) -> None:
        self.trainer, self.args, self.interrupted = trainer, args, False
        self.saved_at, self.checkpoint_due = time.monotonic(), False
        self.console = Console(width=110, force_terminal=False)
        signal.signal(signal.SIGTERM, self._interrupt)
        signal.signal(signal.SIGINT, self._interrupt)

    def _interrupt(self, *_: object) -> None:
        self.interrupted = True

    def run(self) -> None:
        trainer, started = self.trainer, time.monotonic()
        last = started
        losses: list[float] = []
        if trainer.rank == 0:
            self._print_model()
        while not self._should_end():
            losses.append(trainer.train_step())
            now = time.monotonic()
            if trainer.cooldown_seconds >= 0:
                trainer.cooldown_seconds += now - last
            last = now
            if trainer.step % LOG_EVERY == 0 and trainer.rank == 0:
                self._log(losses, now - started)
                losses = []
            if self.checkpoint_due:
                trainer.save()
                self.saved_at = now
        trainer.save()

    def _print_model(self) -> None:
        model = self.trainer.model
        transformer, encoder = million_parameters(model.video), million_parameters(model.text)
        sizes = f"{transformer:.1f} M transformer, {encoder:.1f} M text encoder"
        self.console.print(f"{sizes}, step {self.trainer.step}, {self.trainer.device}")

    def _should_end(self) -> bool:
        """The same answer on every process: they vote, and one that is to end ends it for all. The vote also
        settles when to save and when to cool down."""
        trainer = self.trainer
        cooldown = trainer.config["optim"]["cooldown"]
        cooling = self.args.cooldown or (trainer.run_folder / "cooldown").exists()
        end = self.interrupted or trainer.cooldown_seconds > cooldown or 0 <= self.args.steps <= trainer.step
        due = time.monotonic() - self.saved_at > self.args.every
        vote = torch.tensor([float(end), float(cooling), trainer.cooldown_seconds, float(due)])
        if trainer.workers > 1:
            dist.all_reduce(vote, op=dist.ReduceOp.MAX)
        self.checkpoint_due = bool(vote[3])
        trainer.cooldown_seconds = max(float(vote[2]), 0.0 if vote[1] else -1.0)
        return bool(vote[0])

    def _log(self, losses: list[float], seconds: float) -> None:
        trainer, loss = self.trainer, sum(losses) / len(losses)
        line = {
            "step": trainer.step,
            "clips": trainer.clips,
            "loss": round(loss, 4),
            "lr_factor": round(trainer.lr_factor(), 4),
            "seconds": round(seconds, 1),
            "at": time.time(),
        }
        trainer.run_folder.mkdir(parents=True, exist_ok=True)
        with (trainer.run_folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        cooling = f" · cooling down {trainer.cooldown_seconds:.0f} s" if trainer.cooldown_seconds >= 0 else ""
        progress = f"step {trainer.step:6d} · {trainer.clips:8d} clips · loss {loss:.4f}"
        self.console.print(f"{progress} · lr × {trainer.lr_factor():.3f} · {seconds:6.0f} s{cooling}")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, default=Path("training/configs/tiny.toml"))
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--start", type=Path, metavar="FOLDER", help="begin from an exported model's weights")
    parser.add_argument(
        "--cooldown", action="store_true", help="let the learning rate fall to zero, then end"
    )
    parser.add_argument("--compile", action="store_true", help="fuse the blocks: a quarter faster, needs g++")
    parser.add_argument(
        "--workers", type=int, default=1 if torch.cuda.is_available() else min(2, os.cpu_count() or 1)
    )
    parser.add_argument("--steps", type=int, default=-1, help="end after this step")
    parser.add_argument("--every", type=float, default=300, help="seconds between checkpoints")
    parser.add_argument("--port", type=int, default=29731)
    return parser


def main() -> None:
    args = arguments().parse_args()
    config = read_config(args.config)
    run_folder = Path(config["out"])
    if args.start:
        copy_codec_and_tokenizer(args.start, run_folder)
    load_or_train_tokenizer(run_folder, config["model"])  # before there are two who would write it
    if args.workers == 1:
        run(0, args)
    else:
        mp.spawn(run, (args,), nprocs=args.workers)


if __name__ == "__main__":
    main()
