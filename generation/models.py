"""Generations: what was asked of which model, and the clip that came of it."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from uuid6 import uuid7

from generation.runner.capsule import differences
from library.models import Clip, Still


class GenerationQuerySet(models.QuerySet["Generation"]):
    def visible_to(self, user: Any) -> Self:
        """The generations `user` may see: their own."""
        return self.filter(owner_id=user.pk) if user.pk else self.none()

    def in_full(self) -> Self:
        """With all that is shown of them."""
        return self.select_related("clip__job", "rerun_of__clip").prefetch_related(
            "clip__edges", "keyframes", "variants"
        )


class Generation(models.Model):
    """One clip asked of a model. Numbers left to the model are null in what was asked, known in the capsule.

    A picture or clip that it begins from may be deleted later; `begins_from` remembers that there was one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    clip = models.OneToOneField(Clip, models.CASCADE, related_name="generation")
    model = models.CharField(max_length=128)
    prompt = models.TextField()
    negative_prompt = models.TextField(default="", blank=True)
    seconds = models.FloatField()
    aspect = models.CharField(max_length=8)
    resolution = models.CharField(max_length=8)
    seed = models.BigIntegerField()
    steps = models.PositiveSmallIntegerField(null=True)
    guidance = models.FloatField(null=True)
    first_frame = models.ForeignKey(Still, models.SET_NULL, null=True, related_name="+")
    last_frame = models.ForeignKey(Still, models.SET_NULL, null=True, related_name="+")
    extends = models.ForeignKey(Clip, models.SET_NULL, null=True, related_name="+")
    quality = models.CharField(max_length=8, default="std")
    camera = models.CharField(max_length=16, null=True)
    scenes = models.JSONField(default=list)  # {at, prompt, understood}, in order
    understood = models.JSONField(null=True)  # what a closed-world model makes of the prompt
    begins_from = models.JSONField(default=list)
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
        if self.rerun_of is None or self.rerun_of.seed != self.seed:
            return None
        then, now = self.rerun_of.clip.capsule, self.clip.capsule
        if not (then and now):
            return None
        return {"same": then.get("sha256") == now.get("sha256"), "differs": differences(then, now)}

    @property
    def gone(self) -> list[str]:
        """Which of the things that it begins from are no longer there."""
        gone = [name for name in self.begins_from if getattr(self, f"{name}_id") is None]
        return gone + ["keyframes" for each in self.keyframes.all() if each.still_id is None]


class Keyframe(models.Model):
    """A picture that a generation passes through, `at` seconds from its beginning."""

    generation = models.ForeignKey(Generation, models.CASCADE, related_name="keyframes")
    still = models.ForeignKey(Still, models.SET_NULL, null=True, related_name="+")
    at = models.FloatField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"Keyframe at {self.at} s"
