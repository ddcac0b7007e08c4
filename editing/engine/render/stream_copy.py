"""A trim that changes nothing else, without encoding it all again: whole groups of pictures are copied.

Only the frames before the first group that decodes alone, and those few after the last that is whole, are
encoded, with the settings the source says it was made with. That is allowed only if one decoder set-up fits
all three, and kept only if every frame is in its place and those at the joins look as they did; otherwise the
caller encodes everything. Sound is always encoded: a copied AAC frame would bring its neighbour along.
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
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace

from editing.engine.document import Cut, Document
from editing.engine.graph import build
from editing.engine.render.command import SOUND
from editing.engine.render.source import UNSPECIFIED, Source, Sources
from editing.engine.timing.exact import exact, nearest
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

ALIKE = 6.0  # levels of luma, on average, that an encoded frame may be off: a neighbour is off by more
KEPT = {"c:v": "copy", "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1}


@dataclass(frozen=True, slots=True)
class RenderContext:
    """Where the pieces lie while it is done, and where it reports."""

    folder: Path
    progress: Progress


@dataclass(frozen=True, slots=True)
class Plan:
    """Frames of a source, in the order they are shown: `first` to `copied` are encoded, from there to `rest`
    copied, from there to `last` (not included) encoded. `frames` is the whole file, as it is decoded."""

    frames: Sequence[Mark]
    first: int
    copied: int
    rest: int
    last: int

    @property
    def shown(self) -> list[Fraction]:
        """When each frame that is kept is shown in the source, in seconds."""
        return sorted(mark.shown for mark in self.frames)[self.first : self.last]


def trimmed(
    document: Document,
    sources: Sources,
    out: Path,
    *,
    workdir: Path,
    progress: Progress = SILENT,
) -> bool:
    """Whether `document` asks for no more than a trim, and `out` now holds it, frame for frame. `progress`
    hears how many frames are in place; cancelled by it, it leaves nothing behind."""
    plan = planned(document, sources) if is_trim(document, sources) else None
    if plan is None:
        return False
    source = sources[document.clips[0].clip]
    try:
        with TemporaryDirectory(dir=workdir) as folder:
            hands = RenderContext(Path(folder), progress)
            picture = _joined(source, plan, hands)
            if picture and _finished(picture, document, sources, out, hands) and _holds(out, source, plan):
                progress.event("copied", {"frames": plan.rest - plan.copied})
                return True
    except (av.FFmpegError, ffmpeg.FFmpegFailed, FramesLost) as failed:
        logger.info("a smart trim of %s failed: %s", source.path.name, failed)
    logger.info("%s cannot be trimmed by copying: encoding all of it", source.path.name)
    return False


def is_trim(document: Document, sources: Sources) -> bool:
    """Whether nothing but the ends of one clip changes, and that clip is H.264 as we deliver it."""
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
        and _as_delivered(source)
    )


def planned(document: Document, sources: Sources) -> Plan | None:
    """Which frames are copied; None where there is no group between the ends of the cut."""
    source = sources[document.clips[0].clip]
    frames = marks(source.path)
    first = nearest(exact(document.clips[0].start) * source.probe.fps)
    last = first + document.frames
    copied = next((at for at in entries(frames) if at >= first), len(frames))
    rest = max((at for at in seams(frames) if at <= last), default=0)
    if len(frames) != source.probe.frames or last > len(frames) or rest <= copied:
        return None
    return Plan(frames, first, copied, rest, last)


def _as_delivered(source: Source) -> bool:
    """Whether the picture is coded as ours are; primaries and transfer that nobody names are BT.709's."""
    with open_container(source.path) as media:
        context: Any = media.streams.video[0].codec_context
        coded = (context.pix_fmt, context.colorspace, context.color_range)
        named = {context.color_primaries, context.color_trc} - {UNSPECIFIED}
    return coded == ("yuv420p", Colorspace.ITU709, ColorRange.MPEG) and named <= {ColorPrimaries.BT709}


def _joined(source: Source, plan: Plan, hands: RenderContext) -> Path | None:
    """The picture of the trim alone; None where its parts would need different decoder set-ups."""
    head = _encoded(source, plan.frames, (plan.first, plan.copied), "head.mp4", hands)
    tail = _encoded(source, plan.frames, (plan.rest, plan.last), "tail.mp4", hands)
    if not all(same_decoder(end, source.path) for end in (head, tail) if end):
        return None
    return _muxed(source, plan, (head, tail), hands)


def _encoded(
    source: Source, frames: Sequence[Mark], ends: tuple[int, int], name: str, hands: RenderContext
) -> Path | None:
    """Frames of the source encoded again; None where there are none."""
    if ends[0] == ends[1]:
        return None
    target = hands.folder / name
    encoder = Matching(target, source.path, fps=source.probe.fps)
    for frame in decoded(source.path, frames, *ends):
        hands.progress.check()
        encoder.write(frame)
    encoder.close()
    return target


