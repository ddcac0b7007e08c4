"""Whether a package with a published hole is pinned or installed, without a network.

`python -m config.advisories --check` compares the pins of requirements*.txt, and what is installed, with the
dated list beside this file; it fails on a hole and warns of a list older than 60 days. `--refresh` asks OSV.
"""

import datetime
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_suffix(".toml")
OLD_DAYS = 60
PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;#]+)")


@dataclass(frozen=True)
class Advisory:
    """A hole of `package`, named by `ids`, in versions from `introduced` on (None: all) and before `fixed`.
    `accepted` says why it does not matter here, where it does not."""

    package: str
    ids: tuple[str, ...]
    fixed: str
    what: str
    introduced: str | None = None
    accepted: str | None = None

    def concerns(self, version: str) -> bool:
        found = Version(version)
        return self.accepted is None and Version(self.introduced or "0") <= found < Version(self.fixed)

    def __str__(self) -> str:
        return f"{', '.join(self.ids)} ({self.what}), fixed in {self.fixed}"


@dataclass(frozen=True)
class Dated:
    """The list of advisories, as it stood on `date`."""

    date: datetime.date
    advisories: tuple[Advisory, ...]

    def warning(self, today: datetime.date) -> str | None:
        """What to say of a list that is too old."""
        days = (today - self.date).days
        if days <= OLD_DAYS:
            return None
        return f"the list of advisories is {days} days old: python -m config.advisories --refresh"

    def holes(self, versions: Iterable[tuple[str, str, str]]) -> Iterator[str]:
        """A line for every (package, version, where) that an advisory concerns."""
        for package, version, where in versions:
            for one in self.advisories:
                if canonicalize_name(one.package) == canonicalize_name(package) and one.concerns(version):
                    yield f"{package} {version} ({where}): {one}"


def read(path: Path = LIST) -> Dated:
    """The list at `path`."""
    kept = tomllib.loads(path.read_text(encoding="utf-8"))
    return Dated(kept["date"], tuple(_advisory(**one) for one in kept.get("advisory", ())))


def pinned(folder: Path = ROOT) -> Iterator[tuple[str, str, str]]:
    """(package, version, file) of every pin in the requirements*.txt of `folder`."""
    for file in sorted(folder.glob("requirements*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if found := PIN.match(line.strip()):
                yield found[1], found[2], file.name


def installed() -> Iterator[tuple[str, str, str]]:
    """(package, version, "installed") of every distribution this Python finds."""
    for one in distributions():
        yield one.name, one.version, "installed"


def check(listed: Dated, versions: Iterable[tuple[str, str, str]], *, today: datetime.date) -> int:
    """Print the warning and every hole; returns the exit status: 1 where there is a hole."""
    holes = list(dict.fromkeys(listed.holes(versions)))
    for line in filter(None, [listed.warning(today), *holes]):
        print(line, file=sys.stderr)
    return 1 if holes else 0


def _advisory(ids: list[str], **more: Any) -> Advisory:
    return Advisory(ids=tuple(ids), **more)


def written(listed: Dated) -> str:
    """The file of a list, with the comment at the head of the one there is."""
    head = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    lines = [*head, f"date = {listed.date}"]
    for one in listed.advisories:
        told = {name: getattr(one, name) for name in ("introduced", "fixed", "what", "accepted")}
        ids = ", ".join(f'"{name}"' for name in one.ids)
        lines += ["", "[[advisory]]", f'package = "{one.package}"', f"ids = [{ids}]"]
        lines += [f'{name} = "{value}"' for name, value in told.items() if value]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    versions = [*pinned(), *installed()]
    if "--refresh" in arguments:
        from config.osv import refreshed  # a request over the network, which nothing else here makes

        LIST.write_text(written(refreshed(read(), versions, today=datetime.date.today())), encoding="utf-8")
    return check(read(), versions, today=datetime.date.today())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
