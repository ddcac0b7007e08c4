"""A post's files in storage: stored, linked to, removed. Every attempt at packaging has its own folder."""

import secrets
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from creator.models import User
from library import links, storage
from library.storage_key import FolderKey
from publishing.models import Post

if TYPE_CHECKING:
    from publishing.packaging import Package

CACHED_SECONDS = 60  # a link is valid for an hour; three fields of a post need not sign it thrice


class Urls(TypedDict):
    """Signed links that expire; None while the post has no files."""

    hls_url: str | None
    download_url: str | None
    cover_url: str | None


NO_URLS: Urls = {"hls_url": None, "download_url": None, "cover_url": None}


def new_folder(root: str) -> FolderKey:
    """A storage folder under `root` that no other attempt has and nobody can guess."""
    return FolderKey(root).folder(secrets.token_urlsafe(12))


def store(package: "Package", folder: FolderKey, *, check: Callable[[], None]) -> None:
    """Move every file of `package` into storage under `folder`; `check` may raise between two files."""
    for name in package.files:
        check()
        storage.put(package.folder / name, folder.file(name))


def urls(folder: str, reader: links.Reader) -> Urls:
    """The links for `reader` of the post whose files are in `folder` (posts/ID/ATTEMPT/; "" for none)."""
    if not folder:
        return NO_URLS
    return _urls(folder, reader, int(time.time()) // CACHED_SECONDS)


@lru_cache(maxsize=4096)
def _urls(folder: str, reader: links.Reader, minute: int) -> Urls:
    for_them = reader._asdict()
    hls = links.url(f"{folder}master.m3u8", **for_them, scope=folder)
    name = f"{folder.split('/')[1]}.mp4"
    return {
        "hls_url": hls,
        "download_url": links.url(f"{folder}published.mp4", **for_them, download_name=name),
        "cover_url": f"{hls.removesuffix('master.m3u8')}cover.jpg",
    }


def may_open(post_id: str, person: int) -> bool:
    """Whether the files of a post are that person's to see: their own, or out and not private."""
    try:
        key = UUID(post_id)
    except ValueError:
        return False
    return Post.objects.visible_to(User(pk=person)).filter(pk=key).exists()


def remove_others(root: str, kept: str | None) -> None:
    """Remove every attempt's folder under `root`, except `kept`."""
    for folder in storage.listed(root)[0]:
        if folder != kept:
            storage.remove_folder(folder)
