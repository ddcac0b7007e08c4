"""What a model is given to draw: each prompt with the camera move, rewritten where its world is closed."""

from dataclasses import replace
from pathlib import Path

import regex

from generation.runner import camera, prompt_parser, text_limit
from generation.runner.model_spec import ModelSpec
from generation.runner.prompt_parser import Check, never
from generation.runner.spec import GenerationSpec

# What can be seen: no control, format, private use or code point without a sign; no mark, which is drawn on a
# letter; no space; and none of those drawn as nothing though they are called letters or symbols (Hangul
# fillers, the empty Braille pattern). Python's own tables know no emoji that is younger than 2021.
SEEN = regex.compile(r"[^\p{C}\p{Mn}\p{Me}\p{Z}\u115f\u1160\u3164\uffa0\u2800]")


def is_legible(prompt: str) -> bool:
    """Whether there is a single sign in `prompt` that can be seen."""
    return SEEN.search(prompt) is not None


def parsed(spec: GenerationSpec, folder: Path | str, *, check: Check = never) -> GenerationSpec:
    """`spec` with what the prompt parser of the model in `folder` makes of each of its prompts; what `check`
    raises ends it.

    It takes seconds the first time in a process: whoever accepts a request does it once, and passes it on."""
    asked = dict.fromkeys(camera.with_move(scene.prompt, spec.camera) for scene in spec.every_scene)
    found = {prompt: prompt_parser.parse(prompt, folder, check=check) for prompt in asked}
    first, *scenes = (
        replace(scene, understood=found[camera.with_move(scene.prompt, spec.camera)])
        for scene in spec.every_scene
    )
    return replace(spec, understood=first.understood, scenes=tuple(scenes))


def measured(spec: GenerationSpec, folder: Path | str, model: ModelSpec) -> GenerationSpec:
    """`spec`, parsed, with what `model`, in `folder`, does not read of each prompt. Raises ModelBroken."""
    first, *later = (text_limit.cut(given, Path(folder), model) for given in by_scene(spec))
    scenes = (replace(scene, cut=cut) for scene, cut in zip(spec.scenes, later, strict=True))
    return replace(spec, cut=first, scenes=tuple(scenes))


def by_scene(spec: GenerationSpec) -> list[str]:
    """What the model is given for the prompt and for each scene."""
    return [
        scene.understood.rewritten_prompt if scene.understood else camera.with_move(scene.prompt, spec.camera)
        for scene in spec.every_scene
    ]
