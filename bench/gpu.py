"""The runner's optimizations on a GPU, one by one, against plain diffusers.

`python -m bench.gpu [--tiny] [--steps N] [--page]`

Full-size architectures with random weights: seconds and memory do not depend on what the weights have learnt.
Every figure of a model is taken in one run, of one folder, one after the other. `--tiny` takes tiny
folders instead: a dry run of the same code where there is no GPU, whose seconds say nothing of one.
"""

import argparse
import gc
import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from inspect import signature
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import gpu_models
from bench.gpu_models import Case
from errors import DomainError

PROMPT, SEED, GUIDANCE, TEXT = "一只猴子在公园里下棋", 7, 5.0, 128
CANCELS = 5
OPTIMIZATIONS: list[dict[str, str]] = [
    {},
    {"compile": "on"},
    {"attention": "flash"},
    {"attention": "_native_cudnn"},
    {"cache": "first-block:0.08"},
    {"cache": "taylorseer:4"},
    {"guidance-until": "0.5"},
    {"fp8": "on"},
    {"offload": "model"},
    {"offload": "group"},
    {"vae-tiling": "on"},
    {"context-parallel": "2"},
]
OUT, PAGE = Path("out/bench/gpu.json"), Path("docs/gpu.md")


@dataclass(frozen=True, slots=True)
class Row:
    """One way of sampling one model. `ratio`: plain diffusers' seconds by these. `same`: the bits of plain
    diffusers; `again`: the bits of its own second run."""

    model: str
    how: str
    step: float | None = None
    ratio: float | None = None
    peak: float | None = None  # GB on the device
    same: bool | None = None
    again: bool | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Cancels:
    """From asking to being out, in milliseconds and in steps."""

    model: str
    median: float
    worst: float
    steps: float


def main() -> None:
    asked = _arguments().parse_args()
    cases = gpu_models.tiny() if asked.tiny else gpu_models.full()
    chosen = [case for case in cases if not asked.models or case.name in asked.models]
    rows: list[Row] = []
    cancels: list[Cancels] = []
    for case in chosen:
        with tempfile.TemporaryDirectory() as scratch:
            case.build(folder := Path(scratch) / case.name)
            rows += _rows(case, folder, asked.steps)
            cancels.append(_cancels(case, folder, asked.steps))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"rows": [*map(asdict, rows)], "cancels": [*map(asdict, cancels)]}, indent=1))
    if asked.page:
        PAGE.write_text(_page(chosen, rows, cancels, tiny=asked.tiny))
    Console().print(_table(rows))


def _rows(case: Case, folder: Path, steps: int) -> Iterator[Row]:
    plain = _measured(_plain(case, folder, steps))
    yield Row(case.says, "plain diffusers", plain[0], 1.0, plain[1])
    for chosen in OPTIMIZATIONS:
        how = ", ".join(f"{name}={value}" for name, value in chosen.items()) or "the runner"
        try:
            sample = _runner(case, folder, steps, chosen)
        except DomainError as refusal:
            yield Row(case.says, how, refused=str(refusal))
            continue
        step, peak, latents = _measured(sample)
        again = _equal(latents, sample(_ignore))
        yield Row(case.says, how, step, plain[0] / step, peak, _equal(latents, plain[2]), again)
        del sample, latents
        gc.collect()


Stepped = Callable[[], None]
Sample = Callable[[Stepped], Any]  # tells of every step; answers the latents


def _measured(sample: Sample) -> tuple[float, float | None, Any]:
    """Seconds a step (median, the first left out: it holds the reading), peak GB, latents; once warm."""
    import torch

    at = [monotonic()]

    def stepped() -> None:
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        at.append(monotonic())

    sample(_ignore)  # kernels are chosen, blocks compiled
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    latents = sample(stepped)
    gaps = [later - earlier for earlier, later in pairwise(at[1:])]
    peak = torch.cuda.max_memory_allocated() / 2**30 if torch.cuda.is_available() else None
    return median(gaps), peak, latents


