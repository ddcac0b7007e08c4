"""What people ask of generation: a quote, a clip, more of a clip, the same again; and to stop."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from uuid6 import uuid7

import jobs.ledger.actions
import library.actions
from creator.credits import ledger
from generation.errors import NoSuchStill, NothingToCancel, PictureGone
from generation.models import Generation, Keyframe
from generation.runner import camera, plan
from generation.wishes import SEEDS, Wish
from jobs.models import Job
from library.actions import pending_jobs
from library.errors import SourceGone
from library.models import Clip, Still
from library.states import Origin

RENDER = "generation.render"
PURPOSE = "Video generation"  # shown on receipts, translated
GIVEN = ("first_frame", "last_frame", "extends")


def quote(*, owner: Any, variants: int = 1, **asked: Any) -> dict[str, Any]:
    """What it would cost and measure, or the Refusal that asking for it would meet."""
    wish = _wish(owner, asked)
    wish.check()
    return {
        "credits": variants * wish.cost,
        "variants": variants,
        "camera_told": camera.words(wish.prompt, wish.camera),
        "model": wish.card.name,
        "frames": round(wish.whole_seconds * wish.shape.fps),
        "segments": len(plan.segments(wish.brief, wish.card)),
        "understood": wish.understood,
        "scenes": wish.told_scenes,
        **vars(wish.shape),
    }


def request(*, owner: Any, variants: int = 1, **asked: Any) -> Generation:
    """Hold the credits, promise the clip, submit the job. Raises a Refusal before anything is held.

    Of several `variants`, each with a seed, a clip and a price of its own, the first is answered."""
    wish = _wish(owner, asked)
    wish.check()
    wish.read()
    with transaction.atomic():
        first = _promised(owner, wish)
        for number in range(1, variants):
            seed = None if wish.seed is None else (wish.seed + number) % SEEDS
            _promised(owner, replace(wish, seed=seed).understanding(wish), variant_of=first)
    return Generation.objects.in_full().get(pk=first.pk)


def extend(generation: Generation, **asked: Any) -> Generation:
    """A longer clip: the one of `generation` and `seconds` more. It may still be pending."""
    same = {name: getattr(generation, name) for name in ("prompt", "negative_prompt", "model", "quality")}
    wish = Wish(
        **(same | asked),
        aspect=generation.aspect,
        resolution=generation.resolution,
        extends=generation.clip,
    )
    return _make(generation.owner, wish)


def rerun(generation: Generation, *, seed: int | None = None) -> Generation:
    """The same again with another seed, or with the one given. Raises PictureGone, SourceGone."""
    require_beginnings(generation)
    return _make(generation.owner, replace(wish_of(generation), seed=seed), rerun_of=generation)


def cancel(generation: Generation) -> Generation:
    """Stop making it; the credits come back. Asking twice is fine. NothingToCancel, AlreadyFinished."""
    if generation.clip.job is None:
        raise NothingToCancel(state=generation.clip.state)
    jobs.ledger.actions.cancel(generation.clip.job)
    generation.clip.refresh_from_db()
    return generation


def delete(generation: Generation) -> None:
    """Delete it with its clip; one that is being made is cancelled."""
    library.actions.delete(generation.clip)


def wish_of(generation: Generation) -> Wish:
    """What was asked for, with the seed that was drawn."""
    asked = {name: getattr(generation, name) for name in Wish.__dataclass_fields__}
    stills = tuple((each.at, each.still) for each in generation.keyframes.all() if each.still)
    return Wish(**(asked | {"keyframes": stills}))


def require_beginnings(generation: Generation) -> None:
    """Raises PictureGone or SourceGone if something that it begins from was deleted."""
    if generation.gone:
        raise SourceGone() if "extends" in generation.gone else PictureGone()


def _wish(owner: Any, asked: dict[str, Any]) -> Wish:
    stills = {name: _still(owner, asked.get(name), name) for name in ("first_frame", "last_frame")}
    keyframes = tuple(
        (each["at"], _still(owner, each["still"], "keyframes")) for each in asked.get("keyframes", ())
    )
    return Wish(**(asked | stills | {"keyframes": keyframes}))


def _still(owner: Any, key: UUID | None, field: str) -> Still | None:
    if key is None:
        return None
    still = Still.objects.visible_to(owner).filter(pk=key).first()
    if still is None:
        raise NoSuchStill(field=field)
    return still


def _make(owner: Any, wish: Wish, **kin: Generation) -> Generation:
    wish.check()
    return _promised(owner, wish.read(), **kin)


@transaction.atomic
def _promised(owner: Any, wish: Wish, **kin: Generation) -> Generation:
    """`kin`: what it is a rerun_of or a variant_of."""
    key = uuid7()
    hold = f"generation:{key}"
    ledger.hold(owner=owner, amount=wish.cost, purpose=PURPOSE, reference=hold)
    clip = library.actions.promise(
        owner=owner,
        origin=Origin.GENERATION,
        shape=wish.shape,
        made_from=[(wish.extends, "extend")] if wish.extends else (),
        title=wish.prompt[:100],
        generated=True,
        job_for=partial(_entered, key, wish, hold, owner, kin),
    )
    return Generation.objects.in_full().get(clip=clip)


def _entered(key: UUID, wish: Wish, hold: str, owner: Any, kin: Mapping[str, Generation], clip: Clip) -> Job:
    """The generation's row and, once it is there, its job."""
    asked = {name: getattr(wish, name) for name in Wish.__dataclass_fields__} | {
        "model": wish.card.name,
        "seed": wish.drawn_seed,
        "understood": wish.understood,
        "scenes": wish.told_scenes,
    }
    keyframes = asked.pop("keyframes")
    begins_from = [name for name in GIVEN if asked[name] is not None]
    made = Generation.objects.create(
        id=key, owner=owner, clip=clip, cost=wish.cost, begins_from=begins_from, **kin, **asked
    )
    Keyframe.objects.bulk_create(Keyframe(generation=made, at=at, still=still) for at, still in keyframes)
    return jobs.ledger.actions.submit(
        kind=RENDER,
        owner=owner,
        params={"generation": str(key), "clip": str(clip.pk), "hold": hold},
        waits_for=pending_jobs([wish.extends] if wish.extends else []),
        model=wish.card.name,
    )