def decoded(path: Path, frames: Sequence[Mark], first: int, last: int) -> Iterator[av.VideoFrame]:
    """Frames `first` to `last` (not included) as they are shown, decoded from the last entry before them.

    Raises FramesLost where the decoder does not give them all: some groups that stand alone by their times
    lean on others all the same."""
    wanted = set(sorted(mark.shown for mark in frames)[first:last])
    entry = max(at for at in entries(frames) if at <= first)
    with open_container(path) as media:
        stream = media.streams.video[0]
        stream.thread_type = "AUTO"  # frames beside each other, too: nobody waits for the first one alone
        coming = islice(packets(media.demux(stream)), entry, None)
        for frame in _pictures(stream.codec_context, coming):
            shown = (frame.pts or 0) * Fraction(stream.time_base or 1)
            if shown in wanted:
                yield frame
                wanted.remove(shown)
            if not wanted:
                return
    raise FramesLost(f"{len(wanted)} frames of {path.name} cannot be decoded.")


def _pictures(context: Any, coming: Iterator[av.Packet]) -> Iterator[av.VideoFrame]:
    for packet in coming:
        yield from context.decode(packet)
    yield from context.decode(None)


def _muxed(source: Source, plan: Plan, ends: Sequence[Path | None], hands: RenderContext) -> Path:
    """The encoded head, the copied middle and the encoded tail, each frame shown when the source shows it."""
    target = hands.folder / "picture.mp4"
    with open_container(source.path) as media, av.open(str(target), "w") as joined:
        template = media.streams.video[0]
        stream, base = joined.add_stream_from_template(template), Fraction(template.time_base or 1)
        lasting = int(1 / source.probe.fps / base)
        began = plan.shown[0]
        pts = [int((time - began) / base) for time in _in_decoding_order(plan, ends)]
        middle = islice(packets(media.demux(template)), plan.copied, plan.rest)
        parts = chain(_packets(ends[0]), middle, _packets(ends[1]))
        for number, (packet, shown, due) in enumerate(zip(parts, pts, decode_times(pts), strict=True), 1):
            hands.progress.check()
            packet.stream, packet.time_base = stream, base
            packet.pts, packet.dts, packet.duration = shown, due, lasting
            joined.mux(packet)
            hands.progress.step(number)
    return target


def _packets(path: Path | None) -> Iterator[av.Packet]:
    if path is not None:
        with open_container(path) as media:
            yield from packets(media.demux(video=0))


def _in_decoding_order(plan: Plan, ends: Sequence[Path | None]) -> list[Fraction]:
    """When the source shows each frame, as the three parts will be decoded."""
    head, tail = (marks(path) if path else [] for path in ends)
    times, found = iter(plan.shown), []
    for part in (head, plan.frames[plan.copied : plan.rest], tail):
        own = dict(zip(sorted(mark.shown for mark in part), times, strict=False))
        found += [own[mark.shown] for mark in part]
    return found


def _finished(picture: Path, document: Document, sources: Sources, out: Path, hands: RenderContext) -> bool:
    """The picture copied, and under it the sound as any render has it."""
    ends = [graphs.input(**ffmpeg.safe_input_kwargs(picture)).video]
    sound, coding = build(document, sources).audio, dict(KEPT)
    if sound is not None:
        ends.append(sound)
        coding |= {name: MASTER_KWARGS[name] for name in SOUND}
    args = graphs.output(*ends, ffmpeg.file_url(out), **coding, fflags="+bitexact", format="mp4").get_args()
    ffmpeg.run(args, cwd=hands.folder, check=hands.progress.check)
    return True


def _holds(out: Path, source: Source, plan: Plan) -> bool:
    """Is every frame of the trim at its time, and does each beside a join look like its own?"""
    shown, found = plan.shown, marks(out)
    tick = 1 / (4 * source.probe.fps)
    times = frame_times(out)
    if len(times) != len(shown) or len(found) != len(shown):
        return False
    if any(abs(time - (wanted - shown[0])) > tick for time, wanted in zip(times, shown, strict=True)):
        return False
    return all(_alike(out, found, source, plan, at) for at in _beside_joins(plan))


def _beside_joins(plan: Plan) -> list[tuple[int, int]]:
    """Runs of frames, of the source, that lie around the ends and the joins."""
    around = [(at - 2, at + 2) for at in (plan.first, plan.copied, plan.rest, plan.last)]
    runs = [(max(begin, plan.first), min(end, plan.last)) for begin, end in around]
    return [run for run in dict.fromkeys(runs) if run[0] < run[1]]


def _alike(out: Path, found: Sequence[Mark], source: Source, plan: Plan, run: tuple[int, int]) -> bool:
    """Copied frames must come out bit for bit, encoded ones nearly."""
    ours = decoded(out, found, run[0] - plan.first, run[1] - plan.first)
    theirs = decoded(source.path, plan.frames, *run)
    for number, one, other in zip(range(*run), ours, theirs, strict=False):
        off = np.abs(_luma(one) - _luma(other)).mean()
        if off > (0 if plan.copied <= number < plan.rest else ALIKE):
            logger.info("frame %s is off by %.1f levels", number, off)
            return False
    return True


def _luma(frame: av.VideoFrame) -> Any:
    return frame.to_ndarray(format="gray").astype(np.int16)
