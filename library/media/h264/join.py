"""Parts of one master, joined without encoding them again."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av

from library.media.h264.encode import AUDIO_RATE, WHOLE
from library.media.sound import Sound

REORDERED = 2  # frames that x264 reads ahead of the one shown: B-frames, and B-frames between them


def join(parts: Sequence[Path], out: Path, *, fps: Fraction | int, sound: Path | None = None) -> int:
    """One MP4 master at `out` of `parts`, which one kind of Encoder has written at `fps`; how many frames.

    `sound` is a sound file laid under the picture, cut to its length.

    The file appears when it is whole. Same parts: same bytes. ValueError where there is no part, or where
    one was encoded otherwise than the first."""
    if not parts:
        raise ValueError("There is no part to join.")
    unfinished, frames = out.with_name(f"{out.name}.part"), 0
    try:
        with (
            av.open(str(parts[0])) as first,
            av.open(str(unfinished), "w", format="mp4", container_options=WHOLE) as whole,
        ):
            stream = whole.add_stream_from_template(first.streams.video[0])
            stream.time_base = 1 / Fraction(fps)
            track = Sound(whole, sound, AUDIO_RATE) if sound else None
            for packet in _shifted(parts, Fraction(fps), first.streams.video[0].codec_context.extradata):
                packet.stream = stream
                whole.mux(packet)
                frames += 1
                if track:
                    track.advance(frames / Fraction(fps))
            if track:
                track.finish(frames / Fraction(fps))
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
    return frames


def _shifted(parts: Sequence[Path], fps: Fraction, like: bytes | None) -> Iterator[av.Packet]:
    """Every packet, timed in frames from the beginning of the whole."""
    count = 0
    for path in parts:
        first = count
        with av.open(str(path)) as part:
            stream = part.streams.video[0]
            if stream.codec_context.extradata != like:
                raise ValueError(f"{path.name} was encoded otherwise than the first part.")
            for packet in part.demux(stream):
                if packet.pts is None:
                    continue  # the end
                shown = round(packet.pts * Fraction(packet.time_base) * fps)
                # a part of a frame or two says nothing of the order the others are read in
                packet.pts, packet.dts, packet.duration = first + shown, count - REORDERED, 1
                packet.time_base = 1 / fps
                count += 1
                yield packet
