"""The sound of one cut: from the very moment it begins, in stereo at 48 kHz, in step with its picture."""

from collections.abc import Sequence
from fractions import Fraction

import ffmpeg

from editing.engine.document.speed import Step
from editing.engine.graph.clip_node import ClipNode, Stream, seconds
from editing.engine.graph.joining import SAMPLE_RATE, samples
from editing.engine.timing.exact import nearest

STEREO = {"channel_layouts": "stereo", "sample_fmts": "fltp", "sample_rates": SAMPLE_RATE}
SHORTEST_PIECE = Fraction(1, 8)  # seconds


def sounding(shot: ClipNode) -> Stream:
    """As many samples as the shot's frames last; silence where it has nothing to say."""
    if not shot.heard:
        silence = ffmpeg.input(f"anullsrc@cut{shot.index}=r={SAMPLE_RATE}:cl=stereo", f="lavfi").audio
        return exactly(silence, _length(shot))
    audio = exactly(_paced(even(_within_cut(shot)), shot), _length(shot))
    if shot.cut.reverse:
        audio = audio.filter("areverse")
    return louder(audio, shot.cut.gain)


def even(audio: Stream) -> Stream:
    """Without holes, from zero on, in the one form in which sounds are joined and mixed."""
    return audio.filter("aresample", SAMPLE_RATE, **{"async": 1, "first_pts": 0}).filter("aformat", **STEREO)


def exactly(audio: Stream, length: int) -> Stream:
    """`length` samples, silence where it runs out."""
    return audio.filter("apad").filter("atrim", end_sample=length).filter("aformat", **STEREO)


def louder(audio: Stream, gain: float) -> Stream:
    """By `gain` decibels."""
    return audio.filter("volume", f"{gain:.2f}dB") if gain else audio


def tempos(speed: float) -> tuple[float, ...]:
    """The steps of atempo that make `speed`; one step reaches down to a half only."""
    if speed == 1:
        return ()
    return (speed,) if speed >= 0.5 else (0.5, *tempos(speed / 0.5))


def _within_cut(shot: ClipNode) -> Stream:
    """Nothing from before the cut or after it, counted from its beginning."""
    lead, played = shot.window.lead, sum(step.length for step in shot.cut.steps)
    audio = shot.opened.audio.filter("atrim", start=seconds(lead), end=seconds(lead + played))
    return audio.filter("asetpts", f"PTS-{seconds(lead)}/TB") if lead else audio


def _paced(audio: Stream, shot: ClipNode) -> Stream:
    pieces = _pieces(shot.cut.steps)
    if len(pieces) == 1:
        return _at(audio, pieces[0].speed)
    copies = audio.filter_multi_output("asplit", len(pieces))
    return ffmpeg.concat(*(_piece(copies[at], pieces, at) for at in range(len(pieces))), v=0, a=1)


def _piece(copy: Stream, pieces: Sequence[Step], at: int) -> Stream:
    """The `at`-th piece of a curve, as many samples as its part of the whole: no error adds up."""
    zero = Fraction(0)
    begin = sum((piece.length for piece in pieces[:at]), start=zero)
    part = copy.filter("atrim", start=seconds(begin), end=seconds(begin + pieces[at].length))
    starts = sum((piece.seconds for piece in pieces[:at]), start=zero)
    first, last = (nearest(time * SAMPLE_RATE) for time in (starts, starts + pieces[at].seconds))
    return exactly(_at(part.filter("asetpts", "PTS-STARTPTS"), pieces[at].speed), last - first)


def _pieces(steps: Sequence[Step]) -> list[Step]:
    """The steps of a curve, neighbours taken together until each lasts: tempo needs a while to work."""
    pieces: list[Step] = []
    for step in steps:
        if pieces and pieces[-1].seconds < SHORTEST_PIECE:
            both = pieces[-1].length + step.length
            pieces[-1] = Step(both, both / (pieces[-1].seconds + step.seconds))
        else:
            pieces.append(step)
    return pieces


def _at(audio: Stream, speed: Fraction) -> Stream:
    for tempo in tempos(float(speed)):
        audio = audio.filter("atempo", tempo)
    return audio


def _length(shot: ClipNode) -> int:
    return samples(shot.span.last, shot.fps) - samples(shot.span.first, shot.fps)
