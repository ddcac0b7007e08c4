"""Files to hand in: good ones, and ones that mean harm."""

import struct
import zlib
from pathlib import Path
from typing import Any

import av
from PIL import Image

from library.media.guard import ffmpeg


def video(
    folder: Path,
    name: str = "in.mp4",
    *,
    size: str = "320x180",
    fps: str = "30",
    seconds: float = 1,
    more: tuple[str, ...] = (),
    sound: bool = True,
) -> Path:
    """A test card of `seconds`, with a tone unless `sound` is False; `more` goes before the output's name."""
    picture = ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate={fps}:duration={seconds}")
    tone = ("-f", "lavfi", "-i", f"sine=f=440:sample_rate=44100:duration={seconds}") if sound else ()
    ffmpeg.run([*picture, *tone, "-pix_fmt", "yuv420p", *more, name], cwd=folder)
    return folder / name


def tone(folder: Path, name: str = "in.wav", seconds: float = 1) -> Path:
    ffmpeg.run(["-f", "lavfi", "-i", f"sine=f=440:duration={seconds}", name], cwd=folder)
    return folder / name


def picture(folder: Path, name: str = "in.png", size: tuple[int, int] = (64, 48), **options: Any) -> Path:
    Image.new("RGB", size, (200, 30, 60)).save(folder / name, **options)
    return folder / name


def playlist(folder: Path, secret: str) -> Path:
    """An HLS playlist that calls itself .mp4 and asks for an address inside."""
    path = folder / "playlist.mp4"
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{secret}\n#EXT-X-ENDLIST\n")
    return path


def svg(folder: Path) -> Path:
    path = folder / "picture.mp4"
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9"/></svg>')
    return path


def pixel_bomb(folder: Path, side: int = 12_000) -> Path:
    """A PNG of a few hundred kilobytes that unpacks to `side`×`side` pixels."""
    row = b"\0" + bytes(side // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    path = folder / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )
    return path


def stretched(folder: Path, hours: int = 10) -> Path:
    """Two pictures, `hours` apart: a small file that would be re-encoded to a million frames."""
    spread = f"setpts='if(eq(N,0),0,{hours * 3600}/TB)'"
    more = ("-vf", spread, "-fps_mode", "passthrough", "-frames:v", "2")
    return video(folder, "stretched.mp4", fps="2", seconds=1, more=more, sound=False)


def truncated(folder: Path) -> Path:
    """An MP4 whose end, with its index, is missing."""
    whole = video(folder, "whole.mp4")
    path = folder / "truncated.mp4"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    return path


def without_sound_packets(folder: Path) -> Path:
    """A film of half a second whose sound is a stream without a packet."""
    path = folder / "empty.mp4"
    footage = video(folder, "whole.mp4", size="160x90", seconds=0.5, sound=False)
    with av.open(str(footage)) as whole, av.open(str(path), "w") as silent:
        picture = silent.add_stream_from_template(whole.streams.video[0])
        silent.add_stream("aac", rate=48_000, layout="stereo")
        for packet in whole.demux(video=0):
            if packet.dts is not None:
                packet.stream = picture
                silent.mux(packet)
    return path


def chunk(kind: bytes, data: bytes) -> bytes:
    """Of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
