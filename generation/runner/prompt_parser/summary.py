"""The result of parsing a prompt, and the sentence that says it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

DREW = "Drew: {scene}."
DREW_WITHOUT = "Drew: {scene}; not in this model's world: {missing}."
COMMAS = {"zh": "、", "en": ", "}


@dataclass(frozen=True, slots=True)
class ParsedPrompt:
    """`rewritten_prompt` is what the model is given. `slots` names the entry of each slot that is drawn,
    `matched_words` the words of the prompt that asked for it (slots that no word asked for are not in it),
    `missing` the words that are left out, in their order. `captions` says what is drawn, by language
    ("zh", "en").
    """

    rewritten_prompt: str
    slots: Mapping[str, str]
    matched_words: Mapping[str, str]
    missing: tuple[str, ...]
    captions: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return asdict(self) | {"missing": list(self.missing)}


def summarize(
    parsed: Mapping[str, Any], language: str, translate: Callable[[str], str] = lambda text: text
) -> str:
    """The sentence for a reader of `language` ("zh" or "en"), of a `ParsedPrompt.as_dict()`."""
    missing = COMMAS[language].join(parsed["missing"])
    template = translate(DREW_WITHOUT if missing else DREW)
    return template.format(scene=parsed["captions"][language], missing=missing)
