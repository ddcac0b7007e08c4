"""CogVideoX folders, 1.0 and 1.5."""

from typing import TYPE_CHECKING, Any

from generation.runner import model_spec
from generation.runner.model_spec import ModelSpec
from library.media import shapes

if TYPE_CHECKING:
    from generation.runner.families.registry import Folder

FIRST = {"fps": 8.0, "max_frames": 49}
LATER = {"fps": 16.0, "max_frames": 81}  # 1.5: patches of two latent frames


def describe(folder: "Folder") -> ModelSpec:
    """One set of weights begins from text, another from a picture."""
    transformer = folder.json("transformer/config.json")
    later = transformer.get("patch_size_t") is not None
    home = LATER if later else FIRST
    image = folder.pipeline == "CogVideoXImageToVideoPipeline"
    beginning = {model_spec.FIRST_FRAME, model_spec.EXTEND} if image else {model_spec.TEXT}
    return ModelSpec(
        name=folder.name,
        family="cogvideo",
        adapter="generation.runner.families.cogvideo.adapter:CogVideo",
        sizes=_sizes(transformer, later),
        fps=home["fps"],
        steps=50,
        guidance=6.0,
        max_frames=int(home["max_frames"]),
        # the VAE halves time twice, and only odd numbers of latent frames come back as 4k+1
        frame_step=8,
        max_conditioning_frames=1 if image else 0,
        can=frozenset(beginning | {model_spec.NEGATIVE_PROMPT, model_spec.GUIDANCE}),
    )


def _sizes(transformer: dict[str, Any], later: bool) -> dict[str, tuple[int, int]]:
    """1.0 knows one size, out of which every other shape is cut."""
    width, height = 8 * transformer.get("sample_width", 90), 8 * transformer.get("sample_height", 60)
    if later:
        return model_spec.sizes_of_area(1360 * 768, 16)
    return dict.fromkeys(sorted(shapes.ASPECTS), (width, height))
