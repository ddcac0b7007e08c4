"""The kinds of file that are taken: one table, from which every refusal and the API's schema speak."""

from dataclasses import dataclass
from typing import Literal

Medium = Literal["video", "picture", "sound"]


@dataclass(frozen=True)
class Kind:
    """A kind of file we take: what it holds unless its streams say otherwise, its `container`, the one
    `demuxer` of ffmpeg that may read it ("" where only Pillow may), the suffix it is kept under, and its
    `name` as people know it. A picture that `animates` may hold many frames, which are a video."""

    medium: Medium
    container: str
    demuxer: str
    suffix: str
    name: str
    animates: bool = False


MP4 = Kind("video", "mp4", "mov", ".mp4", "MP4")
MOV = Kind("video", "mov", "mov", ".mov", "MOV")
THREE_GP = Kind("video", "3gp", "mov", ".3gp", "3GP")
WEBM = Kind("video", "webm", "matroska", ".webm", "WebM")
MKV = Kind("video", "mkv", "matroska", ".mkv", "MKV")
AVI = Kind("video", "avi", "avi", ".avi", "AVI")
MPEG_TS = Kind("video", "ts", "mpegts", ".ts", "MPEG-TS/M2TS")
MPEG_PS = Kind("video", "mpg", "mpeg", ".mpg", "MPEG-PS/MPG")
FLV = Kind("video", "flv", "flv", ".flv", "FLV")

JPEG = Kind("picture", "jpeg", "jpeg_pipe", ".jpg", "JPEG")
PNG = Kind("picture", "png", "png_pipe", ".png", "PNG")
HEIC = Kind("picture", "heic", "", ".heic", "HEIC")
AVIF = Kind("picture", "avif", "", ".avif", "AVIF", animates=True)
WEBP = Kind("picture", "webp", "", ".webp", "WebP", animates=True)
GIF = Kind("picture", "gif", "", ".gif", "GIF", animates=True)
BMP = Kind("picture", "bmp", "", ".bmp", "BMP")

MP3 = Kind("sound", "mp3", "mp3", ".mp3", "MP3")
M4A = Kind("sound", "m4a", "mov", ".m4a", "M4A")
AAC = Kind("sound", "aac", "aac", ".aac", "AAC")
WAV = Kind("sound", "wav", "wav", ".wav", "WAV")
FLAC = Kind("sound", "flac", "flac", ".flac", "FLAC")
OGG = Kind("sound", "ogg", "ogg", ".ogg", "Ogg/Opus")
AIFF = Kind("sound", "aiff", "aiff", ".aiff", "AIFF")
CAF = Kind("sound", "caf", "caf", ".caf", "CAF")
AMR = Kind("sound", "amr", "amr", ".amr", "AMR")

KINDS = (
    *(MP4, MOV, THREE_GP, WEBM, MKV, AVI, MPEG_TS, MPEG_PS, FLV),
    *(JPEG, PNG, HEIC, AVIF, WEBP, GIF, BMP),
    *(MP3, M4A, AAC, WAV, FLAC, OGG, AIFF, CAF, AMR),
)
DEMUXER_OF = {kind.container: kind.demuxer for kind in KINDS}


def names(medium: Medium) -> str:
    """The kinds of one medium as people know them: "MP4, MOV, …"."""
    return ", ".join(kind.name for kind in KINDS if kind.medium == medium)


def accepted() -> dict[str, str]:
    """What is taken, by medium, as parameters of a sentence: `videos`, `pictures`, `sounds`."""
    return {"videos": names("video"), "pictures": names("picture"), "sounds": names("sound")}
