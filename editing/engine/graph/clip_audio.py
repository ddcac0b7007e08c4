"""The sound of one cut: from exactly where it begins, in stereo at 48 kHz, in sync with its picture."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise

import ffmpeg

from editing.engine.document.speed import Step
from editing.engine.exact import nearest
from editing.engine.graph.clip_node import ClipNode, Stream, ffmpeg_seconds, sound_of
from editing.engine.graph.joining import SAMPLE_RATE, samples_before

STEREO = {"channel_layouts": "stereo", "sample_fmts": "fltp", "sample_rates": SAMPLE_RATE}
Ends = tuple[Fraction, Fraction]
SHORTEST_GAP = 0.015  # seconds of missing sound that are filled with silence; a packet of Opus lasts 0.02
SHORTEST_PIECE = Fraction(1, 8)  # seconds


def clip_audio(node: ClipNode) -> Stream:
    """As many samples as the node's frames last; silence where the cut has no sound."""
    if not node.has_sound:
        silence = ffmpeg.input(f"anullsrc@cut{node.index}=r={SAMPLE_RATE}:cl=stereo", f="lavfi").audio
        return with_length(silence, _length(node))
    audio = with_length(_retimed(resampled(_within_cut(node)), node), _length(node))
    if node.cut.reverse:
        audio = audio.filter("areverse")
    return with_gain(audio, node.cut.gain)


def resampled(audio: Stream) -> Stream:
    """Without gaps, starting at zero, in the one format in which sounds are joined and mixed."""
    gapless = {"async": 1, "min_hard_comp": SHORTEST_GAP, "first_pts": 0}
    return audio.filter("aresample", SAMPLE_RATE, **gapless).filter("aformat", **STEREO)


def with_length(audio: Stream, length: int) -> Stream:
    """Exactly `length` samples, padded with silence."""
    return audio.filter("apad").filter("atrim", end_sample=length).filter("aformat", **STEREO)


def with_gain(audio: Stream, gain: float) -> Stream:
    """`gain` in decibels."""
    return audio.filter("volume", f"{gain:.2f}dB") if gain else audio


def tempo_factors(speed: float) -> tuple[float, ...]:
    """The factors of `speed`, one for each atempo filter: one filter goes down to a half only."""
    if speed == 1:
        return ()
    return (speed,) if speed >= 0.5 else (0.5, *tempo_factors(speed / 0.5))


def _within_cut(node: ClipNode) -> Stream:
    """Nothing from before the cut or after it, with timestamps counted from its beginning."""
    lead, played = node.window.lead, sum(step.length for step in node.cut.steps)
    start, end = ffmpeg_seconds(lead), ffmpeg_seconds(lead + played)
    audio = sound_of(node.input, node.source).filter("atrim", start=start, end=end)
    return audio.filter("asetpts", f"PTS-{start}/TB") if lead else audio


def _retimed(audio: Stream, node: ClipNode) -> Stream:
    pieces = _pieces(node.cut.steps)
    if len(pieces) == 1:
        return _at_speed(audio, pieces[0].speed)
    copies = audio.filter_multi_output("asplit", len(pieces))
    read = pairwise(accumulate((piece.length for piece in pieces), initial=Fraction(0)))
    heard = pairwise(accumulate((piece.seconds for piece in pieces), initial=Fraction(0)))
    parts = (
        _piece(copies[at], piece.speed, *ends)
        for at, (piece, *ends) in enumerate(zip(pieces, read, heard, strict=True))
    )
    return ffmpeg.concat(*parts, v=0, a=1)


def _piece(copy: Stream, speed: Fraction, read: Ends, heard: Ends) -> Stream:
    """A piece of a speed curve: from where to where it is read, and when it is heard. Its boundaries are
    rounded, not its length, so that errors never add up."""
    begin, end = map(ffmpeg_seconds, read)
    part = copy.filter("atrim", start=begin, end=end).filter("asetpts", "PTS-STARTPTS")
    first, last = (nearest(time * SAMPLE_RATE) for time in heard)
    return with_length(_at_speed(part, speed), last - first)


def _pieces(steps: Sequence[Step]) -> list[Step]:
    """The steps of a speed curve, neighbours merged until each lasts SHORTEST_PIECE: atempo's window needs
    it."""
    pieces: list[Step] = []
    for step in steps:
        if pieces and pieces[-1].seconds < SHORTEST_PIECE:
            both = pieces[-1].length + step.length
            pieces[-1] = Step(both, both / (pieces[-1].seconds + step.seconds))
        else:
            pieces.append(step)
    return pieces


def _at_speed(audio: Stream, speed: Fraction) -> Stream:
    for factor in tempo_factors(float(speed)):
        audio = audio.filter("atempo", factor)
    return audio


def _length(node: ClipNode) -> int:
    return samples_before(node.span.last, node.fps) - samples_before(node.span.first, node.fps)
