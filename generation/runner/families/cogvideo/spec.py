"""CogVideoX folders, 1.0 and 1.5."""

from generation.runner.families.model_folder import ModelFolder
from generation.runner.model_spec import (
    BLOCK_CACHE,
    EXTEND,
    FIRST_FRAME,
    GUIDANCE,
    NEGATIVE_PROMPT,
    TEXT,
    ModelSpec,
    sizes_of_area,
)
from library.media import shapes

PIPELINES = ("CogVideoXPipeline", "CogVideoXImageToVideoPipeline")
FEATURES = frozenset({BLOCK_CACHE})

COGVIDEOX_1_0 = {"fps": 8.0, "max_frames": 49}
COGVIDEOX_1_5 = {"fps": 16.0, "max_frames": 81}  # patches of two latent frames
LONGEST_TEXT = 226  # tokens


def describe(folder: ModelFolder) -> ModelSpec:
    """One set of weights begins from text, another from a picture."""
    transformer = folder.json("transformer/config.json")
    trained = COGVIDEOX_1_0 if transformer.get("patch_size_t") is None else COGVIDEOX_1_5
    image = folder.pipeline == "CogVideoXImageToVideoPipeline"
    return ModelSpec(
        name=folder.name,
        family="cogvideo",
        adapter="generation.runner.families.cogvideo.adapter:CogVideo",
        sizes=_sizes_1_0(folder) if trained is COGVIDEOX_1_0 else sizes_of_area(1360 * 768, 16),
        fps=trained["fps"],
        steps=50,
        guidance=6.0,
        max_frames=int(trained["max_frames"]),
        # the VAE halves time twice, and only odd numbers of latent frames come back as 4k+1
        frame_step=8,
        max_conditioning_frames=1 if image else 0,
        can=frozenset(({FIRST_FRAME, EXTEND} if image else {TEXT}) | {NEGATIVE_PROMPT, GUIDANCE}),
        features=FEATURES,
        text_length=folder.text_length(LONGEST_TEXT),
    )


def _sizes_1_0(folder: ModelFolder) -> dict[str, tuple[int, int]]:
    """1.0 draws one size only, out of which every aspect is cropped."""
    width, height = (
        8 * folder.count("transformer/config.json", entry, default)
        for entry, default in (("sample_width", 90), ("sample_height", 60))
    )
    return dict.fromkeys(sorted(shapes.ASPECTS), (width, height))