def _plain(case: Case, folder: Path, steps: int) -> Sample:
    import torch
    from diffusers import DiffusionPipeline

    from generation.runner.families import registry
    from generation.runner.families.diffusers_adapter import noise_source, precision
    from generation.runner.runtime.model_cache import best_device

    device = best_device()
    pipe = DiffusionPipeline.from_pretrained(folder, local_files_only=True, dtype=precision(device))
    pipe = pipe.to(device)
    pipe.set_progress_bar_config(disable=True)
    takes = signature(pipe.__call__).parameters
    rate = {"frame_rate": registry.read(folder).fps} if "frame_rate" in takes else {}

    def sample(stepped: Stepped) -> Any:
        def on_step_end(pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            stepped()
            return tensors

        with torch.no_grad():
            made = pipe(
                prompt=PROMPT, negative_prompt="", width=case.size[0], height=case.size[1],
                num_frames=case.frames, num_inference_steps=steps, guidance_scale=GUIDANCE,
                generator=noise_source(SEED), output_type="latent", callback_on_step_end=on_step_end,
                max_sequence_length=_text_length(folder), **rate,
            )  # fmt: skip
        return made.frames.float().cpu()

    return sample


def _runner(case: Case, folder: Path, steps: int, chosen: dict[str, str]) -> Sample:
    from generation.runner.families import loading, registry
    from generation.runner.runtime import optimizations
    from generation.runner.runtime.model_cache import best_device

    device = best_device()
    model = replace(registry.read(folder), optimizations=chosen, text_length=_text_length(folder), shift=None)
    adapter = loading.load(optimizations.with_optimizations(model, device), folder, device)
    request = _request(case, steps)
    return lambda stepped: adapter.sample(request, lambda _: stepped()).video.cpu()


def _cancels(case: Case, folder: Path, steps: int) -> Cancels:
    """Asked for at moments spread over a step, as people do."""
    sample, waits = _runner(case, folder, steps, {}), list[float]()
    step, _, _ = _measured(sample)
    for number in range(CANCELS):
        waits.append(_cancelled(sample, after=step * (1 + number / CANCELS)))
    spent = [1000 * wait for wait in waits]
    return Cancels(case.says, median(spent), max(spent), max(waits) / step)


def _cancelled(sample: Sample, *, after: float) -> float:
    """Seconds from asking, `after` so many, to being out."""
    asked, at = threading.Event(), [0.0]

    def ask() -> None:
        sleep(after)
        at[0] = monotonic()
        asked.set()

    def stepped() -> None:
        if asked.is_set():
            raise InterruptedError

    threading.Thread(target=ask, daemon=True).start()
    while not asked.is_set():
        try:
            sample(stepped)
        except InterruptedError:
            return monotonic() - at[0]
    return 0.0


def _request(case: Case, steps: int) -> Any:
    from generation.runner.families.adapter import SegmentRequest

    return SegmentRequest(PROMPT, "", case.size, case.frames, steps, GUIDANCE, SEED)


def _text_length(folder: Path) -> int:
    """As many tokens as the tiny tokenizers have, or what prompts usually take."""
    told = json.loads((folder / "tokenizer" / "tokenizer_config.json").read_text())
    return min(TEXT, int(told["model_max_length"]))


def _equal(one: Any, other: Any) -> bool:
    import torch

    return torch.equal(one, other)


def _ignore() -> None:
    pass


def _table(rows: list[Row]) -> Table:
    names = ("model", "how", "s/step", "times plain", "GB", "bits of plain", "bits again")
    shown = Table(*names, title="on this machine")
    for row in rows:
        shown.add_row(*_cells(row))
    return shown


def _cells(row: Row) -> tuple[str, ...]:
    if row.refused:
        return row.model, row.how, "—", "—", "—", "—", row.refused
    numbers = (f"{row.step:.3g}", f"{row.ratio:.2f}", "—" if row.peak is None else f"{row.peak:.1f}")
    return row.model, row.how, *numbers, _yes(row.same), _yes(row.again)


def _yes(value: bool | None) -> str:
    return "—" if value is None else "same" if value else "others"


def _page(cases: list[Case], rows: list[Row], cancels: list[Cancels], *, tiny: bool) -> str:
    head = "| model | how | s/step | times plain | GB | bits of plain diffusers | bits of a second run |"
    lines = [f"| {' | '.join(_cells(row))} |" for row in rows]
    stops = [f"| {c.model} | {c.median:.0f} | {c.worst:.0f} | {c.steps:.2f} |" for c in cancels]
    sizes = "; ".join(f"{c.says}: {c.size[0]}×{c.size[1]}, {c.frames} frames" for c in cases)
    return "\n".join([
        "# The runner's optimizations, one by one", "", _introduction(tiny), "", sizes + ".", "",
        head, "|" + "---|" * 7, *lines, "",
        "| cancelled | median ms | worst ms | worst, in steps |", "|" + "---|" * 4, *stops, "",
    ])  # fmt: skip


def _introduction(tiny: bool) -> str:
    import torch

    if not tiny:
        return f"Made by `python -m bench.gpu --page` on {torch.cuda.get_device_name()}, random weights."
    return (
        "**No GPU has been at hand.** Made by `python -m bench.gpu --tiny --page` on a CPU: a dry run on the "
        "tests' folders, which shows that every optimization is measured or says why not. Its seconds say "
        "nothing of a GPU; without `--tiny` the same command measures Wan2.1-T2V-1.3B and 14B and LTX-Video "
        "13B, in full size and with random weights."
    )


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.gpu", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="tiny folders, on any machine")
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--models", nargs="*", default=[])
    parser.add_argument("--page", action="store_true", help=f"write {PAGE}")
    return parser


if __name__ == "__main__":
    main()
