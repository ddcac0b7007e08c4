"""What is to be made, decided before any weight is loaded: refusals, then segments."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, isfinite

from generation.runner import camera, errors
from generation.runner import model_spec as ability
from generation.runner.model_spec import ModelSpec, covering, fitting
from generation.runner.prompts import by_scene, is_legible
from generation.runner.spec import (
    LARGEST_SEED,
    LEAST_FPS,
    LEAST_GUIDANCE,
    LEAST_SIDE,
    LEAST_STEPS,
    LONGEST,
    LONGEST_PROMPT,
    MOST_FPS,
    MOST_GUIDANCE,
    MOST_SIDE,
    MOST_STEPS,
    SHORTEST,
    GenerationSpec,
)
from library.media import shapes

LEAST_SCENE = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Segment:
    """`frames` native frames to sample; the first `conditioning_frames` are given, the first `dropped` are
    not used."""

    index: int
    frames: int
    conditioning_frames: int
    dropped: int
    seed: int

    @property
    def new_frames(self) -> int:
        return self.frames - self.dropped


def check(spec: GenerationSpec, model: ModelSpec) -> None:
    """Raise a DomainError where `spec` asks for what `model` cannot do."""
    _check_numbers(spec, model)
    _check_scenes(spec)
    _check_abilities(spec, model)
    if len(segments(spec, model)) > 1 and not model.max_conditioning_frames:
        raise errors.CannotExtend(field="seconds", model=model.name, most=model.most_seconds_at_once)


def _check_numbers(spec: GenerationSpec, model: ModelSpec) -> None:
    if spec.aspect not in shapes.ASPECTS:
        raise errors.AspectNotFound(
            field="aspect", aspect=spec.aspect, accepted=", ".join(sorted(shapes.ASPECTS))
        )
    if not SHORTEST <= spec.seconds <= LONGEST:
        raise errors.LengthOutOfRange(field="seconds", seconds=spec.seconds, least=SHORTEST, most=LONGEST)
    if not LEAST_SIDE <= spec.short_side <= MOST_SIDE or spec.short_side % 2:
        raise errors.SizeOutOfRange(
            field="resolution", short_side=spec.short_side, least=LEAST_SIDE, most=MOST_SIDE
        )
    if not LEAST_FPS <= spec.fps <= MOST_FPS:
        raise errors.FrameRateOutOfRange(field="fps", fps=spec.fps, least=LEAST_FPS, most=MOST_FPS)

    least = max(LEAST_STEPS, model.least_steps)
    if spec.steps is not None and not least <= spec.steps <= MOST_STEPS:
        raise errors.StepsOutOfRange(field="steps", steps=spec.steps, least=least, most=MOST_STEPS)
    if spec.seed is not None and not 0 <= spec.seed <= LARGEST_SEED:
        raise errors.SeedOutOfRange(field="seed", seed=spec.seed, least=0, most=LARGEST_SEED)
    if spec.guidance is not None and not LEAST_GUIDANCE <= spec.guidance <= MOST_GUIDANCE:
        raise errors.GuidanceOutOfRange(
            field="guidance", guidance=spec.guidance, least=LEAST_GUIDANCE, most=MOST_GUIDANCE
        )
    _check_words(spec)


def _check_words(spec: GenerationSpec) -> None:
    if spec.quality not in ability.QUALITIES:
        accepted = ", ".join(ability.QUALITIES)
        raise errors.QualityNotFound(field="quality", quality=spec.quality, accepted=accepted)
    if spec.camera is not None and spec.camera not in camera.MOVES:
        accepted = ", ".join(camera.MOVES)
        raise errors.CameraMoveNotFound(field="camera", camera=spec.camera, accepted=accepted)
    if len(spec.negative_prompt) > LONGEST_PROMPT:
        raise errors.PromptTooLong(field="negative_prompt", most=LONGEST_PROMPT)
    for place, scene in enumerate(spec.every_scene):
        field = f"scenes[{place - 1}].prompt" if place else "prompt"
        if not is_legible(scene.prompt):
            raise errors.PromptEmpty(field=field)
        if len(scene.prompt) > LONGEST_PROMPT:
            raise errors.PromptTooLong(field=field, most=LONGEST_PROMPT)


def _check_keyframes(spec: GenerationSpec, model: ModelSpec) -> None:
    """Each has a native frame of its own, behind the first one and none behind the last."""
    last = native_frames(spec, model) - 1
    taken = {last} if spec.last_frame else set[int]()
    for place, keyframe in enumerate(spec.keyframes):
        field = f"keyframes[{place}].at"
        inside = isfinite(keyframe.at) and 0 < keyframe.at < spec.seconds
        number = native_number(spec, model, keyframe.at) if inside else 0
        if not 0 < number <= last:
            raise errors.KeyframeOutside(field=field, at=keyframe.at, **_keyframe_range(spec, model))
        if number in taken:
            raise errors.KeyframesTogether(field=field, at=keyframe.at, apart=round(1 / model.fps, 3))
        taken.add(number)


def _keyframe_range(spec: GenerationSpec, model: ModelSpec) -> dict[str, float]:
    """The seconds of the first and of the last native frame that a keyframe can be."""
    shown = (native_frames(spec, model) - 1) / model.fps - first_instant(spec) / spec.fps
    most = min(shown, spec.seconds - 1 / spec.fps)
    return {"least": ceil(100 / model.fps) / 100, "most": floor(most * 100 + 1e-6) / 100}


def _check_scenes(spec: GenerationSpec) -> None:
    """Scenes follow one another, and each lasts a while."""
    cuts = [0.0, *(scene.at for scene in spec.scenes), spec.seconds]
    if spec.scenes and not all(later - earlier >= LEAST_SCENE for earlier, later in pairwise(cuts)):
        raise errors.ScenesOutOfOrder(field="scenes", least=LEAST_SCENE, seconds=spec.seconds)


def _check_abilities(spec: GenerationSpec, model: ModelSpec) -> None:
    starts = spec.first_frame or spec.extends
    if spec.first_frame and spec.extends:
        raise errors.TwoBeginnings(field="first_frame")
    if spec.first_frame and ability.FIRST_FRAME not in model.can:
        raise errors.NoFirstFrame(field="first_frame", model=model.name)
    if spec.last_frame and ability.LAST_FRAME not in model.can:
        raise errors.NoLastFrame(field="last_frame", model=model.name)
    if spec.keyframes and ability.KEYFRAMES not in model.can:
        raise errors.NoKeyframes(field="keyframes", model=model.name)
    _check_keyframes(spec, model)
    if spec.extends and ability.EXTEND not in model.can:
        raise errors.CannotExtend(model=model.name, most=model.most_seconds_at_once)
    if spec.negative_prompt and ability.NEGATIVE_PROMPT not in model.can:
        raise errors.NoNegativePrompt(field="negative_prompt", model=model.name)
    if not starts and ability.TEXT not in model.can:
        raise errors.NeedsFirstFrame(field="first_frame", model=model.name)


def first_instant(spec: GenerationSpec) -> int:
    """The first delivered frame's number on the native clock: one step later when a video goes before."""
    return 1 if spec.extends else 0


