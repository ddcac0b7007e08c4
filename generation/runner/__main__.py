"""The runner alone: `python -m generation.runner --prompt … --out clip.mp4`; events as JSON lines."""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from generation.runner import cards, plan
from generation.runner.brief import Brief
from generation.runner.camera import MOVES
from generation.runner.events import Event
from refusals import Refusal, say

BUILT_IN = Path(__file__).resolve().parents[2] / "models" / "lingying-tiny"


def main() -> int:
    asked = _arguments().parse_args()
    try:
        # refuse first: torch takes seconds to load
        plan.check(brief := _brief(asked), cards.read(asked.model))
        _run(brief, asked)
    except Refusal as refusal:
        print(
            json.dumps({"event": "refused", "detail": say(refusal.as_dict()), **refusal.as_dict()}),
            flush=True,
        )
        return 2
    return 0


def _run(brief: Brief, asked: argparse.Namespace) -> None:
    from generation.runner.run import run  # torch

    with tempfile.TemporaryDirectory() as scratch:
        workdir = asked.workdir or Path(scratch)
        run(brief, folder=asked.model, out=asked.out, workdir=workdir, on_event=_print, state=asked.state)


def _print(event: Event) -> None:
    data = {name: value for name, value in event.data.items() if not isinstance(value, bytes)}
    print(json.dumps({"event": event.kind, **data}, ensure_ascii=False), flush=True)


def _brief(asked: argparse.Namespace) -> Brief:
    names = Brief.__dataclass_fields__.keys() & vars(asked).keys()
    return Brief(**{name: getattr(asked, name) for name in names})


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m generation.runner", description=__doc__)
    parser.add_argument("--prompt", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--model", type=Path, default=BUILT_IN, help="a diffusers folder")
    parser.add_argument("--workdir", type=Path, help="keeps finished segments, so that a killed run goes on")
    parser.add_argument("--state", type=Path, help="remembers paces, preview matrices and hashes")
    for name, default in _numbers().items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    for name in ("steps", "guidance"):
        parser.add_argument(f"--{name}", type=int if name == "steps" else float)
    parser.add_argument("--camera", help=", ".join(MOVES))
    for name in ("first_frame", "last_frame", "extends"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path)
    return parser


def _numbers() -> dict[str, Any]:
    plain = Brief(prompt="")
    names = ("negative_prompt", "seconds", "aspect", "short_side", "seed", "quality")
    return {name: getattr(plain, name) for name in names}


if __name__ == "__main__":
    sys.exit(main())
