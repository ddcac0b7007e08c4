"""docs/limits.md, from the catalogue: `python -m config.limits` writes it, `--check` compares."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import django

PAGE = Path(__file__).resolve().parent.parent / "docs" / "limits.md"
INTRO = """# Limits

What anybody may do here, and how an installation changes it: `LIMITS={"drafts": 100}` in the environment of
all its processes, read when they start.
This page is written by `make configuration` from `creator/limits/catalogue.py`.

A **rate** counts in a window that opens with its first use. Every answer of a route that counts carries
`RateLimit` and `RateLimit-Policy` headers (draft-ietf-httpapi-ratelimit-headers-10), one for each limit that
counted; beyond a limit the answer is 429 `too-often` with `Retry-After` in seconds.

Beyond what may **exist at once** it is 409 `limit-reached` or `storage-full`: something has to be deleted,
cancelled or closed first. Where the row says that the oldest goes, nothing is refused; jobs beyond
`running_…` wait; `inspections` and connections beyond theirs are answered by 429.

The size of **one request** is answered by 400, 408, 413, 422 or 431.
"""
RATE = "| `{name}` | {most:,} | {unit} | {window} | {whose} | {about} |"
RATE_HEAD = "| limit | at most | of | in | for each | counts |\n|---|---|---|---|---|---|"
HEAD = "| limit | at most | of | for each | counts |\n|---|---|---|---|---|"
WINDOWS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def document() -> str:
    """The page, as Markdown."""
    from creator.limits import catalogue  # Django is set up by now

    rates = [
        RATE.format(**vars(limit) | {"window": _window(limit.seconds or 0)}) for limit in catalogue.RATES
    ]
    page = [INTRO, "## Rates\n", RATE_HEAD, *rates]
    for title, limits in (("What may exist at once", catalogue.HELD), ("One request", catalogue.SIZES)):
        page += [f"\n## {title}\n", HEAD, *_rows(limits)]
    return "\n".join(page) + "\n"


def _rows(limits: Iterable[object]) -> list[str]:
    return [
        "| `{name}` | {most:,} | {unit} | {whose} | {about} |".format_map(vars(limit)) for limit in limits
    ]


def _window(seconds: int) -> str:
    size, name = next((size, name) for size, name in WINDOWS if seconds % size == 0)
    return name if seconds == size else f"{seconds // size} {name}s"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if "--check" in sys.argv:
        if not PAGE.exists() or PAGE.read_text() != document():
            sys.exit("docs/limits.md is not what the code says: make configuration")
    else:
        PAGE.write_text(document())


if __name__ == "__main__":
    main()
