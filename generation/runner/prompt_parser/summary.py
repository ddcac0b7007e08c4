"""The result of parsing a prompt, and the sentence that says it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

DREW = "Drew: {scene}."
DREW_WITHOUT = "Drew: {scene}; not in this model's world: {missing}."
GUESSED = (
    "Nothing that this model can draw was recognised in the prompt. It was not asked for, but drew: {scene}."
)
COMMAS = {"zh": "、", "en": ", "}


@dataclass(frozen=True, slots=True)
class ParsedPrompt:
    """`rewritten_prompt` is what the model is given. `slots` names the entry of each slot that is drawn,
    `matched_words` the words of the prompt that asked for it (slots that no word asked for are not in it),
    `missing` the words that are left out, in their order. `recognised` is false where no word asked for what
    is drawn: it is what the prompt is nearest. `captions` says what is drawn, by language
    ("zh", "en").
    """

    rewritten_prompt: str
    slots: Mapping[str, str]
    matched_words: Mapping[str, str]
    missing: tuple[str, ...]
    captions: Mapping[str, str]
    recognised: bool = True

    def as_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return asdict(self) | {"missing": list(self.missing)}


def summarize(
    parsed: Mapping[str, Any], language: str, translate: Callable[[str], str] = lambda text: text
) -> str:
    """The sentence for a reader of `language` ("zh" or "en"), of a `ParsedPrompt.as_dict()`."""
    missing = COMMAS[language].join(parsed["missing"])
    recognised = parsed.get("recognised", True)
    template = translate((DREW_WITHOUT if missing else DREW) if recognised else GUESSED)
    return template.format(scene=parsed["captions"][language], missing=missing)
