"""Prompts as people write them, rewritten for a model of a closed world: what is drawn, what is left out.

A model folder with a `lexicon.json` gets its prompts rewritten into its own words; others get them as they
are (docs/decisions/0006). No torch: a web process parses prompts too.

| file | what it does |
|---|---|
| `words` | tokenizes: Chinese by jieba, English by spaces and stems; clauses are kept apart |
| `lexicon` | the vocabulary of one model, indexed by phrase |
| `embedding` | the nearest phrase of the lexicon for words that it does not list |
| `entities` | what a prompt mentions, phrase by phrase |
| `colours` | which entity a colour belongs to |
| `interpret` | from entities to one scene of the model's world, and what is left out of it |
| `summary` | the result, and a sentence of it |
"""

from pathlib import Path

from generation.runner.prompt_parser import embedding
from generation.runner.prompt_parser.entities import Check, never
from generation.runner.prompt_parser.interpret import interpret
from generation.runner.prompt_parser.lexicon import Lexicon, read
from generation.runner.prompt_parser.summary import ParsedPrompt


def parse(prompt: str, folder: Path | str, *, check: Check = never) -> ParsedPrompt | None:
    """What the model in `folder` is given for `prompt`; None where it takes prompts as they are.

    `check` is called on the way; what it raises ends the parse."""
    lexicon = read(folder)
    return None if lexicon is None else interpret(prompt, lexicon, check=check)


def load(folder: Path | str) -> None:
    """Load what the first parse in a process loads: dictionary, encoder and vectors, which takes seconds."""
    lexicon = read(folder)
    if lexicon is not None:
        interpret("", lexicon)
        embedding.nearest(" ", lexicon)


__all__ = ["Check", "Lexicon", "ParsedPrompt", "interpret", "load", "never", "parse", "read"]
