"""The codecs that are taken, as ffmpeg names them."""

VIDEO_CODECS = ("h264", "hevc", "av1", "vp8", "vp9", "mpeg4", "prores")
SOUND_CODECS = ("aac", "mp3", "opus", "vorbis", "alac", "flac", "ac3")  # and every plain PCM
DECODERS = (
    *VIDEO_CODECS,
    "libdav1d",
    "libvpx",
    "libvpx-vp9",
    *SOUND_CODECS,
    "mp3float",
    "libopus",
    "libvorbis",
)
PCM = tuple(
    f"pcm_{layout}" for layout in ("u8", "s16le", "s16be", "s24le", "s24be", "s32le", "f32le", "f64le")
)
