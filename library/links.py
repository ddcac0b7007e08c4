"""Links to stored files: signed, expiring, and ending with whoever they were made for.

`/media/{expires}-{depth}-{mac}-{holder}/{key}`: `depth` is how many parts of the key the signature covers
(all of them, or those of a folder), `holder` names the token or person that asked; both are under the MAC.
"""

import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from hmac import compare_digest
from typing import NamedTuple, NewType
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from rest_framework.request import Request

from creator.accounts.authentication import bearer_token, signed_in
from creator.models import Token, User
from library.errors import FileNotFound, LinkExpired
from library.storage import INCOMING
from library.storage_key import DownloadName, FolderKey, InvalidKey, StorageKey

PREFIX = "/media/"
SIGNATURE = re.compile(r"([0-9a-f]{1,10})-([1-9])-([0-9a-f]{32})-([tu][A-Za-z0-9_-]{1,28})", re.ASCII)
MAC_BYTES = 16
KEY_BYTES, SECRET_BYTES = 16, 5  # of a holder: the key of its token, and which of its secrets it was
Holder = NewType("Holder", str)


@dataclass(frozen=True)
class Link:
    """A link whose signature is good: what it opens, for whom, until when (Unix time)."""

    key: StorageKey
    holder: Holder
    expires: int


def holder_of(request: Request) -> Holder:
    """Whom links in the answer to `request` are for: the token it came with, or the person without one.

    Handed on explicitly, by the serializers' context: what a worker or a command makes has no request, and
    must not pick up the holder of the last one that its thread has seen."""
    token = bearer_token(request)
    return of_token(token) if token else of_user(signed_in(request))


class Reader(NamedTuple):
    """Whom the links of an answer are for, and what they begin with: scheme and host."""

    holder: Holder
    base: str


def reader_of(request: Request) -> Reader:
    """Links are absolute, as those to further pages: below PUBLIC_URL, or else where the request went to."""
    return Reader(
        holder_of(request), settings.PUBLIC_URL or request.build_absolute_uri("/").removesuffix("/")
    )


def of_token(token: Token) -> Holder:
    """Links that end with this session or key, its secret, its owner's suspension and their account.

    A renewed token has the key it had: the beginning of the secret's digest tells it from what it was."""
    named = token.pk.bytes + bytes.fromhex(token.digest)[:SECRET_BYTES]
    return Holder("t" + urlsafe_b64encode(named).decode())


def of_user(user: User) -> Holder:
    """Links that end with this person's suspension and their account."""
    return Holder(f"u{user.pk:x}")


def person_behind(holder: Holder) -> int | None:
    """The key of the user it stands for; None once the token was renewed, or it or the account is gone,
    expired or suspended."""
    kind, name = holder[0], holder[1:]
    if kind == "u":
        return User.objects.filter(pk=int(name, 16), is_active=True).values_list("pk", flat=True).first()
    named = urlsafe_b64decode(name + "=" * (-len(name) % 4))
    token, secret = UUID(bytes=named[:KEY_BYTES]), named[KEY_BYTES:].hex()
    alive = Token.objects.alive().filter(pk=token, digest__startswith=secret)
    return alive.values_list("user_id", flat=True).first()


def url(
    key: str,
    *,
    holder: Holder,
    base: str = "",
    download_name: str = "",
    seconds: int = 3600,
    scope: str | None = None,
) -> str:
    """A link to `key` for `holder`, good for `seconds` (up to a quarter more, so that it stays the same for
    a while and can be cached). With `scope`, a folder ("posts/1/"), the same signature opens every key in it,
    and relative links in a playlist work. It begins with `base`. `download_name` makes a browser save it
    under that name.

    Raises InvalidKey, and ValueError for a key outside the scope and for raw uploads."""
    key = StorageKey(key)
    covered = FolderKey(scope) if scope else key
    if INCOMING.holds(key) or (isinstance(covered, FolderKey) and not covered.holds(key)):
        raise ValueError(f"No link leads to {key!r} with the scope {scope!r}.")
    name = DownloadName(download_name) if download_name else ""
    grain = max(1, seconds // 4)
    expires = (int(time.time()) + seconds) // grain * grain + grain
    mac = _mac(expires, holder, covered, name)
    query = f"?{urlencode({'name': name})}" if name else ""
    return f"{base}{PREFIX}{expires:x}-{len(covered.parts)}-{mac}-{holder}/{key}{query}"


def verify(signature: str, key: str, download_name: str = "") -> Link:
    """What a link that was asked for opens, if it is one of ours. Raises FileNotFound, LinkExpired."""
    found = SIGNATURE.fullmatch(signature)
    try:
        parsed = StorageKey(key)
        expires, depth, mac, holder = found.groups() if found else ("0", "0", "", "")
        covered = parsed if int(depth) == len(parsed.parts) else parsed.above(int(depth))
    except InvalidKey:
        raise FileNotFound() from None
    link = Link(parsed, Holder(holder), int(expires, 16))
    if not compare_digest(mac, _mac(link.expires, link.holder, covered, download_name)):
        raise FileNotFound()
    if link.expires < time.time():
        raise LinkExpired()
    return link


def _mac(expires: int, holder: Holder, covered: StorageKey | FolderKey, name: str) -> str:
    """Of a folder with its slash, of a file without: neither is taken for the other."""
    text = f"{expires:x}\n{holder}\n{covered}\n{name}".encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=MAC_BYTES, key=_secret(settings.SECRET_KEY)).hexdigest()


@lru_cache(maxsize=4)
def _secret(secret_key: str) -> bytes:
    return blake2b(secret_key.encode(), digest_size=32, person=b"media links").digest()
