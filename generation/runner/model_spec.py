"""The spec of a model: what it can do, and the sizes, rate, steps and lengths that it was trained for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Any

from library.media import shapes

TEXT, FIRST_FRAME, LAST_FRAME = "text", "first-frame", "last-frame"
KEYFRAMES, EXTEND, AUDIO = "keyframes", "extend", "audio"
NEGATIVE_PROMPT, GUIDANCE = "negative-prompt", "guidance"
EVERYTHING = (TEXT, FIRST_FRAME, LAST_FRAME, KEYFRAMES, EXTEND, AUDIO, NEGATIVE_PROMPT, GUIDANCE)
STD, PRO = "std", "pro"  # qualities: a clip's price and its care
QUALITIES = (STD, PRO)
PRO_STEPS = 1.6  # of quality pro, times the usual ones

# features of a family's transformer and pipeline that an optimization may need or must respect
BLOCK_CACHE = "block-cache"  # diffusers can skip its blocks at steps that change little
GUIDANCE_PASS = "guidance-pass"  # guidance is a second pass of the transformer, which can be left out
MASKED_ATTENTION = "masked-attention"  # its attention masks the padding of prompts


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What a model folder, its family and its lingying.json say together.

    `family` is the folder of `families` that runs it; `adapter` names the class, as module:class, so that
    reading a spec loads no torch. `can` is what may be asked of it, of EVERYTHING; `features` what
    optimizations may count on. `sizes` are native (width, height) per aspect, `fps` the native rate,
    `pro_sizes` what quality pro draws, where the weights have a larger size to draw at.

    Segments have a multiple of `frame_step` frames plus one, at most `max_frames`. A segment may begin with
    up to `max_conditioning_frames` clean frames (1: a picture; more: a moving beginning; 0: neither).
    `text_length`: tokens of a prompt that are encoded, with those the tokenizer adds; the rest is not read.
    `flickers`: neighbouring frames differ where nothing moves, and have to be deflickered.
    `optimizations` by name, as `runtime.optimizations` lists them; `mag_ratios` are measured for one of them.
    """

    name: str
    family: str
    adapter: str
    sizes: Mapping[str, tuple[int, int]]
    fps: float
    steps: int
    guidance: float
    max_frames: int
    frame_step: int
    max_conditioning_frames: int
    can: frozenset[str]
    pro_sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    least_steps: int = 1
    camera: str = "prompt"  # where a camera move goes: no family here has an input of its own for it
    shift: float | None = None
    text_length: int = 512
    version: str = ""
    status: str = ""
    languages: tuple[str, ...] = ()
    optimizations: Mapping[str, str] = field(default_factory=dict)
    mag_ratios: tuple[float, ...] = ()
    flickers: bool = False
    features: frozenset[str] = frozenset()

    @property
    def most_seconds_at_once(self) -> float:
        return round(self.max_frames / self.fps, 2)

    @property
    def frame_rule(self) -> str:
        return f"{self.frame_step}k+1"

    @property
    def pro_steps(self) -> int:
        return round(self.steps * PRO_STEPS)

    def at(self, quality: str) -> "ModelSpec":
        """This spec for `quality`: pro takes more steps, and the larger size where there is one."""
        if quality != PRO:
            return self
        return replace(self, steps=self.pro_steps, sizes={**self.sizes, **self.pro_sizes})

    def overlaid(self, own: Mapping[str, Any]) -> "ModelSpec":
        """This spec, overridden by what `own`, the content of the folder's lingying.json, says."""
        native = own.get("native", {})
        numbers = {name: native[name] for name in ("fps", "steps", "guidance", "shift") if name in native}
        sizes, pro_sizes = (_pairs(native.get(name, {})) for name in ("sizes", "pro_sizes"))
        max_frames = fitting(native.get("max_frames", self.max_frames), self.frame_step)
        # at most a third of a segment: otherwise it would add next to nothing
        most_given = fitting((max_frames + 2) // 3, self.frame_step)
        return replace(
            self,
            **numbers,
            sizes={**self.sizes, **sizes},
            # what is known of the weights does not hold for a folder with sizes of its own
            pro_sizes=pro_sizes if sizes else self.pro_sizes,
            max_frames=max_frames,
            max_conditioning_frames=min(self._conditioning_frames(native), most_given),
            text_length=native.get("max_sequence_length", self.text_length),
            version=str(own.get("version", self.version)),
            status=str(own.get("status", self.status)),
            languages=tuple(own.get("languages", self.languages)),
            optimizations={name: str(value) for name, value in own.get("optimizations", {}).items()},
            mag_ratios=tuple(own.get("mag_ratios", ())),
            flickers=bool(native.get("flickers", self.flickers)),
        )

    def _conditioning_frames(self, native: Mapping[str, Any]) -> int:
        latents = native.get("prefix_latent_frames")  # the numbers of clean latent frames it was trained on
        return 1 + self.frame_step * (max(latents) - 1) if latents else self.max_conditioning_frames


def _pairs(sizes: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    return {aspect: (int(width), int(height)) for aspect, (width, height) in sizes.items()}


def fitting(frames: int, step: int) -> int:
    """The most frames ≤ `frames` that the rule step·k+1 allows."""
    return (int(frames) - 1) // step * step + 1


def covering(frames: int, step: int) -> int:
    """The fewest frames ≥ `frames` that the rule step·k+1 allows."""
    return -(-(frames - 1) // step) * step + 1


def sizes_of_area(area: int, multiple: int) -> dict[str, tuple[int, int]]:
    """A native (width, height) of about `area` pixels for every aspect, sides multiples of `multiple`."""
    return {
        aspect: _size(area, shapes.delivery_size(aspect, 720), multiple) for aspect in sorted(shapes.ASPECTS)
    }


def _size(area: int, like: tuple[int, int], multiple: int) -> tuple[int, int]:
    ratio = like[0] / like[1]
    width, height = sqrt(area * ratio), sqrt(area / ratio)
    return max(1, round(width / multiple)) * multiple, max(1, round(height / multiple)) * multiple
