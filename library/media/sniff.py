"""What a file is, from its first bytes. Names and declared types are only claims."""

from dataclasses import dataclass
from pathlib import Path

from library.media.errors import UnknownKind, Unreadable

HEAD_BYTES = 4096


@dataclass(frozen=True)
class Kind:
    """A kind of file we take: what it holds (video, picture, sound), and the one demuxer that may read it."""

    medium: str
    container: str
    demuxer: str
    suffix: str


MP4 = Kind("video", "mp4", "mov", ".mp4")
MOV = Kind("video", "mov", "mov", ".mov")
WEBM = Kind("video", "webm", "matroska", ".webm")
M4A = Kind("sound", "m4a", "mov", ".m4a")
PNG = Kind("picture", "png", "png_pipe", ".png")
JPEG = Kind("picture", "jpeg", "jpeg_pipe", ".jpg")
WAV = Kind("sound", "wav", "wav", ".wav")
MP3 = Kind("sound", "mp3", "mp3", ".mp3")
DEMUXER_OF = {kind.container: kind.demuxer for kind in (MP4, MOV, WEBM, M4A, PNG, JPEG, WAV, MP3)}

QUICKTIME_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip")  # QuickTime files older than `ftyp`
PICTURE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")  # ISO containers of still pictures


def sniff(path: Path) -> Kind:
    """The kind of the file at `path`. Raises Unreadable when empty, UnknownKind when it is not taken."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise Unreadable()
    if kind := _kind(head):
        return kind
    raise UnknownKind()


def _kind(head: bytes) -> Kind | None:
    if head[4:8] == b"ftyp":
        return _by_brand(head[8:12])
    if head[4:8] in QUICKTIME_BOXES:
        return MOV
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith((b"RIFF", b"RF64")) and head[8:12] == b"WAVE":
        return WAV
    return MP3 if _is_mp3(head) else None


def _by_brand(brand: bytes) -> Kind | None:
    if brand in PICTURE_BRANDS:
        return None
    if brand == b"M4A ":
        return M4A
    return MOV if brand == b"qt  " else MP4


def _is_mp3(head: bytes) -> bool:
    """An ID3 tag, or an MPEG layer III frame header with no reserved field."""
    if head.startswith(b"ID3"):
        return True
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer == 1 and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3
