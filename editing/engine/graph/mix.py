"""All that is heard: the clips joined, music under them, the whole at the loudness that was asked for."""

from collections.abc import Sequence

import ffmpeg

from editing.engine.document import Document, Music
from editing.engine.exact import exact, nearest
from editing.engine.graph.clip_audio import clip_audio, resampled, with_gain, with_length
from editing.engine.graph.clip_node import ClipNode, Stream, ffmpeg_seconds, sound_of
from editing.engine.graph.joining import SAMPLE_RATE, join_audio, samples_before
from editing.engine.source import Source, Sources
from library.media.guard.ffmpeg import safe_input_kwargs

CEILING = 0.84  # of full scale, −1.5 dB: headroom for the peaks that the encoder adds between samples
DUCKING = {"threshold": 0.03, "ratio": 9, "attack": 30, "release": 500}  # −30 dB; milliseconds


def mix(document: Document, sources: Sources, nodes: Sequence[ClipNode], gain: float) -> Stream | None:
    """The sound of the edit, exactly as long as its picture, with `gain` in decibels; None where nothing
    sounds."""
    sounds = any(node.has_sound for node in nodes)
    clips = join_audio(nodes, [clip_audio(node) for node in nodes]) if sounds else None
    layers = [
        _music(music, index, sources[music.track], document) for index, music in enumerate(document.music)
    ]
    if clips is None and not layers:
        return None
    whole = _with_music(clips, layers, [music.duck for music in document.music])
    if not layers and document.delivery.loudness is None:
        return whole
    limited = with_gain(whole, gain).filter("alimiter", limit=CEILING, level=0, latency=1)
    return with_length(limited, samples_before(document.frames, document.canvas.fps))


def _music(music: Music, index: int, source: Source, document: Document) -> Stream:
    """One track at its place in the edit, padded to the length of the edit."""
    length = music.seconds(source.probe.seconds, document.seconds)
    count, delay = (nearest(time * SAMPLE_RATE) for time in (length, exact(music.at)))
    read = f"{float(length) + (50 + index) / 10**6:.6f}"  # no two inputs alike: see clip_node._input
    opened = ffmpeg.input(**safe_input_kwargs(source.path), ss=ffmpeg_seconds(exact(music.start)), t=read)
    audio = with_gain(with_length(resampled(sound_of(opened, source)), count), music.gain)
    audio = _faded(audio, "in", music.fade_in, count)
    audio = _faded(audio, "out", music.fade_out, count)
    if delay:
        audio = audio.filter("adelay", f"{delay}S", all=1)
    return with_length(audio, samples_before(document.frames, document.canvas.fps))


def _faded(audio: Stream, direction: str, seconds: float, count: int) -> Stream:
    faded = min(nearest(exact(seconds) * SAMPLE_RATE), count)
    begins = count - faded if direction == "out" else 0
    return audio.filter("afade", t=direction, ss=begins, ns=faded) if faded else audio


def _with_music(clips: Stream | None, layers: Sequence[Stream], ducks: Sequence[bool]) -> Stream:
    """The clips' sound with every layer under it; layers that duck are compressed by it (sidechain)."""
    if clips is None:
        return _sum(layers)
    if not any(ducks):
        return _sum([clips, *layers])
    copies = clips.filter_multi_output("asplit", sum(ducks) + 1)
    keys = iter(range(1, sum(ducks) + 1))
    mixed = [
        ffmpeg.filter([layer, copies[next(keys)]], "sidechaincompress", **DUCKING) if duck else layer
        for layer, duck in zip(layers, ducks, strict=True)
    ]
    return _sum([copies[0], *mixed])


def _sum(layers: Sequence[Stream]) -> Stream:
    if len(layers) == 1:
        return layers[0]
    return ffmpeg.filter(list(layers), "amix", inputs=len(layers), normalize=0, duration="first")
