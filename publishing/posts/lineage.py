"""What the label and the C2PA manifest of a post say: who made its clip, from what, by which steps."""

from typing import Any

from django.conf import settings

from library.models import Clip, Provenance
from publishing import packaging
from publishing.models import Post

MOST_SOURCES = 64  # a manifest is read on phones


def label(post: Post) -> packaging.Label:
    """The AI label of a post: this provider generated the clip and publishes the post."""
    name = settings.PROVIDER_NAME
    return packaging.Label(
        producer=name, produce_id=str(post.clip_id), propagator=name, propagate_id=str(post.pk)
    )


def provenance(clip: Clip) -> packaging.Provenance:
    """Everything `clip` was made from, the first step first, and the model that generated it, if one did."""
    edges = _edges(clip)
    capsules = [clip.capsule, *(edge.source.capsule for edge in edges if edge.source)]
    made: dict[str, Any] = next((capsule for capsule in capsules if capsule and capsule.get("model")), {})
    return packaging.Provenance(
        model=_name(made.get("model", "")),
        parameters=_parameters(made),
        sources=tuple(_source(edge) for edge in reversed(edges)),
    )


def _edges(clip: Clip) -> list[Provenance]:
    """From the clip backwards, breadth first, each source once, at most about MOST_SOURCES."""
    found: dict[Any, Provenance] = {}
    layer = [clip.pk]
    while layer and len(found) < MOST_SOURCES:
        edges = Provenance.objects.filter(clip__in=layer).exclude(source_key__in=found).order_by("id")
        new = {edge.source_key: edge for edge in edges.select_related("source")}
        found |= new
        layer = list(new)
    return list(found.values())


def _source(edge: Provenance) -> packaging.Source:
    """Without its title, which is a prompt or what its owner calls it: the library stays with its creator."""
    return packaging.Source(id=str(edge.source_key), relation=edge.relation)


def _name(model: Any) -> str:
    return str(model.get("name", "")) if isinstance(model, dict) else str(model)


def _parameters(capsule: dict[str, Any]) -> dict[str, Any]:
    """The parameters that become public: the seed. The prompt stays with the creator."""
    spec = capsule.get("spec") or capsule.get("brief") or {}  # as older capsules call it
    return {"seed": spec["seed"]} if spec.get("seed") is not None else {}
