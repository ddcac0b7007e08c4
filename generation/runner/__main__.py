"""The runner alone: `python -m generation.runner --prompt … --out clip.mp4`; events as JSON lines.

`python -m generation.runner rerun capsule.json --out again.mp4` makes a clip again and says whether it is the
same, or which entries of the capsule differ; it then ends with 1.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from errors import DomainError, render_message
from generation.runner import plan, rerun
from generation.runner.camera import MOVES
from generation.runner.capsule import FILES, Capsule
from generation.runner.errors import NotAScene
from generation.runner.events import Event
from generation.runner.families import registry
from generation.runner.spec import GenerationSpec, Scene

BUILT_IN = Path(__file__).resolve().parents[2] / "models" / "lingying-tiny"


def main(words: list[str]) -> int:
    again = words[:1] == ["rerun"]
    asked = (_of_rerun() if again else _of_run()).parse_args(words[again:])
    try:
        return _rerun(asked) if again else _make(asked)
    except DomainError as refusal:
        _line("refused", detail=render_message(refusal.as_dict()), **refusal.as_dict())
        return 2


def _make(asked: argparse.Namespace) -> int:
    capsule = _run(_brief(asked), asked)
    if asked.capsule:
        asked.capsule.write_text(json.dumps(capsule.as_dict(), indent=1, ensure_ascii=False), "utf-8")
    return 0


def _rerun(asked: argparse.Namespace) -> int:
    then = rerun.read(asked.file)
    now = _run(rerun.brief_of(then, {name: getattr(asked, name) for name in FILES}), asked)
    told = rerun.compared(then, now)
    _line("rerun", **told)
    return 0 if told["same"] else 1


def _run(brief: GenerationSpec, asked: argparse.Namespace) -> Capsule:
    plan.check(brief, registry.read(asked.model))  # refuse first: torch takes seconds to load
    from generation.runner.run import run

    with tempfile.TemporaryDirectory() as scratch:
        workdir = asked.workdir or Path(scratch)
        return run(
            brief, folder=asked.model, out=asked.out, workdir=workdir, on_event=_print, state=asked.state
        )


def _print(event: Event) -> None:
    _line(event.kind, **{name: value for name, value in event.data.items() if not isinstance(value, bytes)})


def _line(kind: str, **data: Any) -> None:
    print(json.dumps({"event": kind, **data}, ensure_ascii=False), flush=True)


def _brief(asked: argparse.Namespace) -> GenerationSpec:
    names = GenerationSpec.__dataclass_fields__.keys() & vars(asked).keys()
    given = {name: getattr(asked, name) for name in names}
    return GenerationSpec(**given | {"scenes": tuple(map(_scene, asked.scenes))})


def _scene(words: str) -> Scene:
    at, _, prompt = words.partition(":")
    try:
        return Scene(float(at), prompt)
    except ValueError:
        raise NotAScene(field="scene", scene=words) from None


def _of_run() -> argparse.ArgumentParser:
    parser = _parser("python -m generation.runner")
    parser.add_argument("--prompt", required=True)
    parser.add_argument(
        "--scene",
        action="append",
        default=[],
        dest="scenes",
        metavar="SECOND:PROMPT",
        help="another prompt from that second on; may be given again",
    )
    parser.add_argument("--capsule", type=Path, help="where to write what it takes to make the clip again")
    for name, default in _numbers().items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    for name in ("steps", "guidance"):
        parser.add_argument(f"--{name}", type=int if name == "steps" else float)
    parser.add_argument("--camera", help=", ".join(MOVES))
    return parser


def _of_rerun() -> argparse.ArgumentParser:
    parser = _parser("python -m generation.runner rerun")
    parser.add_argument("file", type=Path, metavar="capsule.json")
    return parser


def _parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=name, description=__doc__)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--model", type=Path, default=BUILT_IN, help="a diffusers folder")
    parser.add_argument("--workdir", type=Path, help="keeps what is made, so that a killed run goes on")
    parser.add_argument("--state", type=Path, help="remembers paces, preview matrices and hashes")
    for file in FILES:
        parser.add_argument(f"--{file.replace('_', '-')}", type=Path)
    return parser


def _numbers() -> dict[str, Any]:
    plain = GenerationSpec(prompt="")
    names = ("negative_prompt", "seconds", "aspect", "short_side", "seed", "quality")
    return {name: getattr(plain, name) for name in names}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
