"""The runner alone: `python -m generation.runner --prompt … --out clip.mp4`; events as JSON lines.

`python -m generation.runner rerun capsule.json --out again.mp4` makes a clip again and says whether it is the
same, or which entries of the capsule differ; it then ends with 1.
"""

import argparse
import errno
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from errors import DomainError
from generation.runner import framing, inputs, plan, rerun
from generation.runner.capsule import Capsule
from generation.runner.errors import NotAScene
from generation.runner.events import Event
from generation.runner.families import registry, weights
from generation.runner.families.model_folder import ModelFolder
from generation.runner.frames.source import picture_size
from generation.runner.option import Option, declared
from generation.runner.spec import REFERENCES, GenerationSpec, Scene
from library.media import command_line
from library.media.errors import OutputRefused

OPTIONS = [option for option in declared(GenerationSpec) if not option.many]
BUILT_IN = Path(__file__).resolve().parents[2] / "models" / "lingying-tiny"


def main(words: list[str]) -> int:
    """0 when the clip is made, 1 where one made again differs, 2 where it is refused: then stderr has the
    sentence and stdout the event. 130 after Ctrl-C; no unfinished file is left."""
    return command_line.status_of(lambda: _main(words))


def _main(words: list[str]) -> int:
    again = words[:1] == ["rerun"]
    asked = (_of_rerun() if again else _of_run()).parse_args(words[again:])
    try:
        return _rerun(asked) if again else _make(asked)
    except DomainError as refusal:
        _line("refused", detail=str(refusal), **refusal.as_dict())
        raise


def _make(asked: argparse.Namespace) -> int:
    capsule = _run(_spec(asked), asked)
    if asked.capsule:
        asked.capsule.write_text(json.dumps(capsule.as_dict(), indent=1, ensure_ascii=False), "utf-8")
    return 0


def _rerun(asked: argparse.Namespace) -> int:
    then = rerun.read(asked.file)
    now = _run(rerun.spec_of(then, {name: getattr(asked, name) for name in REFERENCES}), asked)
    told = rerun.compared(then, now)
    _line("rerun", **told)
    return 0 if told["same"] else 1


def _run(spec: GenerationSpec, asked: argparse.Namespace) -> Capsule:
    _check(spec, asked)  # refuse first: torch takes seconds to load
    from generation.runner.run import run

    with tempfile.TemporaryDirectory() as scratch:
        workdir = asked.workdir or Path(scratch)
        return run(
            spec, folder=asked.model, out=asked.out, workdir=workdir, on_event=_print, state=asked.state
        )


def _check(spec: GenerationSpec, asked: argparse.Namespace) -> None:
    """Raise what the run would raise, or what would end it once it is made."""
    plan.check(spec, registry.read(asked.model))
    inputs.check(spec)
    weights.check(ModelFolder(asked.model, asked.model.name))
    for file in filter(None, (asked.out, getattr(asked, "capsule", None))):
        command_line.check_output(file)
    for capsule in filter(None, (getattr(asked, "capsule", None), getattr(asked, "file", None))):
        if capsule.resolve() == asked.out.resolve():  # one of the two would be lost
            raise OutputRefused(field="out", file=str(asked.out), reason=os.strerror(errno.EEXIST))
    for folder in filter(None, (asked.workdir, asked.state)):
        command_line.check_output_folder(folder)


def _print(event: Event) -> None:
    _line(event.kind, **{name: value for name, value in event.data.items() if not isinstance(value, bytes)})


def _line(kind: str, **data: Any) -> None:
    print(json.dumps({"event": kind, **data}, ensure_ascii=False), flush=True)


def _spec(asked: argparse.Namespace) -> GenerationSpec:
    given = {option.name: getattr(asked, option.name) for option in OPTIONS}
    scenes = tuple(map(_scene, asked.scenes))
    if asked.aspect is not None:
        return GenerationSpec(**given, scenes=scenes)
    del given["aspect"]
    spec = GenerationSpec(**given, scenes=scenes)
    pictures = [Path(file) for name, file in spec.references() if name != "extends"]
    inputs.check(spec)  # before a size is taken from one
    return framing.following(spec, {file: picture_size(file) for file in pictures[:1]})


def _scene(words: str) -> Scene:
    at, colon, prompt = words.partition(":")
    try:
        second = float(at)
    except ValueError:
        colon = ""
    if not colon:
        raise NotAScene(field="scene", scene=words)
    return Scene(second, prompt)


def _text(argument: str) -> str:
    """`argument`, which the shell may have been given in another encoding."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError("this is not written in UTF-8") from None
    return argument


def _of_run() -> argparse.ArgumentParser:
    parser = _parser("python -m generation.runner")
    for option in OPTIONS:
        _add(parser, option)
    parser.set_defaults(aspect=None)  # then it follows the first picture
    parser.add_argument(
        "--scene",
        action="append",
        default=[],
        dest="scenes",
        type=_text,
        metavar="SECOND:PROMPT",
        help="another prompt from that second on; may be given again",
    )
    parser.add_argument("--capsule", type=Path, help="where to write what it takes to make the clip again")
    return parser


def _of_rerun() -> argparse.ArgumentParser:
    parser = _parser("python -m generation.runner rerun")
    parser.add_argument("file", type=Path, metavar="capsule.json")
    for option in OPTIONS:
        if option.reference:
            _add(parser, option)
    return parser


def _parser(name: str) -> argparse.ArgumentParser:
    parser = command_line.Parser(prog=name, description=__doc__)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--model", type=Path, default=BUILT_IN, help="a diffusers folder")
    parser.add_argument("--workdir", type=Path, help="keeps what is made, so that a killed run goes on")
    parser.add_argument("--state", type=Path, help="remembers paces, preview matrices and hashes")
    return parser


def _add(parser: argparse.ArgumentParser, option: Option) -> None:
    """An argument for `option`; what is not accepted is for `plan.check` to say."""
    more = {"required": True} if option.required else {"default": option.default}
    accepted = f" Accepted: {', '.join(option.choices)}." if option.choices else ""
    parser.add_argument(
        f"--{option.name.replace('_', '-')}",
        type=Path if option.reference else _text if option.kind is str else option.kind,
        help=option.help + accepted,
        **more,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
