"""What the events of a generation tell, beside those of every job."""

from collections.abc import Mapping, Sequence

from django.utils.translation import get_language, gettext
from typing_extensions import TypedDict

from api.chinese import in_script
from generation.runner.prompt_parser import summary


class UnderstoodData(TypedDict):
    """What a closed-world model makes of the prompt; `detail` is the same as a sentence."""

    rewritten_prompt: str
    slots: dict[str, str]
    matched_words: dict[str, str]
    missing: list[str]
    captions: dict[str, str]
    recognised: bool
    detail: str


class PlanData(TypedDict):
    """How much there is to do: segments, steps of all segments, delivered frames."""

    segments: int
    steps: int
    frames: int


class PreviewData(TypedDict):
    """How a segment looks after a step: a JPEG in base64."""

    jpeg: str
    segment: int
    step: int


DATA: Mapping[str, type] = {"understood": UnderstoodData, "plan": PlanData, "preview": PreviewData}


def sentence(captions: Mapping[str, str], missing: Sequence[str], recognised: bool) -> str:
    """What a closed-world model makes of a prompt, in the active language."""
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    parsed = {"captions": captions, "missing": missing, "recognised": recognised}
    return in_script(summary.summarize(parsed, language, gettext))
