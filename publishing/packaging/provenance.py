"""C2PA: the history of a clip, signed into the published file, and read back from it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import c2pa

from publishing.packaging.identity import Identity

MIME = "video/mp4"
GENERATOR = {"name": "Lingying", "version": "0.1.0"}
AI_MADE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
ACTIONS = {"reframe": "c2pa.cropped", "upscale": "c2pa.resized"}  # every other relation is an edit
ACCEPTED_STATES = {"Valid", "Trusted"}


class SignatureBroken(RuntimeError):
    """A file just signed does not verify when it is read back."""


@dataclass(frozen=True)
class Source:
    """A clip that this one was made from; `relation` says how ("trim", "reframe", "extend" …)."""

    id: str
    relation: str


@dataclass(frozen=True)
class Provenance:
    """`model` generated it, if any did, with `parameters` (JSON); `sources` from first to last step."""

    model: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What verification found: a state ("Trusted", "Valid", "Invalid", "Missing"), the active manifest."""

    state: str
    manifest: Mapping[str, Any]

    @property
    def is_valid(self) -> bool:
        return self.state in ACCEPTED_STATES


def sign(
    source: Path, target: Path, *, provenance: Provenance, generated: bool, title: str, identity: Identity
) -> Verdict:
    """Write `source` (an MP4) with its signed manifest to `target`, and read it back.

    The last thing done to a file: any later remux drops the manifest. Raises SignatureBroken.
    """
    draft = target.with_name(f".{target.name}.signing")
    with c2pa.Builder(_manifest(provenance, generated, title), _trusting(identity)) as builder:
        if not generated:
            _open_parent(builder, source)
        with _signer(identity) as signer, source.open("rb") as unsigned, draft.open("w+b") as signed:
            builder.sign(signer, MIME, unsigned, signed)
    verdict = verify(draft, identity)
    if verdict.state != "Trusted":
        raise SignatureBroken(f"{target.name} reads back as {verdict.state}.")
    os.replace(draft, target)
    return verdict


def verify(path: Path, identity: Identity | None = None) -> Verdict:
    """Read the manifest of an MP4; with `identity`, its root is trusted. No manifest: state "Missing"."""
    context = _trusting(identity) if identity else None
    with path.open("rb") as file:
        try:
            reader = c2pa.Reader(MIME, file, context=context) if context else c2pa.Reader(MIME, file)
        except c2pa.C2paError.ManifestNotFound:
            return Verdict("Missing", {})
        with reader:
            return Verdict(reader.get_validation_state() or "Invalid", reader.get_active_manifest() or {})


def _manifest(provenance: Provenance, generated: bool, title: str) -> dict[str, Any]:
    """The manifest definition: the actions in their order, and the ingredients."""
    actions = [_origin(provenance) if generated else _opened()]
    actions += [_edit(number, source) for number, source in enumerate(provenance.sources)]
    if generated:
        actions += [{"action": "c2pa.edited", "description": "AI label written on the opening"}]
    actions += [{"action": "c2pa.published"}]
    return {
        "title": title,
        "format": MIME,
        "claim_generator_info": [GENERATOR],
        "ingredients": [_ingredient(number, source) for number, source in enumerate(provenance.sources)],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
    }


def _origin(provenance: Provenance) -> dict[str, Any]:
    agent = {"name": provenance.model or GENERATOR["name"]}
    created = {"action": "c2pa.created", "digitalSourceType": AI_MADE, "softwareAgent": agent}
    return created | ({"parameters": dict(provenance.parameters)} if provenance.parameters else {})


def _opened() -> dict[str, Any]:
    return {"action": "c2pa.opened", "parameters": {"ingredientIds": ["opened"]}}


def _edit(number: int, source: Source) -> dict[str, Any]:
    action = ACTIONS.get(source.relation, "c2pa.edited")
    return {
        "action": action,
        "description": source.relation,
        "parameters": {"ingredientIds": [f"source{number}"]},
    }


def _ingredient(number: int, source: Source) -> dict[str, Any]:
    return {
        "title": source.id,
        "format": MIME,
        "instance_id": f"urn:uuid:{source.id}",
        "relationship": "inputTo",
        "label": f"source{number}",
    }


def _open_parent(builder: c2pa.Builder, source: Path) -> None:
    """A clip that no model generated began as an uploaded file: that file is the parent ingredient."""
    with source.open("rb") as file:
        parent = {"title": "master", "relationship": "parentOf", "label": "opened"}
        builder.add_ingredient(parent, MIME, file)


def _signer(identity: Identity) -> c2pa.Signer:
    # No timestamp authority: signing must work offline.
    return c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es256", identity.chain, identity.key, None))


def _trusting(identity: Identity) -> c2pa.Context:
    trust = {"user_anchors": identity.root.decode()}
    return c2pa.Context.from_dict({"trust": trust, "verify": {"verify_trust": True}})
