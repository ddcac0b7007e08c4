"""A plain trim as a stream copy: whole groups of pictures (GOPs) are copied instead of encoded again.

Only the frames before the first GOP that decodes on its own, and the few after the last whole one, are
encoded, with the x264 settings that the source states. That is done only if all three parts have the same
parameter sets, and kept only if every frame is at its time and those at the joins look as they did; otherwise
the caller encodes everything. Sound is always encoded: a copied AAC frame depends on its neighbour.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import ffmpeg as graphs
import numpy as np

from editing.engine.document import Cut, Document
from editing.engine.exact import exact, nearest
from editing.engine.graph import build
from editing.engine.render.command import SOUND
from editing.engine.source import Source, Sources
from library.media.colour import LIMITED, NAMED, UNNAMED
from library.media.guard import ffmpeg
from library.media.guard.container import open_container
from library.media.h264.encode import MASTER_KWARGS
from library.media.h264.splice import (
    FramesLost,
    Mark,
    decode_times,
    entries,
    frame_times,
    marks,
    packets,
    same_decoder,
    seams,
)
from library.media.h264.x264 import Matching
from library.media.progress import SILENT, Progress

logger = logging.getLogger("editing.engine")

MAX_DIFFERENCE = 6.0  # levels of luma, mean over an encoded frame: a neighbouring frame differs by more
COPY = {"c:v": "copy", "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1}


@dataclass(frozen=True, slots=True)
class RenderContext:
    """Where the parts of a trim are written, and where it reports."""

    folder: Path
    progress: Progress


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """Frames of a source, numbered in presentation order: `first` to `copy_from` are encoded, from there to
    `copy_to` copied, from there to `last` (not included) encoded. `frames`: all of the file, in decoding
    order."""

    frames: Sequence[Mark]
    first: int
    copy_from: int
    copy_to: int
    last: int

    @property
    def times(self) -> list[Fraction]:
        """When each kept frame is shown in the source, in seconds."""
        return sorted(mark.shown for mark in self.frames)[self.first : self.last]


def copy_trim(
    document: Document,
    sources: Sources,
    out: Path,
    *,
    workdir: Path,
    progress: Progress = SILENT,
) -> bool:
    """Render `document` to `out` by stream copy if it is a plain trim that allows it; whether it was done.

    `progress` gets the number of frames written. Raises what `progress.check` raises; `out` may then be
    incomplete."""
    plan = plan_copy(document, sources) if is_plain_trim(document, sources) else None
    if plan is None:
        return False
    source = sources[document.clips[0].clip]
    try:
        with TemporaryDirectory(dir=workdir) as folder:
            context = RenderContext(Path(folder), progress)
            video = _video(source, plan, context)
            if video:
                _add_sound(video, document, sources, out, context)
                if _is_exact(out, source, plan):
                    progress.event("copied", {"frames": plan.copy_to - plan.copy_from})
                    return True
    except (av.FFmpegError, ffmpeg.FFmpegFailed, FramesLost) as failed:
        logger.info("stream copy of %s failed: %s", source.path.name, failed)
    logger.info("%s cannot be trimmed by stream copy: encoding all of it", source.path.name)
    return False


def is_plain_trim(document: Document, sources: Sources) -> bool:
    """Whether nothing but the ends of one clip changes, and that clip is H.264 coded as we deliver it.

    It is compared with the plain document of those ends, so that no field added later can be overlooked."""
    cut, canvas = document.clips[0], document.canvas
    plain = Document(canvas, (Cut(clip=cut.clip, start=cut.start, end=cut.end, reframe=cut.reframe),))
    source = sources[cut.clip]
    found = source.probe
    same = (found.video_codec, source.size, found.fps) == ("h264", canvas.size, canvas.fps)
    return (
        document == plain
        and same
        and not found.variable_rate
        and not found.rotation
        and _is_coded_as_delivered(source)
    )


def plan_copy(document: Document, sources: Sources) -> CopyPlan | None:
    """Which frames are copied; None where there is no whole GOP between the ends of the cut."""
    source = sources[document.clips[0].clip]
    frames = marks(source.path)
    first = nearest(exact(document.clips[0].start) * source.probe.fps)
    last = first + document.frames
    copy_from = next((at for at in entries(frames) if at >= first), len(frames))
    copy_to = max((at for at in seams(frames) if at <= last), default=0)
    if len(frames) != source.probe.frames or last > len(frames) or copy_to <= copy_from:
        return None
    return CopyPlan(frames, first, copy_from, copy_to, last)


def _is_coded_as_delivered(source: Source) -> bool:
    """Whether the picture is coded as our masters are; unnamed primaries and transfer count as BT.709."""
    said = source.probe.colours
    coded = (said.pixels, said.range, said.matrix)
    return coded == ("yuv420p", LIMITED, NAMED) and {said.primaries, said.transfer} <= {NAMED, UNNAMED}


def _video(source: Source, plan: CopyPlan, context: RenderContext) -> Path | None:
    """The picture of the trim; None where its parts have different parameter sets."""
    head = _encode(source, plan.frames, (plan.first, plan.copy_from), "head.mp4", context)
    tail = _encode(source, plan.frames, (plan.copy_to, plan.last), "tail.mp4", context)
    if not all(same_decoder(end, source.path) for end in (head, tail) if end):
        return None
    return _mux(source, plan, (head, tail), context)


def _encode(
    source: Source, frames: Sequence[Mark], ends: tuple[int, int], name: str, context: RenderContext
) -> Path | None:
    """Frames of the source, encoded; None where there are none."""
    if ends[0] == ends[1]:
        return None
    target = context.folder / name
    encoder = Matching(target, source.path, fps=source.probe.fps)
    for frame in decode_frames(source.path, frames, *ends):
        context.progress.check()
        encoder.write(frame)
    encoder.close()
    return target


def decode_frames(path: Path, frames: Sequence[Mark], first: int, last: int) -> Iterator[av.VideoFrame]:
    """Frames `first` to `last` (not included) in presentation order, decoded from the last entry before them.

    Raises FramesLost where the decoder does not give them all: some GOPs whose timestamps look closed refer
    to others all the same."""
    wanted = set(sorted(mark.shown for mark in frames)[first:last])
    entry = max(at for at in entries(frames) if at <= first)
    with open_container(path) as media:
        stream = media.streams.video[0]
        stream.thread_type = "AUTO"  # frame threading too: latency does not matter here
        remaining = islice(packets(media.demux(stream)), entry, None)
        for frame in _decode(stream.codec_context, remaining):
            shown = (frame.pts or 0) * Fraction(stream.time_base or 1)
            if shown in wanted:
                yield frame
                wanted.remove(shown)
            if not wanted:
                return
    raise FramesLost(f"{len(wanted)} frames of {path.name} cannot be decoded.")


def _decode(context: Any, remaining: Iterator[av.Packet]) -> Iterator[av.VideoFrame]:
    for packet in remaining:
        yield from context.decode(packet)
    yield from context.decode(None)


def _mux(source: Source, plan: CopyPlan, ends: Sequence[Path | None], context: RenderContext) -> Path:
    """The encoded head, the copied middle and the encoded tail, frames spaced as in the source."""
    target = context.folder / "picture.mp4"
    with open_container(source.path) as media, av.open(str(target), "w") as joined:
        template = media.streams.video[0]
        stream, base = joined.add_stream_from_template(template), Fraction(template.time_base or 1)
        duration = int(1 / source.probe.fps / base)
        start = plan.times[0]
        pts = [int((time - start) / base) for time in _times_in_decoding_order(plan, ends)]
        middle = islice(packets(media.demux(template)), plan.copy_from, plan.copy_to)
        parts = chain(_packets(ends[0]), middle, _packets(ends[1]))
        for number, (packet, shown, decoded) in enumerate(zip(parts, pts, decode_times(pts), strict=True), 1):
            context.progress.check()
            packet.stream, packet.time_base = stream, base
            packet.pts, packet.dts, packet.duration = shown, decoded, duration
            joined.mux(packet)
            context.progress.step(number)
    return target


def _packets(path: Path | None) -> Iterator[av.Packet]:
    if path is not None:
        with open_container(path) as media:
            yield from packets(media.demux(video=0))


def _times_in_decoding_order(plan: CopyPlan, ends: Sequence[Path | None]) -> list[Fraction]:
    """When the source shows each frame, in the order in which the three parts are decoded."""
    head, tail = (marks(path) if path else [] for path in ends)
    times, found = iter(plan.times), []
    for part in (head, plan.frames[plan.copy_from : plan.copy_to], tail):
        own = dict(zip(sorted(mark.shown for mark in part), times, strict=False))
        found += [own[mark.shown] for mark in part]
    return found


def _add_sound(video: Path, document: Document, sources: Sources, out: Path, context: RenderContext) -> None:
    """The picture copied to `out`, with the sound that any render of the document has."""
    streams = [graphs.input(**ffmpeg.safe_input_kwargs(video)).video]
    sound, coding = build(document, sources).audio, dict(COPY)
    if sound is not None:
        streams.append(sound)
        coding |= {name: MASTER_KWARGS[name] for name in SOUND}
    output = graphs.output(*streams, ffmpeg.file_url(out), **coding, fflags="+bitexact", format="mp4")
    ffmpeg.run(output.get_args(), cwd=context.folder, check=context.progress.check)


def _is_exact(out: Path, source: Source, plan: CopyPlan) -> bool:
    """Whether every frame of the trim is at its time, and those beside a join look like the source's."""
    wanted, found = plan.times, marks(out)
    tolerance = 1 / (4 * source.probe.fps)
    times = frame_times(out)
    if len(times) != len(wanted) or len(found) != len(wanted):
        return False
    offsets = (abs(time - (at - wanted[0])) for time, at in zip(times, wanted, strict=True))
    if any(offset > tolerance for offset in offsets):
        return False
    return all(_look_alike(out, found, source, plan, run) for run in _beside_joins(plan))


def _beside_joins(plan: CopyPlan) -> list[tuple[int, int]]:
    """Runs of the source's frames, (first, one after the last), around the ends and the joins."""
    around = [(at - 2, at + 2) for at in (plan.first, plan.copy_from, plan.copy_to, plan.last)]
    runs = [(max(begin, plan.first), min(end, plan.last)) for begin, end in around]
    return [run for run in dict.fromkeys(runs) if run[0] < run[1]]


def _look_alike(
    out: Path, found: Sequence[Mark], source: Source, plan: CopyPlan, run: tuple[int, int]
) -> bool:
    """Copied frames must come out bit for bit, encoded ones within MAX_DIFFERENCE."""
    ours = decode_frames(out, found, run[0] - plan.first, run[1] - plan.first)
    theirs = decode_frames(source.path, plan.frames, *run)
    for number, one, other in zip(range(*run), ours, theirs, strict=False):
        off = np.abs(_luma(one) - _luma(other)).mean()
        if off > (0 if plan.copy_from <= number < plan.copy_to else MAX_DIFFERENCE):
            logger.info("frame %s is off by %.1f levels", number, off)
            return False
    return True


def _luma(frame: av.VideoFrame) -> Any:
    return frame.to_ndarray(format="gray").astype(np.int16)
