"""Generations: what was asked of which model, and the clip that came of it."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Self

from django.conf import settings
from django.db import models
from uuid6 import uuid7

from creator.models import OwnedQuerySet
from generation.runner import framing
from generation.runner.capsule import differences
from generation.runner.spec import GenerationSpec, Reference
from library.models import Clip, Still


class SpecField(models.JSONField):
    """A `GenerationSpec`, kept as the JSON of its `as_dict`; what it refers to, by id."""

    def deconstruct(self) -> Any:
        """For migrations it is plain JSON: they outlive the class."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> GenerationSpec | None:
        """None of a row that a join did not find."""
        kept = super().from_db_value(value, expression, connection)
        return None if kept is None else GenerationSpec.from_dict(kept)

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.as_dict() if isinstance(value, GenerationSpec) else value)

    def value_to_string(self, obj: models.Model) -> Any:
        return self.value_from_object(obj).as_dict()

    def to_python(self, value: Any) -> Any:
        return GenerationSpec.from_dict(value) if isinstance(value, dict) else value


class GenerationQuerySet(OwnedQuerySet["Generation"]):
    def in_full(self) -> Self:
        """With all that is shown of them."""
        return self.select_related("clip__job", "rerun_of__clip").prefetch_related(
            "clip__edges", "stills", "variants"
        )


class Generation(models.Model):
    """One clip asked of a model: the request as a whole in `spec`, beside it what rows are found by.

    A picture or clip that `spec` refers to may be deleted later: `stills`, `extends` then miss it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    clip = models.OneToOneField(Clip, models.CASCADE, related_name="generation")
    model = models.CharField(max_length=128)
    spec: "models.Field[GenerationSpec, GenerationSpec]" = SpecField()
    stills = models.ManyToManyField(Still, related_name="+")
    extends = models.ForeignKey(Clip, models.SET_NULL, null=True, related_name="+")
    rerun_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="reruns")
    variant_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="variants")
    cost = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GenerationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner", "-id"], name="generations_of_owner")]

    def __str__(self) -> str:
        return f"Generation {self.pk}"

    @property
    def reproduced(self) -> dict[str, Any] | None:
        """Of one made again with the same seed: whether the videos are the same, and which entries of the
        capsules differ, as they were and are. None while there is nothing to compare."""
        if self.rerun_of is None or self.rerun_of.spec.seed != self.spec.seed:
            return None
        then, now = self.rerun_of.clip.capsule, self.clip.capsule
        if not (then and now):
            return None
        return {"same": then.get("sha256") == now.get("sha256"), "differs": differences(then, now)}

    @property
    def cropped(self) -> list[framing.Cropped]:
        """What is cut away of its pictures that are still there, as their aspect is another."""
        return framing.cropped(self.spec, sizes_of(self.stills.all()))

    @property
    def gone(self) -> list[str]:
        """Names of the pictures and clips that `spec` refers to and that are no longer there."""
        return [name for name, reference in self.spec.references() if not self._is_there(name, reference)]

    @cached_property
    def current_spec(self) -> GenerationSpec:
        """`spec`, with None for what is no longer there."""
        return self.spec.with_references(
            lambda name, reference: reference if self._is_there(name, reference) else None
        )

    def _is_there(self, name: str, reference: Reference) -> bool:
        if name == "extends":
            return self.extends_id is not None
        return reference in {str(still.pk) for still in self.stills.all()}


def sizes_of(stills: Iterable[Still]) -> framing.Sizes:
    """Their sizes, by what a spec calls them."""
    return {str(still.pk): (still.width, still.height) for still in stills}
