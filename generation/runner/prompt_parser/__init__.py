"""Prompts as people write them, read for a model of a closed world: what is drawn, what is left out.

A model folder with a `lexicon.json` gets its prompts rewritten into its own words; others get them as
they are.
Pure of torch: a web process reads prompts too.
"""

from pathlib import Path

from generation.runner.prompt_parser.interpret import interpret
from generation.runner.prompt_parser.lexicon import Lexicon, read
from generation.runner.prompt_parser.summary import ParsedPrompt


def parse(prompt: str, folder: Path | str) -> ParsedPrompt | None:
    """What the model in `folder` makes of `prompt`; None where it takes it as it is."""
    lexicon = read(folder)
    return None if lexicon is None else interpret(prompt, lexicon)


__all__ = ["Lexicon", "ParsedPrompt", "interpret", "parse", "read"]
