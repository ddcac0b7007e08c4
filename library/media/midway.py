"""Streams without a header that begin in the middle of a packet: recorded from the air, cut by bytes, or with
something before them that nobody knows. They are known by several packets that lie end to end.

Sources: ISO/IEC 13818-1 (transport and program streams), 11172-3 and 13818-3 (MPEG audio), 13818-7 (ADTS).
"""

import re
from collections.abc import Callable

from library.media import kinds
from library.media.kinds import Kind

TS_SYNC, TS_PACKETS, LEAST_SYNCS = 0x47, (188, 192), 16
LEAST_PACKS = 2
# A pack's header with its marker bits, and the start code of what follows it: of MPEG-2, and of MPEG-1.
PACK = re.compile(
    rb"\x00\x00\x01\xba(?:[\x44-\x47\x4c-\x4f\x54-\x57\x5c-\x5f\x64-\x67\x6c-\x6f\x74-\x77\x7c-\x7f]"
    rb".{8}[\xf8-\xff]\xff{0,7}|[\x21-\x2f].{7})\x00\x00\x01",
    re.DOTALL,
)
LEAST_FRAMES = 4  # of sound, each of which ends where the next begins
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}  # by MPEG version
_LAYER_II = (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)  # kbit/s, of MPEG-1
_LAYER_III = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_LOW = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # of MPEG-2, either layer
LAYER_III, LAYER_II = 1, 2  # as a header numbers them


def found_midway(head: bytes) -> Kind | None:
    """The kind of a stream, some packets of which lie in `head` behind bytes that belong to none."""
    if any(_is_ts(head[at:], step) for step in TS_PACKETS for at in range(step)):
        return kinds.MPEG_TS
    if len(PACK.findall(head)) >= LEAST_PACKS:
        return kinds.MPEG_PS
    at = head.find(0xFF)
    while at >= 0:
        if _runs(head, at, adts_length):
            return kinds.AAC
        if _runs(head, at, mpeg_length):
            return kinds.MP3
        at = head.find(0xFF, at + 1)
    return None


def adts_length(head: bytes) -> int:
    """Bytes of the ADTS frame that `head` begins with, 0 if there is none."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 0xF > 12:
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length >= 7 else 0


def mpeg_length(head: bytes) -> int:
    """Bytes of the MPEG audio frame (layer II or III) that `head` begins with, 0 if there is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer, index, rate = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer not in (LAYER_III, LAYER_II) or index in (0, 15) or rate == 3:
        return 0
    table = _LOW if version != 3 else _LAYER_II if layer == LAYER_II else _LAYER_III
    slots = 72 if version != 3 and layer == LAYER_III else 144
    return slots * table[index - 1] * 1000 // _RATES[version][rate] + (head[2] >> 1 & 1)


def _is_ts(data: bytes, step: int) -> bool:
    syncs = data[::step]
    return len(syncs) >= LEAST_SYNCS and set(syncs) == {TS_SYNC}


def _runs(head: bytes, at: int, length_of: Callable[[bytes], int]) -> bool:
    for _ in range(LEAST_FRAMES):
        length = length_of(head[at : at + 7])
        if not length:
            return False
        at += length
    return True
