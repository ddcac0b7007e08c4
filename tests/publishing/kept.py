"""What storage keeps of a post."""

from typing import Any

from library import storage


def stored(post: dict[str, Any]) -> list[str]:
    """The keys of every file of a post (its JSON)."""
    return _below(f"posts/{post['id']}/")


def attempts(post: dict[str, Any]) -> list[str]:
    """The names right below the folder of a post: one for every attempt that left something."""
    folders, files = storage.listed(f"posts/{post['id']}/")
    return [key.rstrip("/").rsplit("/", 1)[-1] for key in (*folders, *files)]


def _below(folder: str) -> list[str]:
    folders, files = storage.listed(folder)
    return [*files, *(key for inner in folders for key in _below(inner))]
