"""`python -m editing.engine document.json --out clip.mp4 [--explain]`

The document's clips are files, named relative to the document or given by `--clip NAME=FILE`.
Progress and the result go to stdout as JSON lines.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import errors
from editing.engine.document import Document, parse
from editing.engine.errors import DocumentInvalid
from editing.engine.graph import build
from editing.engine.inspect.drawing import svg
from editing.engine.inspect.explain import explain
from editing.engine.inspect.nodes import nodes
from editing.engine.render.command import compile, refuse_beyond
from editing.engine.render.render import render
from editing.engine.render.source import Source, Sources, open_source
from editing.engine.tracking.track_cuts import followed
from library.media.progress import Silent, Stage


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m editing.engine", description="Render an edit document.")
    parser.add_argument("document", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--clip", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument(
        "--explain",
        action="store_true",
        help="print the one command instead of running it, and draw its graph beside OUT as an SVG",
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """0 when rendered (or explained), 2 when the document or a clip is refused."""
    asked = arguments(argv)
    try:
        document = parse(json.loads(asked.document.read_text(encoding="utf-8")))
        sources = _sources(document, asked)
        if asked.explain:
            _explain(document, sources, asked.out)
        else:
            _render(document, sources, asked.out)
    except DocumentInvalid as invalid:
        return _refused(
            {str(one.field or "$"): errors.render_message(one.as_dict()) for one in invalid.problems}
        )
    except (errors.DomainError, json.JSONDecodeError, OSError) as refused:
        return _refused({"$": str(refused)})
    return 0


def _sources(document: Document, asked: argparse.Namespace) -> dict[str, Source]:
    named = dict(pair.split("=", 1) for pair in asked.clip)
    beside = asked.document.parent
    return {name: open_source(Path(named.get(name, beside / name))) for name in document.named}


def _explain(document: Document, sources: Sources, out: Path) -> None:
    refuse_beyond(document, sources)
    found = followed(document, sources)
    print(explain(compile(found.document, sources, out, crops=found.crops)))
    drawing = out.with_suffix(".svg")
    drawing.write_text(svg(nodes(build(found.document, sources, crops=found.crops))), encoding="utf-8")
    print(f"\n{drawing}")


def _render(document: Document, sources: dict[str, Source], out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _say("start", frames=document.frames)
        found = render(document, sources, out, workdir=Path(folder), progress=JsonLines())
    _say(
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
        _say("stage", name=name, frames=total)

    def step(self, done: int, **_: Any) -> None:
        _say("step", done=done)

    def event(self, kind: str, data: dict[str, Any]) -> None:
        _say(kind, **data)


def _say(event: str, **data: Any) -> None:
    print(json.dumps({"event": event, **data}), flush=True)


def _refused(problems: dict[str, str]) -> int:
    for path, sentence in problems.items():
        print(f"{path}: {sentence}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
