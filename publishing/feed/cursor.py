"""Cursors of the feed: the last post that was seen, signed, so that nobody makes one up."""

import base64
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from hmac import compare_digest
from uuid import UUID

from django.conf import settings

from api.errors import InvalidCursor

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEYS = struct.Struct(">q16s")  # microseconds since EPOCH, id
MAC_BYTES = 10


@dataclass(frozen=True)
class Cursor:
    """Right behind the post `id`, which was published at `published_at`."""

    published_at: datetime
    id: UUID

    def encode(self) -> str:
        """As the query parameter `cursor`: base64url of both keys and their MAC."""
        keys = KEYS.pack((self.published_at - EPOCH) // timedelta(microseconds=1), self.id.bytes)
        return base64.urlsafe_b64encode(keys + _mac(keys)).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """The cursor that `encode` wrote. Raises InvalidCursor."""
        try:
            data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        except ValueError:
            raise InvalidCursor(field="cursor") from None
        keys, mac = data[: KEYS.size], data[KEYS.size :]
        if not compare_digest(mac, _mac(keys)):
            raise InvalidCursor(field="cursor")
        microseconds, key = KEYS.unpack(keys)
        return cls(EPOCH + timedelta(microseconds=microseconds), UUID(bytes=key))


def _mac(keys: bytes) -> bytes:
    return blake2b(keys, digest_size=MAC_BYTES, key=_key(settings.SECRET_KEY)).digest()


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return blake2b(secret.encode(), digest_size=32, person=b"feed cursor").digest()
