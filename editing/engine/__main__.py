"""`python -m editing.engine document.json --out clip.mp4 [--explain]`

The document's clips are files, named relative to the document or given by `--clip NAME=FILE`.
Progress and the result go to stdout as JSON lines, what is wrong to stderr.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import errors
from editing.engine.document import Document, parse
from editing.engine.errors import DocumentInvalid, NotBeside
from editing.engine.graph import build
from editing.engine.inspect.explain import explain, graph_nodes
from editing.engine.inspect.svg import draw_svg
from editing.engine.render.command import check_references, compile
from editing.engine.render.render import render
from editing.engine.source import Source, Sources, open_source
from editing.engine.tracking.track_cuts import track_cuts
from library.media import command_line
from library.media.progress import Silent, Stage


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    parser = command_line.Parser(prog="python -m editing.engine", description="Render an edit document.")
    parser.add_argument("document", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--clip", action="append", default=[], type=_named, metavar="NAME=FILE")
    parser.add_argument(
        "--explain",
        action="store_true",
        help="print the one command instead of running it, and draw its graph beside OUT as an SVG",
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """0 when rendered (or explained), 2 when the document, a clip or the place to write is refused, 130 after
    Ctrl-C."""
    return command_line.status_of(lambda: _main(arguments(argv)))


def _main(args: argparse.Namespace) -> int:
    try:
        document = parse(_read(args.document))
        command_line.check_output(args.out)
        sources = _sources(document, args)
        if args.explain:
            _explain(document, sources, args.out)
        else:
            _render(document, sources, args.out)
    except DocumentInvalid as invalid:
        sentences = {str(one.field or "$"): errors.render_message(one.as_dict()) for one in invalid.problems}
        return _print_refusal(sentences)
    except (errors.DomainError, OSError) as refused:
        return _print_refusal({"$": command_line.sentence_of(refused)})
    return 0


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as broken:  # a number of 5,000 digits is a ValueError as well
        sys.exit(_print_refusal({"$": f"{file.name} is no JSON: {broken}"}))


def _named(pair: str) -> tuple[str, Path]:
    name, equals, file = pair.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{pair} is not of the form NAME=FILE")
    return name, Path(file)


def _sources(document: Document, args: argparse.Namespace) -> dict[str, Source]:
    named = dict(args.clip)
    folder = args.document.parent
    return {
        name: open_source(named[name] if name in named else _beside(folder, name)) for name in document.named
    }


def _beside(folder: Path, name: str) -> Path:
    """The document may be somebody else's: the files it names lie in its folder, links followed."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise NotBeside(name=name)
    return path


def _explain(document: Document, sources: Sources, out: Path) -> None:
    check_references(document, sources)
    tracked = track_cuts(document, sources)
    print(explain(compile(tracked.document, sources, out, crops=tracked.crops)))
    drawing = out.with_suffix(".svg")
    graph = build(tracked.document, sources, crops=tracked.crops)
    drawing.write_text(draw_svg(graph_nodes(graph)), encoding="utf-8")
    print(f"\n{drawing}")


def _render(document: Document, sources: dict[str, Source], out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _print_event("start", frames=document.frames)
        found = render(document, sources, out, workdir=Path(folder), progress=JsonLines())
    _print_event(
        "done",
        out=str(out),
        frames=found.frames,
        width=found.width,
        height=found.height,
        seconds=found.seconds,
    )


class JsonLines(Silent):
    """Every report as a line of JSON."""

    def stage(self, name: Stage, total: int = 0) -> None:
        _print_event("stage", name=name, frames=total)

    def step(self, done: int, **_: Any) -> None:
        _print_event("step", done=done)

    def event(self, kind: str, data: dict[str, Any]) -> None:
        _print_event(kind, **data)


def _print_event(event: str, **data: Any) -> None:
    print(json.dumps({"event": event, **data}), flush=True)


def _print_refusal(problems: dict[str, str]) -> int:
    return command_line.refuse(" ".join(f"{path}: {sentence}" for path, sentence in problems.items()))


if __name__ == "__main__":
    sys.exit(main())
