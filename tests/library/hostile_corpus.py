"""A corpus of files that mean harm, made here: what each is called, how it is made, and its refusal."""

import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from library.media.guard import ffmpeg
from tests.library import footage

SMALL = ("-c:v", "libx264", "-preset", "ultrafast")
Maker = Callable[[Path, str], Path]  # of a folder and of an address that nobody may ask


def concat_script(folder: Path, address: str) -> Path:
    return _text(folder, f"ffconcat version 1.0\nfile '/etc/passwd'\nfile '{address}'\n")


def dash_behind_an_mp4(folder: Path, address: str) -> Path:
    mpd = f"<?xml version='1.0'?><MPD><Period><BaseURL>{address}</BaseURL></Period></MPD>"
    return _bytes(folder, b"\x00\x00\x00\x18ftypisom" + bytes(12) + mpd.encode())


def playlist_behind_a_webm(folder: Path, address: str) -> Path:
    return _bytes(folder, b"\x1a\x45\xdf\xa3" + footage.playlist(folder, address).read_bytes())


def playlist_behind_a_tag(folder: Path, address: str) -> Path:
    """An ID3 tag of no length, then a playlist: the one disguise that text may wear."""
    return _bytes(folder, b"ID3\x04\x00\x00\x00\x00\x00\x00" + footage.playlist(folder, address).read_bytes())


def playlist_behind_an_avi(folder: Path, address: str) -> Path:
    return _bytes(folder, b"RIFF\xff\xff\0\0AVI LIST" + footage.playlist(folder, address).read_bytes())


def playlist_between_the_packets_of_a_broadcast(folder: Path, address: str) -> Path:
    """MPEG-TS by its sync bytes; each packet holds a playlist."""
    packet = b"G" + footage.playlist(folder, address).read_bytes()[:187].ljust(187, b"\n")
    return _bytes(folder, packet * 40)


def playlist_behind_a_moving_picture(folder: Path, address: str) -> Path:
    return _bytes(folder, b"GIF89a" + footage.playlist(folder, address).read_bytes())


def vector_drawing_behind_a_phones_picture(folder: Path, address: str) -> Path:
    drawing = f"<svg><image href='{address}'/></svg>".encode()
    return _bytes(folder, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + drawing)


def a_million_moments(folder: Path, _: str = "") -> Path:
    """A GIF of one colour whose only frame comes a million times: 13 MB, 256 million pixels."""
    Image.new("L", (16, 16)).save(folder / "still.gif")
    plain = (folder / "still.gif").read_bytes()
    at = plain.index(b",\0\0\0\0")  # where the descriptor of its frame begins
    return _bytes(folder, plain[:at] + plain[at:-1] * 1_000_000 + b";", "many.gif")


def script_behind_a_picture(folder: Path, address: str) -> Path:
    """A PNG that is also a page with a script, for whoever serves it as it came."""
    page = f"<script src='{address}'></script>".encode()
    return _bytes(folder, footage.picture(folder).read_bytes() + page, "out.png")


def frames_of_144_million_pixels(folder: Path, _: str) -> Path:
    return footage.video(folder, size="12000x12000", fps="1", seconds=1, more=SMALL, sound=False)


def two_hundred_streams(folder: Path, _: str) -> Path:
    return _many_streams(folder, "many.mp4")


def two_hundred_streams_of_webm(folder: Path, _: str) -> Path:
    return _many_streams(folder, "many.mkv").rename(folder / "many.webm")


def ten_thousand_frames_a_second(folder: Path, _: str) -> Path:
    return footage.video(folder, size="64x64", fps="10000", seconds=0.2, more=SMALL, sound=False)


def a_million_frames_a_second(folder: Path, _: str) -> Path:
    return footage.video(folder, size="64x64", fps="1000000", seconds=0.001, more=SMALL, sound=False)


def two_pictures_in_ten_hours(folder: Path, _: str) -> Path:
    return footage.stretched(folder)


def four_billion_samples_a_second(folder: Path, _: str) -> Path:
    return _wav(folder, rate=4_000_000_000, channels=2)


def sixty_five_thousand_channels(folder: Path, _: str) -> Path:
    return _wav(folder, rate=44_100, channels=65_535)


def one_sample_a_second(folder: Path, _: str) -> Path:
    return _wav(folder, rate=1, channels=1)


def samples_of_a_quarter_gigabyte(folder: Path, _: str) -> Path:
    """An MP4 whose index says that every picture weighs 256 MB."""
    film = bytearray(footage.video(folder).read_bytes())
    at = film.find(b"stsz") + 8
    film[at : at + 4] = struct.pack(">I", 1 << 28)
    return _bytes(folder, bytes(film))


def a_colour_profile_that_unpacks_to_a_gigabyte(folder: Path, _: str) -> Path:
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1024)) + packer.flush()
    plain = footage.picture(folder).read_bytes()
    profile = footage.chunk(b"iCCP", b"ICC\0\0" + data)
    return _bytes(folder, plain[:33] + profile + plain[33:], "out.png")  # 33: the signature and IHDR


def an_hour_of_silence(folder: Path, _: str) -> Path:
    """A few hundred kilobytes."""
    silence = ("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono:d=3600", "-c:a", "aac", "-f", "ipod")
    ffmpeg.run([*silence, "long.m4a"], cwd=folder)
    return folder / "long.m4a"


