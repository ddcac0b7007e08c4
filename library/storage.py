"""Where files lie, by STORAGE_URL, and links to them that are signed and expire.

`file:///folder` · `s3://bucket/prefix` (keys from the AWS environment) ·
`s3://key:secret@host:port/bucket/prefix?tls=no&region=…` (any S3 server).
"""

import os
import secrets
import shutil
import time
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.crypto import salted_hmac

from library.errors import FileNotFound, LinkExpired, UploadGone

PREFIX = "/media/"
INCOMING = "incoming/"  # raw uploads of strangers: never linked to
SALT = "library.storage.url"


def default() -> Storage:
    """The storage STORAGE_URL names."""
    return _storage(settings.STORAGE_URL)


def is_local() -> bool:
    """Whether files of the default storage have a path on this machine."""
    return isinstance(default(), FileSystemStorage)


def new_key(folder: str, suffix: str) -> str:
    """A key nobody can guess and no second attempt will ever overwrite."""
    return f"{folder}/{secrets.token_urlsafe(12)}{suffix}"


def put(file: Path, key: str) -> str:
    """Move `file` into storage under `key`; it appears there whole or not at all. Returns the key."""
    storage = default()
    if isinstance(storage, FileSystemStorage):
        _move(file, Path(storage.path(key)))
    else:
        with file.open("rb") as data:
            storage.save(key, File(data))
    return key


def fetch(key: str, folder: Path) -> Path:
    """A local file with the content under `key`: the stored one itself where storage is local (leave it
    as it is), else a download in `folder`. Raises UploadGone when it is not there."""
    storage = default()
    if isinstance(storage, FileSystemStorage):
        if not storage.exists(key):
            raise UploadGone()
        return Path(storage.path(key))
    target = folder / f"{sha256(key.encode()).hexdigest()[:16]}{Path(key).suffix}"
    if not target.exists():
        _download(storage, key, target)
    return target


def exists(key: str) -> bool:
    """Whether there is a file under `key`."""
    return default().exists(key)


def remove(*keys: str) -> None:
    """Delete the files under `keys`; those that are gone already do not matter."""
    for key in keys:
        default().delete(key)


def url(key: str, *, download_name: str | None = None, seconds: int = 3600, scope: str | None = None) -> str:
    """A link to `key` that is good for `seconds` (up to a quarter more, so that it stays the same for a
    while and can be cached). With `scope`, a folder ("posts/1/"), the same signature opens every key below
    it, and relative links in a playlist work. `download_name` makes a browser save it under that name."""
    scope = scope or key
    if key.startswith(INCOMING) or not key.startswith(scope) or (scope != key and not scope.endswith("/")):
        raise ValueError(f"No link leads to {key!r} with the scope {scope!r}.")
    grain = max(1, seconds // 4)
    expires = (int(time.time()) + seconds) // grain * grain + grain
    name = f"?{urlencode({'name': download_name})}" if download_name else ""
    signature = f"{expires:x}-{len(scope):x}-{_mac(expires, scope, download_name or '')}"
    return f"{settings.PUBLIC_URL}{PREFIX}{signature}/{quote(key)}{name}"


def verify(signature: str, key: str, download_name: str = "") -> int:
    """The Unix time until which `signature` opens `key`. Raises FileNotFound, LinkExpired."""
    try:
        expires, length, mac = signature.split("-", 2)
        until, scope = int(expires, 16), key[: int(length, 16)]
    except ValueError:
        raise FileNotFound() from None
    if not compare_digest(mac, _mac(until, scope, download_name)) or not scope:
        raise FileNotFound()
    if until < time.time():
        raise LinkExpired()
    return until


def _mac(expires: int, scope: str, name: str) -> str:
    return salted_hmac(SALT, f"{expires}\n{scope}\n{name}", algorithm="sha256").hexdigest()[:32]


@lru_cache(maxsize=8)
def _storage(location: str) -> Storage:
    parts = urlsplit(location)
    if parts.scheme == "file":
        return FileSystemStorage(location=unquote(parts.path), base_url=None, file_permissions_mode=0o600)
    if parts.scheme == "s3":
        return _s3(**_s3_options(location))
    raise ValueError(f"STORAGE_URL starts with file:// or s3://, not {parts.scheme}://.")


def _s3(**options: Any) -> Storage:
    from storages.backends.s3 import S3Storage  # boto3 is slow to import: only where it is used

    return S3Storage(**options, file_overwrite=True, signature_version="s3v4", max_memory_size=8 << 20)


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
        shutil.copyfile(file, part)
        os.replace(part, target)
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
