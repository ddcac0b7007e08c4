"""A video of a stranger made anew as a master."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from library.media import colour
from library.media.codecs import DECODERS, PCM
from library.media.guard import ffmpeg
from library.media.h264.encode import MASTER_X264
from library.media.ingest.animations import animation
from library.media.ingest.decoded_sound import decode_sound, sound_input
from library.media.ingest.encode import encode
from library.media.ingest.inspection import FRAME_PIXELS, InspectedFile
from library.media.ingest.one_clock import on_one_clock
from library.media.ingest.shape import Shape
from library.media.probe import Probe, probe
from library.media.progress import SILENT, Progress, Stage
from library.media.shapes import FRAME_RATE

# Of two fields two pictures are made, and of those every one or every other is shown: motion stays as smooth
# as it was filmed. One picture of both would be shown 25 times a second, every fifth twice.
DEINTERLACE = "bwdif=mode=send_field:deint=interlaced"
# One sample of chroma for four pixels in a row (DV, some webcams): such a picture cannot be padded to a width
# that four does not divide.
COARSE_CHROMA = {
    "yuv411p": "format=yuv444p",
    "yuvj411p": "format=yuvj444p",
    "yuv410p": "format=yuv444p",
}
# A size that changes midway would begin the filters anew, and with them their count of frames.
KEEP_GRAPH = ("-reinit_filter:v", "0")


def video(
    source: Path,
    target: Path,
    found: InspectedFile,
    *,
    progress: Progress = SILENT,
) -> Probe:
    """Encode `source` anew as the master `target`: 30 fps constant, bt709, sound at 48 kHz, no metadata."""
    if found.is_animation:
        progress.stage(Stage.INGESTING)
        return animation(source, target, found, progress)
    progress.stage(Stage.INGESTING, found.timing.frames)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        source, found = on_one_clock(source, Path(folder), found, progress.check)
        sound = _sound(source, Path(folder), found, progress.check)
        args, seconds = _arguments(source, sound, found), found.timing.seconds
        encode([*args, target.name], target, 60 + 20 * seconds, check=progress.check, on_frame=progress.step)
    return probe(target)


def _arguments(source: Path, sound: Path | None, found: InspectedFile) -> list[str]:
    assert found.probe is not None, "a picture has no master"
    timing = found.timing
    return [
        # What is let in does not fail: what cannot be decoded is the last picture, or silence.
        *("-codec_whitelist", ",".join((*DECODERS, *PCM)), "-copyts", "-max_error_rate", "1"),
        *("-display_rotation", "0", *(() if found.probe.interlaced else KEEP_GRAPH)),
        *_decoder(found.probe),
        *("-threads", "4", *ffmpeg.safe_input(source, pixels=FRAME_PIXELS, demuxer=found.kind.demuxer)),
        *(sound_input(sound) if sound else ()),
        *("-map", f"0:{found.probe.video_index}", "-vf", _filters(found), "-frames:v", str(timing.frames)),
        *(("-map", "1:a:0", "-af", timing.sound) if sound else ()),
        *("-map_chapters", "-1", *MASTER_X264, "-threads", "4", "-f", "mp4"),
    ]


def _sound(source: Path, folder: Path, found: InspectedFile, check: Callable[[], None]) -> Path | None:
    if found.probe is None or found.probe.sound is None:
        return None
    timing = found.timing
    return decode_sound(
        source, folder, found.probe, origin=timing.origin, seconds=timing.seconds, check=check
    )


def _decoder(found: Probe) -> tuple[str, ...]:
    name = colour.decoder(found.video_codec, found.colours)
    return ("-c:v", name) if name else ()


def _filters(found: InspectedFile) -> str:
    """What costs time is done with as few pictures as there are: before they are repeated to 30 a second, or
    after those beyond that are dropped."""
    assert found.probe is not None
    fields = (DEINTERLACE,) if found.probe.interlaced else ()
    look, timing = _look(found.shape, found.probe.colours), found.timing.picture
    drops = found.probe.interlaced or found.probe.fps > FRAME_RATE
    return ",".join((*fields, timing, *look) if drops else (*look, timing))


def _look(shape: Shape, said: colour.Tags) -> tuple[str, ...]:
    """Filters: a picture in the shape and the colours of a master."""
    colours = colour.meaning(said)
    before, after = colour.before_scaling(colours), colour.after_scaling(colours)
    parts = (
        colour.chain(before),
        COARSE_CHROMA.get(said.pixels, ""),
        shape.filters,
        colour.chain(after),
        "setsar=1",
        "format=yuv420p",
    )
    return tuple(filter(None, parts))