def two_thousand_pictures_in_one(folder: Path, _: str = "") -> Path:
    """An animated PNG."""
    pictures = [Image.new("RGB", (32, 32), (number % 256, number // 256, 0)) for number in range(2000)]
    pictures[0].save(folder / "moving.png", save_all=True, append_images=pictures[1:])
    return folder / "moving.png"


def a_thousand_scans(folder: Path, _: str = "") -> Path:
    """A progressive JPEG whose last scan comes a thousand times: a few kilobytes each, all of it decoded."""
    Image.new("RGB", (1500, 1500), "red").save(folder / "plain.jpg", progressive=True)
    plain = (folder / "plain.jpg").read_bytes()
    at, end = plain.rfind(b"\xff\xda"), plain.rfind(b"\xff\xd9")
    return _bytes(folder, plain[:at] + plain[at:end] * 1000 + plain[end:], "scans.jpg")


def words_that_unpack_to_a_gigabyte(folder: Path, _: str = "") -> Path:
    """A PNG with sixteen compressed texts of 64 MiB each."""
    words = b"Comment\0\0" + zlib.compress(bytes(64 << 20), 9)
    plain = footage.picture(folder).read_bytes()
    return _bytes(folder, plain[:33] + footage.chunk(b"zTXt", words) * 16 + plain[33:], "words.png")


REFUSED: dict[Maker, set[str]] = {
    concat_script: {"media-kind"},
    dash_behind_an_mp4: {"media-unreadable"},
    playlist_behind_a_webm: {"media-unreadable"},
    playlist_behind_a_tag: {"media-unreadable"},
    playlist_behind_an_avi: {"media-no-picture"},
    playlist_between_the_packets_of_a_broadcast: {"media-unreadable"},
    playlist_behind_a_moving_picture: {"media-unreadable", "media-too-many-pixels"},
    vector_drawing_behind_a_phones_picture: {"media-unreadable"},
    a_million_moments: {"media-too-long"},
    frames_of_144_million_pixels: {"media-too-many-pixels"},
    two_hundred_streams: {"media-unreadable"},
    two_hundred_streams_of_webm: {"media-too-many-streams"},
    ten_thousand_frames_a_second: {"media-too-many-frames"},
    a_million_frames_a_second: {"media-too-short", "media-too-many-frames"},
    two_pictures_in_ten_hours: {"media-too-long"},
    four_billion_samples_a_second: {"media-unreadable"},
    sixty_five_thousand_channels: {"media-codec-variant"},
    one_sample_a_second: {"media-too-long"},
    an_hour_of_silence: {"media-too-long"},
    samples_of_a_quarter_gigabyte: {"media-unreadable"},
}

# Pictures that may be taken, for what is kept of them is small, or refused.
HEAVY: tuple[Maker, ...] = (
    a_colour_profile_that_unpacks_to_a_gigabyte,
    two_thousand_pictures_in_one,
    a_thousand_scans,
    words_that_unpack_to_a_gigabyte,
)


def growing(folder: Path, _: str = "") -> Path:
    """A film of 320×180 whose pictures measure 6000×4000 from the second second on."""
    raw = (*SMALL, "-f", "h264")
    small = footage.video(folder, "small.h264", size="320x180", more=raw, sound=False)
    large = footage.video(folder, "large.h264", size="6000x4000", seconds=0.1, more=raw, sound=False)
    (folder / "both.h264").write_bytes(small.read_bytes() + large.read_bytes())
    ffmpeg.run(["-r", "30", "-f", "h264", "-i", "both.h264", "-c", "copy", "growing.mp4"], cwd=folder)
    return folder / "growing.mp4"


def claims_ten_hours(folder: Path, _: str = "") -> Path:
    """A film of one second whose every header says 2³¹ ticks."""
    film = bytearray(footage.video(folder).read_bytes())
    for box, length_at in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20)):
        at = film.find(box)
        while at > 0:
            film[at + length_at : at + length_at + 4] = struct.pack(">I", 0x7FFFFFFF)
            at = film.find(box, at + 1)
    return _bytes(folder, bytes(film))


def as_large_as_is_taken(folder: Path, _: str = "") -> Path:
    """4096×2304, as a phone would make it."""
    return footage.video(folder, size="4096x2304", seconds=0.7, more=(*SMALL, "-refs", "4"), sound=False)


def flipped(folder: Path, seed: int) -> Path:
    """A film with some bits flipped, few or many."""
    dice = random.Random(seed)
    film = bytearray(footage.video(folder).read_bytes())
    for _ in range(dice.choice([1, 10, 200])):
        film[dice.randrange(len(film))] ^= 1 << dice.randrange(8)
    return _bytes(folder, bytes(film))


def cut_short(folder: Path, seed: int) -> Path:
    """A film that ends somewhere, its index in front."""
    film = footage.video(folder, more=("-movflags", "+faststart")).read_bytes()
    return _bytes(folder, film[: random.Random(seed).randrange(1, len(film))])


def _many_streams(folder: Path, name: str) -> Path:
    card = ("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=30:duration=0.1")
    one_thread = ("-threads", "1", "-filter_threads", "1")  # of each of two hundred encoders
    ffmpeg.run([*card, *["-map", "0:v"] * 200, *SMALL, *one_thread, name], cwd=folder)
    return folder / name


def _wav(folder: Path, *, rate: int, channels: int) -> Path:
    width = channels & 0xFFFF
    form = struct.pack("<IHHIIHH", 16, 1, width, rate, rate * width & 0xFFFFFFFF, width, 8)
    head = b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WAVEfmt " + form
    return _bytes(folder, head + b"data" + struct.pack("<I", 0xFFFFFFFF) + bytes(2000), "out.wav")


def _text(folder: Path, text: str) -> Path:
    return _bytes(folder, text.encode())


def _bytes(folder: Path, data: bytes, name: str = "out.mp4") -> Path:
    (folder / name).write_bytes(data)
    return folder / name
