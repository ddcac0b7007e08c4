"""The codecs that are taken, as ffmpeg names them, and as people do."""

# By ffmpeg's name of each codec, the name people know.
VIDEO_CODECS = {
    "h264": "H.264",
    "hevc": "H.265",
    "av1": "AV1",
    "vp8": "VP8",
    "vp9": "VP9",
    "mpeg4": "MPEG-4",
    "mpeg2video": "MPEG-2",
    "mpeg1video": "MPEG-1",
    "h263": "H.263",
    "mjpeg": "Motion JPEG",
    "prores": "ProRes",
    "dvvideo": "DV",
    "flv1": "Sorenson H.263",
}
SOUND_CODECS = {
    "aac": "AAC",
    "mp3": "MP3",
    "mp2": "MP2",
    "opus": "Opus",
    "vorbis": "Vorbis",
    "alac": "ALAC",
    "flac": "FLAC",
    "ac3": "AC-3",
    "eac3": "E-AC-3",
    "amr_nb": "AMR",
    "amr_wb": "AMR-WB",
    "adpcm_ima_wav": "IMA ADPCM",
    "adpcm_ms": "Microsoft ADPCM",
}
_LAYOUTS = ("u8", "s8", "s16le", "s16be", "s24le", "s24be", "s32le", "s32be", "f32le", "f32be", "f64le")
PCM = (*(f"pcm_{layout}" for layout in (*_LAYOUTS, "f64be", "mulaw", "alaw")), "pcm_bluray", "pcm_dvd")
_AMR = ("amrnb", "amrwb")
# What ffmpeg calls those of its decoders whose names differ from their codecs'.
_OTHER_NAMES = (
    "flv",
    "libdav1d",
    "libvpx",
    "libvpx-vp9",
    "mp3float",
    "mp2float",
    "libopus",
    "libvorbis",
    *_AMR,
)
DECODERS = (*VIDEO_CODECS, *SOUND_CODECS, *_OTHER_NAMES)


def is_sound_taken(codec: str) -> bool:
    """Whether sound coded as `codec` (ffmpeg's name) is taken: every plain PCM is."""
    return codec in SOUND_CODECS or codec in PCM


def video_names() -> str:
    """Every video codec that is taken, as people and as ffmpeg name it."""
    return ", ".join(_both_names(codec, name) for codec, name in VIDEO_CODECS.items())


def sound_names() -> str:
    """Every sound codec that is taken, as people and as ffmpeg name it."""
    return ", ".join([*(_both_names(codec, name) for codec, name in SOUND_CODECS.items()), "PCM"])


def _both_names(codec: str, name: str) -> str:
    return name if name.lower() == codec else f"{name} ({codec})"