def native_frames(spec: GenerationSpec, model: ModelSpec) -> int:
    """Native frames that the delivered ones are drawn from, the frame that is gone on from included."""
    last = Fraction(spec.frames - 1 + first_instant(spec), spec.fps) * Fraction(model.fps)
    return floor(last) + (1 if last.denominator == 1 else 2)


def native_number(spec: GenerationSpec, model: ModelSpec, at: float) -> int:
    """The native frame that shows the instant `at` seconds of what is made up."""
    return round((Fraction(first_instant(spec), spec.fps) + Fraction(at)) * Fraction(model.fps))


def within(segment: Segment, chain: Sequence[Segment], number: int) -> int | None:
    """Where in `segment` the native frame `number` of the whole chain lies, if it is made there."""
    start = sum(each.new_frames for each in chain[: segment.index]) - segment.dropped
    return number - start if segment.dropped <= number - start < segment.frames else None


def segments(spec: GenerationSpec, model: ModelSpec) -> list[Segment]:
    """The chain that makes `spec`: each segment at most as long as the model's own, each seed its own.

    Every scene begins with a segment, at most a frame step after its time; its segments are even."""
    given = model.max_conditioning_frames if spec.extends else int(bool(spec.first_frame))
    # what is gone on from stays in the stream as its first frame: the first in-between needs it
    dropped, made, chain = max(given - 1, 0), 0, list[Segment]()
    for end in _scene_ends(spec, model):
        while made < end:
            frames = _length(end - made, dropped, model)
            chain.append(Segment(len(chain), frames, given, dropped, seed_of(spec.seed or 0, len(chain))))
            made += chain[-1].new_frames
            given = dropped = fitting(min(model.max_conditioning_frames, made), model.frame_step)
    return chain


def _scene_ends(spec: GenerationSpec, model: ModelSpec) -> list[int]:
    """Native frames there are at the end of each scene."""
    cuts = (round((scene.at + first_instant(spec) / spec.fps) * model.fps) for scene in spec.scenes)
    return [*cuts, native_frames(spec, model)]


def _length(left: int, dropped: int, model: ModelSpec) -> int:
    """Frames of the next segment, of which `dropped` bring nothing new, where `left` new ones are missing."""
    later = max(1, model.max_frames - model.max_conditioning_frames)
    count = 1 + -(-max(0, left - (model.max_frames - dropped)) // later)
    return min(model.max_frames, covering(dropped + -(-left // count), model.frame_step))


def prompts(spec: GenerationSpec, model: ModelSpec) -> list[str]:
    """What the model is given for each segment: for the scene that its new frames begin in."""
    given, ends = by_scene(spec), _scene_ends(spec, model)[:-1]
    chosen, made = list[str](), 0
    for segment in segments(spec, model):
        chosen.append(given[sum(made >= end for end in ends)])
        made += segment.new_frames
    return chosen


def seed_of(seed: int, index: int) -> int:
    """The seed of a segment: the asked-for one first, then unrelated ones that follow from it."""
    digest = hashlib.sha256(f"{seed}/{index}".encode()).digest()
    return int.from_bytes(digest[2:6], "big") if index else seed
