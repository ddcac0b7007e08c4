"""What a file is, from its first bytes. Names and declared types are only claims."""

from pathlib import Path

from library.media import kinds
from library.media.errors import UnknownKind, Unreadable
from library.media.kinds import Kind
from library.media.midway import adts_length, found_midway, mpeg_length

HEAD_BYTES = 4096
MIDWAY_BYTES = 1 << 16  # in which a stream that begins in the middle of a packet must come to its next
MPEG_TS_PACKETS = ((0, 188), (4, 192))  # (where the sync byte lies, how long a packet is): plain, and M2TS
BITMAP_HEADERS = (12, 40, 52, 56, 64, 108, 124)  # the sizes a BMP's second header can have

QUICKTIME_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # files older than `ftyp`
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
AVIF_BRANDS = {b"avif", b"avis"}
PICTURE_BRANDS = {b"mif1", b"mif2", b"msf1", b"miaf", b"1pic"}  # of HEIC or of AVIF: further brands say which
BRANDS = {b"M4A ": kinds.M4A, b"M4B ": kinds.M4A, b"M4P ": kinds.M4A, b"qt  ": kinds.MOV}

SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": kinds.PNG,
    b"\xff\xd8\xff": kinds.JPEG,
    b"GIF87a": kinds.GIF,
    b"GIF89a": kinds.GIF,
    b"\x00\x00\x01\xba": kinds.MPEG_PS,
    b"FLV\x01": kinds.FLV,
    b"OggS": kinds.OGG,
    b"fLaC": kinds.FLAC,
    b"caff": kinds.CAF,
    b"#!AMR": kinds.AMR,
}
# What comes up and is not taken, so that it can be called by its name.
NOT_TAKEN = {
    b"II*\x00": "TIFF / DNG",
    b"MM\x00*": "TIFF / DNG",
    b"\xff\x0a": "JPEG XL",
    b"\x00\x00\x00\x0cJXL ": "JPEG XL",
    b"\x00\x00\x00\x0cjP  ": "JPEG 2000",
    b"8BPS": "Photoshop (PSD)",
    b"\x30\x26\xb2\x75": "Windows Media (WMV, WMA)",
    b".RMF": "RealMedia",
    b"MThd": "MIDI",
    b"\x06\x0e\x2b\x34": "MXF",
    b"#EXTM3U": "M3U8",
    b"%PDF": "PDF",
    b"PK\x03\x04": "ZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"<svg": "SVG",
    b"<?xml": "XML / SVG",
}


def sniff(path: Path) -> Kind:
    """The kind of the file at `path`. Raises Unreadable when empty, UnknownKind when it is not taken."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if not head:
            raise Unreadable()
        if head.startswith(b"ID3"):
            file.seek(_tag_length(head))
            return _tagged(file.read(HEAD_BYTES))
        if kind := _kind(head):
            return kind
        named = _name_of_refused(head)
        if named is None and (kind := found_midway(head + file.read(MIDWAY_BYTES - len(head)))):
            return kind
    raise UnknownKind(found=named)


def _kind(head: bytes) -> Kind | None:
    for signature, kind in SIGNATURES.items():
        if head.startswith(signature):
            return kind
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in QUICKTIME_BOXES:
        return kinds.MOV
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return kinds.WEBM if b"webm" in head[:64] else kinds.MKV
    return _riff_or_iff(head) or _by_frames(head)


def _by_brand(head: bytes) -> Kind | None:
    """By the brands of an ISO file: the first is its own, the others name what may read it as well."""
    end = min(int.from_bytes(head[:4]), HEAD_BYTES)
    major, *others = (head[at : at + 4] for at in (8, *range(16, max(16, end - 3), 4)))
    if major == b"crx ":
        return None  # Canon's raw pictures
    if major in AVIF_BRANDS or (major in PICTURE_BRANDS and AVIF_BRANDS & set(others)):
        return kinds.AVIF
    if major in HEIC_BRANDS | PICTURE_BRANDS:
        return kinds.HEIC
    if major.startswith((b"3gp", b"3g2", b"3gr", b"3gs", b"3ge")):
        return kinds.THREE_GP
    return BRANDS.get(major, kinds.MP4)


def _riff_or_iff(head: bytes) -> Kind | None:
    if head.startswith((b"RIFF", b"RF64", b"BW64")):
        return {b"WAVE": kinds.WAV, b"AVI ": kinds.AVI, b"WEBP": kinds.WEBP}.get(head[8:12])
    if head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"):
        return kinds.AIFF
    is_bitmap = head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in BITMAP_HEADERS
    return kinds.BMP if is_bitmap else None


def _by_frames(head: bytes) -> Kind | None:
    """Of streams without a header: by the sync words of their first packets."""
    for at, step in MPEG_TS_PACKETS:
        syncs = head[at : 5 * step : step]
        if len(syncs) >= 3 and set(syncs) == {0x47}:
            return kinds.MPEG_TS
    if _is_adts(head):
        return kinds.AAC
    return kinds.MP3 if mpeg_length(head) else None


def _tag_length(head: bytes) -> int:
    """Bytes of an ID3v2 tag, its header included: seven bits in each of four bytes say how long it is."""
    length = 0
    for byte in head[6:10]:
        length = length << 7 | byte & 0x7F
    return 10 + length


def _tagged(head: bytes) -> Kind:
    """Of what follows an ID3 tag: it may head AAC and FLAC as well, and MP3 after any number of bytes."""
    if head.startswith(b"fLaC"):
        return kinds.FLAC
    return kinds.AAC if _is_adts(head) else kinds.MP3


def _is_adts(head: bytes) -> bool:
    """An ADTS header (ISO/IEC 13818-7, 6.2): sync word, layer 0, a sampling frequency; and where that frame
    ends, the next, if it is within sight."""
    length = adts_length(head)
    following = head[length : length + 2]
    return length > 0 and (len(following) < 2 or (following[0] == 0xFF and following[1] & 0xF6 == 0xF0))


def _name_of_refused(head: bytes) -> str | None:
    if head[4:12] == b"ftypcrx ":
        return "Canon raw (CR3)"
    return next((name for start, name in NOT_TAKEN.items() if head.lstrip().startswith(start)), None)
