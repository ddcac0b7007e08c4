"""Everything it takes to make a clip's bytes again, and what tells two makings apart. No torch behind it."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from generation.runner.spec import GenerationSpec

RECORDS = frozenset(
    {"seconds", "sha256", "model"}
)  # what was found or is only a name; the rest decides the bytes
FILES = ("first_frame", "last_frame", "extends")


@dataclass(frozen=True, slots=True)
class Capsule:
    """With all the rest equal, `sha256`, the video's, is equal; `seconds` per stage is a record only.

    `brief` is what was asked, `understood` what a closed-world model was told instead, if it was; `inputs`
    are the hashes of the files it begins from.
    """

    model: str
    fingerprint: str
    brief: Mapping[str, Any]
    understood: Mapping[str, Any] | None
    inputs: Mapping[str, str]
    steps: int
    guidance: float
    native: Mapping[str, Any]
    segments: tuple[Mapping[str, Any], ...]
    frames: int
    machine: Mapping[str, Any]
    seconds: Mapping[str, float]
    sha256: str

    def as_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return asdict(self)


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The entries that decide the bytes and differ between two capsules, by dotted name: both values."""
    left, right = ({**_flat(_plain(capsule))} for capsule in (one, other))
    return {
        name: [left.get(name), right.get(name)]
        for name in sorted(left.keys() | right.keys())
        if left.get(name) != right.get(name) and name.split(".")[0] not in RECORDS
    }


def inputs(brief: GenerationSpec) -> dict[str, str]:
    """The hash of every file that `brief` begins from."""
    given = {name: digest(path) for name in FILES if (path := getattr(brief, name))}
    return given | {f"keyframe {each.at}": digest(each.picture) for each in brief.keyframes}


def digest(path: Path) -> str:
    """SHA-256 of the file at `path`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(capsule: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without the names of files, which their hashes stand for."""
    brief = {name: value for name, value in capsule["brief"].items() if name not in {*FILES, "keyframes"}}
    return {**capsule, "brief": brief}


def _flat(value: Any, name: str = "") -> dict[str, Any]:
    """Leaves by dotted name; a list is a mapping of its places."""
    if isinstance(value, list | tuple):
        value = {str(place): each for place, each in enumerate(value)}
    if not isinstance(value, Mapping):
        return {name: value}
    flat: dict[str, Any] = {}
    for key, each in value.items():
        flat |= _flat(each, f"{name}.{key}".lstrip("."))
    return flat
