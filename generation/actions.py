"""What people ask of generation: a quote, a clip, more of a clip, the same again; and to stop."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from django.db import transaction

import jobs.ledger.actions
import library.actions
from creator.credits import ledger
from creator.errors import NotEnoughCredits
from creator.models import User
from generation import quoting
from generation.errors import NothingToCancel, PictureGone, StillNotFound
from generation.models import Generation, sizes_of
from generation.quoting import Quote
from generation.runner import camera, framing
from generation.runner.spec import LARGEST_SEED, REFERENCES, GenerationSpec
from jobs.models import Job
from library.actions import pending_jobs
from library.errors import SourceGone
from library.models import Clip, Still
from library.states import Origin

RENDER = "generation.render"
PURPOSE = "Video generation"  # shown on receipts, translated
SEEDS = 2**31  # of which one is drawn where none is given
# what an extension has in common with what it goes on from
EXTENDED = ("prompt", "negative_prompt", "quality", "aspect", "short_side", "fps")


def quote(
    *, owner: User, spec: GenerationSpec, model: str = "", variants: int = 1, follows: bool = False
) -> dict[str, Any]:
    """What it would cost and measure, or the DomainError that asking for it would meet. Options as of
    `request`."""
    sizes = sizes_of(_stills(owner, spec))
    spec = framing.following(spec, sizes) if follows else spec
    quoted = quoting.quote(spec, model=model)
    return {
        "credits": variants * quoted.cost,
        "variants": variants,
        "camera_told": camera.phrase(spec.prompt, spec.camera),
        "model": quoted.model.name,
        "frames": quoted.frames,
        "segments": quoted.segments,
        "prompt_cut": quoted.spec.cut,
        "understood": quoted.spec.understood,
        "scenes": quoted.spec.scenes,
        "cropped": framing.cropped(spec, sizes),
        **vars(quoted.shape),
    }


def request(
    *, owner: User, spec: GenerationSpec, model: str = "", variants: int = 1, follows: bool = False
) -> Generation:
    """Hold the credits, promise the clip, submit the job. Raises a DomainError before anything is held.

    `follows`: the aspect is that of the first picture, if there is one, not the one that `spec` says.
    Of several `variants`, each with a seed, a clip and a price of its own, the first is answered."""
    stills = _stills(owner, spec)
    spec = framing.following(spec, sizes_of(stills)) if follows else spec
    quoted = quoting.quote(spec, model=model)
    try:
        return _promise_all(owner, quoted, stills, variants)
    except NotEnoughCredits:  # of the variant that came too far: nothing of any is held now
        needed = variants * quoted.cost
        raise NotEnoughCredits(needed=needed, available=ledger.balance(owner).available) from None


def extend(generation: Generation, *, model: str = "", **changes: Any) -> Generation:
    """A longer clip: the one of `generation` and `seconds` more. It may still be pending.

    `changes`: options that are not to be the same, or not the default where they belong to one clip only."""
    same = {name: getattr(generation.spec, name) for name in EXTENDED}
    same["prompt"] = generation.spec.every_scene[-1].prompt  # what is seen at the end
    spec = GenerationSpec(**same | changes, extends=str(generation.clip_id))
    quoted = quoting.quote(spec, model=model or generation.model, source=generation.clip)
    return _shown(_promise(generation.owner, quoted))


def rerun(generation: Generation, *, seed: int | None = None) -> Generation:
    """The same again with another seed, or with the one given. Raises PictureGone, SourceGone."""
    require_references(generation)
    spec = replace(generation.spec, seed=seed)
    quoted = quoting.quote(spec, model=generation.model, source=generation.extends)
    return _shown(_promise(generation.owner, quoted, generation.stills.all(), rerun_of=generation))


def cancel(generation: Generation) -> Generation:
    """Stop making it; the steps already made are charged, the rest comes back. Asking twice is fine.

    Raises NothingToCancel, AlreadyFinished."""
    if generation.clip.job is None:
        raise NothingToCancel(state=generation.clip.state)
    jobs.ledger.actions.cancel(generation.clip.job)
    generation.clip.refresh_from_db()
    return generation


def delete(generation: Generation) -> None:
    """Delete it with its clip; one that is being made is cancelled."""
    library.actions.delete(generation.clip)


def require_references(generation: Generation) -> None:
    """Raises PictureGone or SourceGone if something that its spec refers to was deleted."""
    if gone := generation.gone:
        raise SourceGone() if "extends" in gone else PictureGone()


def _stills(owner: User, spec: GenerationSpec) -> list[Still]:
    """The pictures that `spec` refers to. Raises StillNotFound."""
    references = spec.references()
    if not references:
        return []
    stills = list(Still.objects.visible_to(owner).filter(pk__in=[key for _, key in references]))
    found = {str(still.pk) for still in stills}
    for name, key in references:
        if key not in found:
            raise StillNotFound(field=name if name in REFERENCES else "keyframes")
    return stills


def _promise_all(owner: User, quoted: Quote, stills: list[Still], variants: int) -> Generation:
    """The first of `variants` promises, all or none."""
    spec = quoted.spec
    with transaction.atomic():
        first = _promise(owner, quoted, stills)
        for number in range(1, variants):
            seed = None if spec.seed is None else (spec.seed + number) % (LARGEST_SEED + 1)
            another = replace(quoted, spec=replace(quoted.spec, seed=seed))
            _promise(owner, another, stills, variant_of=first)
    return _shown(first)


def _shown(made: Generation) -> Generation:
    """With all that is shown of it: read once nobody waits for the transaction that made it."""
    return Generation.objects.in_full().get(pk=made.pk)


@transaction.atomic
def _promise(owner: User, quoted: Quote, stills: Iterable[Still] = (), **kin: Generation) -> Generation:
    """`kin`: what it is a rerun_of or a variant_of."""
    spec, source = quoted.spec, quoted.source
    seed = secrets.randbelow(SEEDS) if spec.seed is None else spec.seed
    made = Generation(
        owner=owner,
        model=quoted.model.name,
        spec=replace(spec, seed=seed),
        extends=source,
        cost=quoted.cost,
        **kin,
    )
    hold = f"generation:{made.pk}"
    ledger.hold(owner=owner, amount=made.cost, purpose=PURPOSE, reference=hold)
    library.actions.promise(
        owner=owner,
        origin=Origin.GENERATION,
        shape=quoted.shape,
        made_from=[(source, "extend")] if source else (),
        title=spec.prompt[:100],
        generated=True,
        job_for=partial(_enter, made, stills, {"hold": hold, **_measures(quoted)}),
    )
    return made


def _measures(quoted: Quote) -> dict[str, float]:
    return {"megapixel_steps": quoted.megapixel_steps, "megapixels": quoted.megapixels}


def _enter(made: Generation, stills: Iterable[Still], params: dict[str, Any], clip: Clip) -> Job:
    """The generation's row and, once it is there, its job."""
    made.clip = clip
    made.save(force_insert=True)
    keys = {still.pk for still in stills}
    if len(Still.objects.select_for_update(no_key=True).filter(pk__in=keys)) < len(keys):
        raise PictureGone()
    link = Generation.stills.through
    link.objects.bulk_create(link(generation=made, still=still) for still in stills)
    return jobs.ledger.actions.submit(
        kind=RENDER,
        owner=made.owner,
        params={"generation": str(made.pk), "clip": str(clip.pk), **params},
        waits_for=pending_jobs([made.extends] if made.extends else []),
        model=made.model,
        about={"generation": made.pk, "clip": clip.pk},
    )
