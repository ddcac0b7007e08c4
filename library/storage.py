"""Where files lie, by STORAGE_URL.

`file:///folder` · `s3://bucket/prefix` (keys from the AWS environment) ·
`s3://key:secret@host:port/bucket/prefix?tls=no&region=…` (any S3 server).

Every function parses the key it is given (`library.storage_key`) before anything else, and raises InvalidKey.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage

from library.errors import UploadGone
from library.storage_key import FolderKey, InvalidKey, StorageKey

Key = TypeVar("Key", StorageKey, FolderKey)
S3_SECONDS, S3_RETRIES = 5, 3  # to connect; how often a call is tried again: people wait for some of them
INCOMING = FolderKey("incoming/")  # raw uploads of strangers: never linked to


class LocalStorage(FileSystemStorage):
    """A folder of this machine. What lies behind a symbolic link in it is not there."""

    def path(self, name: str) -> str:
        """Where the file or folder `name` lies. Raises InvalidKey, and FileNotFoundError behind a link."""
        key = FolderKey(name) if name.endswith("/") else StorageKey(name)
        path = str(self.location)
        for part in key.parts:
            path = f"{path}/{part}"
            if os.path.islink(path):
                raise FileNotFoundError(f"{path} is a symbolic link.")
        return path

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """(folders, files) right below `path`, without links."""
        with os.scandir(self.path(path)) as entries:
            found = [entry for entry in entries if not entry.is_symlink()]
        folders = [entry.name for entry in found if entry.is_dir()]
        return folders, [entry.name for entry in found if not entry.is_dir()]


def default() -> Storage:
    """The storage STORAGE_URL names."""
    return _storage(settings.STORAGE_URL)


def is_local() -> bool:
    """Whether files of the default storage have a path on this machine."""
    return isinstance(default(), LocalStorage)


def new_key(folder: str, suffix: str) -> StorageKey:
    """A key in `folder` ("clips/ID") that nobody can guess and no second attempt will ever overwrite."""
    return StorageKey(f"{folder}/{secrets.token_urlsafe(12)}{suffix}")


def put(file: Path, key: str) -> StorageKey:
    """Move `file` into storage under `key`; it appears there whole or not at all. Returns the key."""
    key, storage = StorageKey(key), default()
    if isinstance(storage, LocalStorage):
        _move(file, Path(storage.path(key)))
    else:
        with file.open("rb") as data:
            storage.save(key, File(data))
    return key


def fetch(key: str, folder: Path) -> Path:
    """A local file with the content under `key`: the stored one itself where storage is local (leave it
    as it is), else a download in `folder`. Raises UploadGone when it is not there."""
    key, storage = StorageKey(key), default()
    if isinstance(storage, LocalStorage):
        if not exists(key):
            raise UploadGone()
        return Path(storage.path(key))
    target = folder / f"{sha256(key.encode()).hexdigest()[:16]}{key.suffix}"
    if not target.exists():
        _download(storage, key, target)
    return target


def exists(key: str) -> bool:
    """Whether there is a file under `key`."""
    try:
        return default().exists(StorageKey(key))
    except FileNotFoundError:
        return False


def remove(*keys: str) -> None:
    """Delete the files under `keys`; those that are gone already do not matter."""
    for key in map(StorageKey, keys):
        with suppress(FileNotFoundError):
            default().delete(key)


def listed(folder: str) -> tuple[list[FolderKey], list[StorageKey]]:
    """(folders, files) right below `folder`; nothing where there is no such folder. Names that no key has
    are left out: we did not store them."""
    folder = FolderKey(folder)
    try:
        folders, files = default().listdir(folder)
    except FileNotFoundError:
        return [], []
    return list(_parsed(folders, folder.folder)), list(_parsed(files, folder.file))


def remove_folder(folder: str) -> None:
    """Remove `folder` and all below it; nothing happens if it is not there."""
    folder, storage = FolderKey(folder), default()
    if isinstance(storage, LocalStorage):
        with suppress(FileNotFoundError):
            shutil.rmtree(storage.path(folder))  # it removes links, not what they lead to
        return
    folders, files = listed(folder)
    remove(*files)
    for inner in folders:
        remove_folder(inner)


def _parsed(names: list[str], parse: Callable[[str], Key]) -> Iterator[Key]:
    for name in names:
        with suppress(InvalidKey):
            yield parse(name)


@lru_cache(maxsize=8)
def _storage(location: str) -> Storage:
    parts = urlsplit(location)
    if parts.scheme == "file":
        return LocalStorage(location=unquote(parts.path), base_url=None, file_permissions_mode=0o600)
    if parts.scheme == "s3":
        return _s3(**_s3_options(location))
    raise ValueError(f"STORAGE_URL starts with file:// or s3://, not {parts.scheme}://.")


def _s3(**options: Any) -> Storage:
    from botocore.config import Config
    from storages.backends.s3 import S3Storage  # boto3 is slow to import: only where it is used

    config = Config(
        s3={"addressing_style": options.pop("addressing_style", None)},
        signature_version="s3v4",
        connect_timeout=S3_SECONDS,
        retries={"max_attempts": S3_RETRIES},
    )
    return S3Storage(**options, client_config=config, file_overwrite=True, max_memory_size=8 << 20)


def _s3_options(location: str) -> dict[str, Any]:
    parts, asked = urlsplit(location), parse_qs(urlsplit(location).query)
    path = unquote(parts.path).strip("/")
    options: dict[str, Any] = {"region_name": asked.get("region", ["us-east-1"])[0]}
    if parts.username is None:
        return options | {"bucket_name": parts.hostname, "location": path}
    bucket, _, prefix = path.partition("/")
    scheme = "http" if asked.get("tls") == ["no"] else "https"
    port = f":{parts.port}" if parts.port else ""
    return options | {
        "bucket_name": bucket,
        "location": prefix,
        "access_key": unquote(parts.username),
        "secret_key": unquote(parts.password or ""),
        "endpoint_url": f"{scheme}://{parts.hostname}{port}",
        "addressing_style": "path",
    }


def _move(file: Path, target: Path) -> None:
    """Rename where both lie on one disk; else copy beside the target first."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.replace(file, target)
    except OSError:
        part = target.with_name(f"{target.name}.{os.getpid()}.part")
        try:
            shutil.copyfile(file, part)
            os.replace(part, target)
        except OSError:  # a disk that is full gets no fuller by every try
            part.unlink(missing_ok=True)
            raise
        file.unlink()
    target.chmod(0o600)


def _download(storage: Storage, key: str, target: Path) -> None:
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with storage.open(key, "rb") as source, part.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
    except FileNotFoundError:
        raise UploadGone() from None
    part.replace(target)
