"""What a text encoder does not read of a prompt: what lies behind its last token, counted by the model's own
tokenizer. No torch: a web process tells it before anything is paid."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer

from generation.runner.errors import NOT_A_TOKENIZER, model_broken
from generation.runner.model_spec import ModelSpec

FILE = "tokenizer/tokenizer.json"


def cut(prompt: str, folder: Path, model: ModelSpec) -> str | None:
    """The end of `prompt` that the model in `folder` does not read; empty where it reads all, None where its
    folder has no tokenizer that can be counted with. Raises ModelBroken."""
    tokenizer = load(folder, model)
    if tokenizer is None:
        return None
    with _blaming(model):
        encoded = tokenizer.encode(prompt, add_special_tokens=False)
    read = model.text_length - tokenizer.num_special_tokens_to_add(False)
    if len(encoded.ids) <= read:
        return ""
    return prompt[encoded.offsets[max(0, read)][0] :].strip()


def load(folder: Path, model: ModelSpec) -> Tokenizer | None:
    """The tokenizer in `folder`, read once while its file stays as it is; None without one. ModelBroken."""
    path = Path(folder) / FILE
    with _blaming(model):
        try:
            seen = path.stat()
            return _read(path, seen.st_mtime_ns, seen.st_size)
        except FileNotFoundError:
            return None


@contextmanager
def _blaming(model: ModelSpec) -> Iterator[None]:
    """Whatever is raised within is ModelBroken: of what it lacks a tokenizer tells when it is used."""
    try:
        yield
    except Exception as broken:  # the library's own are of no class below it
        raise model_broken(model.name, FILE, NOT_A_TOKENIZER) from broken


@lru_cache(maxsize=8)
def _read(path: Path, changed: int, size: int) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
