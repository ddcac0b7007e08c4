"""A post's files in storage: stored, linked to, removed. Every attempt at packaging has its own folder."""

import secrets
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, TypedDict

from django.conf import settings

from library import storage

if TYPE_CHECKING:
    from publishing.packaging import Package

CACHED_SECONDS = 60  # a link is valid for an hour; it need not be signed anew for every viewer


class Urls(TypedDict):
    """Signed links that expire; None while the post has no files."""

    hls_url: str | None
    download_url: str | None
    cover_url: str | None


NO_URLS: Urls = {"hls_url": None, "download_url": None, "cover_url": None}


def new_folder(root: str) -> str:
    """A storage folder under `root` that no other attempt has and nobody can guess."""
    return f"{root}{secrets.token_urlsafe(12)}/"


def store(package: "Package", folder: str, *, check: Callable[[], None]) -> None:
    """Move every file of `package` into storage under `folder`; `check` may raise between two files."""
    for name in package.files:
        check()
        storage.put(package.folder / name, f"{folder}{name}")


def urls(folder: str) -> Urls:
    """The links of the post whose files are in `folder` (posts/ID/ATTEMPT/; "" for none)."""
    if not folder:
        return NO_URLS
    return _urls(folder, settings.PUBLIC_URL, int(time.time()) // CACHED_SECONDS)


@lru_cache(maxsize=4096)
def _urls(folder: str, public_url: str, minute: int) -> Urls:
    hls = storage.url(f"{folder}master.m3u8", scope=folder)
    return {
        "hls_url": hls,
        "download_url": storage.url(f"{folder}published.mp4", download_name=f"{folder.split('/')[1]}.mp4"),
        "cover_url": f"{hls.removesuffix('master.m3u8')}cover.jpg",
    }


def remove(folder: str) -> None:
    """Remove `folder` and all below it; nothing happens if it is not there."""
    folders, names = _listed(folder)
    for name in folders:
        remove(f"{folder}{name}/")
    storage.remove(*(f"{folder}{name}" for name in names))
    if storage.is_local():
        storage.remove(folder)


def remove_others(root: str, kept: str | None) -> None:
    """Remove every attempt's folder under `root`, except `kept`."""
    for name in _listed(root)[0]:
        if f"{root}{name}/" != kept:
            remove(f"{root}{name}/")


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """(folders, files) right below; nothing where there is no such folder."""
    try:
        return storage.default().listdir(folder)
    except FileNotFoundError:
        return [], []
