"""What storage keeps of a post."""

from typing import Any

from library import storage


def stored(post: dict[str, Any]) -> list[str]:
    """The keys of every file of a post (its JSON)."""
    return _below(f"posts/{post['id']}/")


def attempts(post: dict[str, Any]) -> list[str]:
    """The names right below the folder of a post: one for every attempt that left something."""
    folders, names = _listed(f"posts/{post['id']}/")
    return [*folders, *names]


def _below(folder: str) -> list[str]:
    folders, names = _listed(folder)
    return [f"{folder}{name}" for name in names] + [
        key for name in folders for key in _below(f"{folder}{name}/")
    ]


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return storage.default().listdir(folder)
    except FileNotFoundError:
        return [], []
