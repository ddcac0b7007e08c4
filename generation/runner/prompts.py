"""What a model is given to draw: each prompt with the camera move, rewritten where its world is closed."""

from dataclasses import replace
from pathlib import Path

from generation.runner import camera, prompt_parser
from generation.runner.prompt_parser import Check, never
from generation.runner.spec import GenerationSpec


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


def by_scene(spec: GenerationSpec) -> list[str]:
    """What the model is given for the prompt and for each scene."""
    return [
        scene.understood.rewritten_prompt if scene.understood else camera.with_move(scene.prompt, spec.camera)
        for scene in spec.every_scene
    ]
