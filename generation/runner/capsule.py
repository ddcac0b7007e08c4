"""Everything it takes to make a clip's bytes again, and what tells two makings apart. No torch behind it."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from generation.runner.spec import REFERENCES, GenerationSpec

RECORDS = frozenset(
    {"seconds", "sha256", "model"}
)  # what was found or is only a name; the rest decides the bytes
# entries that were called otherwise in capsules written before
PARSED_PROMPT = {"prompt": "rewritten_prompt", "drew": "slots", "said": "matched_words", "scenes": "captions"}
MACHINE = {"levers": "optimizations", "pictures": "decoding_precision"}


@dataclass(frozen=True, slots=True)
class Capsule:
    """With all the rest equal, `sha256`, the video's, is equal; `seconds` per stage is a record only.

    `spec` is what was asked, with what the prompt parser made of it; `inputs` are the hashes of the files it
    begins from.
    """

    model: str
    fingerprint: str
    spec: Mapping[str, Any]
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
    left, right = (_flat(_comparable(upgraded(capsule))) for capsule in (one, other))
    return {
        name: [left.get(name), right.get(name)]
        for name in sorted(left.keys() | right.keys())
        if left.get(name) != right.get(name) and name.split(".")[0] not in RECORDS
    }


def inputs(spec: GenerationSpec) -> dict[str, str]:
    """The hash of every file that `spec` refers to, by its name there."""
    return {name: digest(Path(file)) for name, file in spec.references()}


def digest(path: Path) -> str:
    """SHA-256 of the file at `path`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def upgraded(capsule: Mapping[str, Any]) -> dict[str, Any]:
    """`capsule` in today's names, whichever version wrote it. Raises KeyError, TypeError or AttributeError
    where it is none."""
    if "brief" not in capsule:
        return dict(capsule)
    kept = {name: value for name, value in capsule.items() if name not in {"brief", "understood"}}
    parsed = capsule.get("understood")
    keyframes = [_renamed(each, {"picture": "still"}) for each in capsule["brief"].get("keyframes", ())]
    kept["spec"] = {
        **capsule["brief"],
        "keyframes": keyframes,
        "understood": parsed and _renamed(parsed, PARSED_PROMPT),
    }
    segments = [_renamed(each, {"lead": "conditioning_frames"}) for each in capsule.get("segments", ())]
    machine = _renamed(capsule.get("machine", {}), MACHINE)
    return {**kept, "segments": segments, "machine": machine}


def _renamed(entries: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in entries.items()}


def _comparable(capsule: Mapping[str, Any]) -> dict[str, Any]:
    """With the defaults of options that came later; without the names of files, which their hashes stand
    for, and without what was rewritten or cut, which follows from prompts and model."""
    spec = {**GenerationSpec("").as_dict(), **capsule["spec"]}
    spec["scenes"] = [{"at": each["at"], "prompt": each["prompt"]} for each in spec["scenes"]]
    files = {*REFERENCES, "keyframes", "cut"}
    segments = [_noise_of(each) for each in capsule.get("segments", ())]
    return {
        **capsule,
        "segments": segments,
        "spec": {name: value for name, value in spec.items() if name not in files},
    }


def _noise_of(segment: Mapping[str, Any]) -> dict[str, Any]:
    """A segment with the 32 bits of its seed that its noise came of: capsules of before have 48, of which
    torch took the last. The first segment's is the seed that was asked for."""
    seed = segment.get("seed", 0)
    return {**segment, "seed": seed % 2**32 if segment.get("index") else seed}


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
