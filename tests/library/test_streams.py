"""Streams are what the file means: its picture and its sound, wherever they stand and however they lie."""

from pathlib import Path

import av
import numpy as np
import pytest

from generation.runner import sound
from library.media import errors, ingest, stereo
from library.media.guard import ffmpeg
from library.media.probe import Probe, probe
from library.media.sniff import sniff
from tests.library import footage

LIMITS = ingest.UploadLimits()
CARD = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=30:d=0.5")
X264 = ("-c:v", "libx264", "-preset", "ultrafast")
LEFT, RIGHT, LEVEL = 0, 1, 0.4


def tone(hertz: int = 440, seconds: float = 0.5) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"aevalsrc={LEVEL}*sin(2*PI*{hertz}*t):s=48000:d={seconds}")


def made(folder: Path, name: str, *args: str) -> Path:
    ffmpeg.run([*args, name], cwd=folder)
    return folder / name


def patched(path: Path, old: bytes, new: bytes) -> Path:
    """Every `old` of the file `new`: an entry of a codec nobody knows, say."""
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    return path


def taken(path: Path) -> Probe:
    """The master or track that an upload of `path` becomes."""
    found = ingest.inspect(path, LIMITS)
    if found.kind.medium == "sound":
        return ingest.sound(path, path.with_name("made.m4a"), limits=LIMITS)
    return ingest.video(path, path.with_name("made.mp4"), found)


def heard(path: Path) -> np.ndarray:
    """The samples (channels, n) of the first sound of `path`."""
    with av.open(str(path)) as file:
        return np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=1)


def levels(path: Path) -> list[float]:
    """The peak of a sine, by its mean square, on each channel."""
    middle = heard(path)[:, 4800:-4800]
    return [float(level) for level in np.sqrt((middle**2).mean(1) * 2)]


def pitch(path: Path) -> int:
    left = heard(path)[LEFT]
    return round(int(np.abs(np.fft.rfft(left)).argmax()) * 48_000 / len(left) / 20) * 20


SOUND_ONLY = {
    "phone.mp4": ("-c:a", "aac", "-brand", "mp42", "-f", "mp4"),
    "voice.m4a": ("-c:a", "aac", "-brand", "isom", "-f", "mp4"),
    "old.3gp": ("-c:a", "aac", "-f", "3gp"),
    "voice.mov": ("-c:a", "pcm_s16be"),
    "voice.webm": ("-c:a", "libopus"),
    "voice.mka": ("-c:a", "flac", "-f", "matroska"),
    "voice.opus": ("-c:a", "libopus"),
    "song.ogg": ("-c:a", "libvorbis"),
    "song.oga": ("-c:a", "flac", "-f", "ogg"),
    "song.flac": ("-c:a", "flac"),
    "radio.aac": ("-c:a", "aac", "-f", "adts"),
    "tagged.aac": ("-c:a", "aac", "-f", "adts", "-write_id3v2", "1", "-metadata", "title=x"),
    "tagged.mp3": ("-c:a", "libmp3lame", "-metadata", "title=x"),
    "radio.mp2": ("-c:a", "mp2"),
    "studio.aiff": ("-c:a", "pcm_s24be"),
    "studio.caf": ("-c:a", "alac"),
    "studio.wav": ("-c:a", "pcm_f32le"),
    "dictaphone.wav": ("-c:a", "adpcm_ima_wav"),
    "sound.avi": ("-c:a", "libmp3lame"),
    "sound.ts": ("-c:a", "aac"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SOUND_ONLY)
def test_a_file_with_sound_alone_is_a_track_whatever_its_container(name: str, tmp_path: Path) -> None:
    path = made(tmp_path, name, *tone(), *SOUND_ONLY[name])

    found = ingest.inspect(path, LIMITS)
    track = ingest.sound(path, tmp_path / "track.m4a", limits=LIMITS)

    assert found.kind.medium == "sound"
    assert (track.audio_codec, track.video_codec, track.audio_layout) == ("aac", None, "stereo")
    assert track.seconds == pytest.approx(0.5, abs=0.1)


def test_a_tag_with_a_huge_cover_heads_mp3_and_aac_alike(tmp_path: Path) -> None:
    cover = bytes(3 << 20)
    tag = b"ID3\x04\x00\x00" + bytes(len(cover) >> shift & 0x7F for shift in (21, 14, 7, 0)) + cover
    for name, coder, codec in (("a.mp3", "libmp3lame", "mp3"), ("b.aac", "aac", "aac")):
        path = made(tmp_path, name, *tone(), "-c:a", coder, "-f", "adts" if codec == "aac" else "mp3")
        path.write_bytes(tag + path.read_bytes())

        found = ingest.inspect(path, LIMITS)

        assert (found.kind.container, found.kind.medium) == (codec, "sound")


def test_cover_art_before_or_behind_a_sound_is_no_video(tmp_path: Path) -> None:
    footage.picture(tmp_path)
    cover = ("-i", "in.png", "-map", "1:v", "-map", "0:a", "-c:v", "png", "-disposition:v", "attached_pic")
    path = made(tmp_path, "song.m4a", *tone(), *cover, "-c:a", "aac")

    assert ingest.inspect(path, LIMITS).kind.medium == "sound"


def test_a_stream_nobody_knows_that_comes_first_and_by_default_is_skipped(tmp_path: Path) -> None:
    """As an iPhone's spatial sound (APAC) is written beside AAC."""
    both = ("-map", "0", "-map", "1", "-map", "2", "-c:a:0", "pcm_s16be", "-c:a:1", "aac", *X264)
    path = patched(made(tmp_path, "in.mov", *tone(880), *CARD, *tone(440), *both), b"twos", b"apac")

    assert taken(path).has_audio
    assert pitch(tmp_path / "made.mp4") == 440


@pytest.mark.parametrize("entry", [b"tmcd", b"text", b"zzzz"])
def test_data_titles_and_time_code_that_come_first_are_skipped(tmp_path: Path, entry: bytes) -> None:
    (tmp_path / "in.srt").write_text("1\n00:00:00,000 --> 00:00:00,400\nwords\n")
    titles = ("-i", "in.srt", *CARD, *tone(), "-map", "0", "-map", "1", "-map", "2", "-c:s", "mov_text")
    path = made(tmp_path, "in.mp4", *titles, *X264, "-c:a", "aac", "-timecode", "01:00:00:00")
    if entry != b"tmcd":
        patched(path, b"tx3g", entry)

    master = taken(path)

    assert (master.frames, master.has_audio, master.streams) == (15, True, 2)


@pytest.mark.slow
@pytest.mark.parametrize("sounds", [8, 20])
def test_many_streams_are_no_reason_to_refuse(tmp_path: Path, sounds: int) -> None:
    maps = ("-map", "0", *(part for _ in range(sounds) for part in ("-map", "1")))
    path = made(tmp_path, "in.mov", *CARD, *tone(), *maps, *X264, "-c:a", "pcm_s16be")

    assert taken(path).has_audio


def test_more_streams_than_are_taken_are_refused_with_their_number(tmp_path: Path) -> None:
    maps = [part for _ in range(LIMITS.streams + 8) for part in ("-map", "0")]
    path = made(tmp_path, "in.mkv", *tone(), *maps, "-c:a", "pcm_s16le")

    with pytest.raises(errors.TooManyStreams, match="at most 32 are taken"):
        ingest.inspect(path, LIMITS)


def test_the_sound_a_file_plays_by_default_is_the_one_that_is_kept(tmp_path: Path) -> None:
    second = ("-disposition:a:0", "0", "-disposition:a:1", "default")
    maps = ("-map", "0", "-map", "1", "-map", "2")
    path = made(tmp_path, "in.mkv", *CARD, *tone(880), *tone(440), *maps, *second, *X264, "-c:a", "flac")

    taken(path)

    assert pitch(tmp_path / "made.mp4") == 440


def test_a_codec_nobody_knows_in_a_second_track_is_no_refusal_and_alone_it_is_one(tmp_path: Path) -> None:
    maps = ("-map", "0", "-map", "1", "-map", "2", *X264, "-c:a:0", "aac", "-c:a:1", "flac")
    path = patched(made(tmp_path, "two.mkv", *CARD, *tone(440), *tone(880), *maps), b"A_FLAC", b"A_ZZZZ")
    alone = patched(made(tmp_path, "one.mkv", *CARD, *tone(), *X264, "-c:a", "flac"), b"A_FLAC", b"A_ZZZZ")

    assert taken(path).has_audio
    with pytest.raises(errors.UnknownCodec, match=r"unknown codec .* AAC, MP3") as refused:
        ingest.inspect(alone, LIMITS)
    assert "Most Compatible" in str(refused.value)


def test_a_video_nobody_can_decode_is_refused_and_not_taken_for_its_sound(tmp_path: Path) -> None:
    path = patched(made(tmp_path, "in.mkv", *CARD, *tone(), *X264), b"V_MPEG4/ISO/AVC", b"V_ZZZZ4/ISO/AVC")

    with pytest.raises(errors.UnknownCodec, match=r"H\.264"):
        ingest.inspect(path, LIMITS)


def test_a_file_of_titles_alone_is_told_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "in.srt").write_text("1\n00:00:00,000 --> 00:00:00,400\nwords\n")
    path = made(tmp_path, "in.mp4", "-i", "in.srt", "-c:s", "mov_text")

    with pytest.raises(errors.NoPicture, match="MP4, MOV"):
        ingest.inspect(path, LIMITS)


def test_a_film_in_a_container_of_sounds_is_a_video(tmp_path: Path) -> None:
    film = ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis", "-f", "ogg")
    master = taken(made(tmp_path, "in.ogv", *CARD, *tone(), *film))

    assert (master.video_codec, master.has_audio) == ("h264", True)


def test_a_sound_without_a_packet_is_none(tmp_path: Path) -> None:
    silent = footage.without_sound_packets(tmp_path)

    found, master = probe(silent), taken(silent)

    assert (found.has_audio, found.audio_codec, found.audio_index) == (False, None, None)
    assert (master.frames, master.has_audio) == (15, False)


FILMS = {
    "in.mkv": (*X264, "-c:a", "libopus"),
    "in.avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "camera.avi": ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le"),
    "in.ts": (*X264, "-c:a", "aac"),
    "broadcast.ts": ("-c:v", "mpeg2video", "-c:a", "mp2"),
    "camera.m2ts": (*X264, "-c:a", "ac3", "-mpegts_m2ts_mode", "1", "-f", "mpegts"),
    "disc.mpg": ("-c:v", "mpeg2video", "-c:a", "mp2", "-f", "vob"),
    "old.mpg": ("-c:v", "mpeg1video", "-c:a", "mp2", "-f", "mpeg"),
    "in.flv": (*X264, "-c:a", "aac"),
    "old.flv": ("-c:v", "flv", "-c:a", "libmp3lame", "-ar", "44100"),
    "tape.avi": (
        "-s",
        "720x480",
        "-r",
        "30000/1001",
        "-c:v",
        "dvvideo",
        "-pix_fmt",
        "yuv411p",
        "-c:a",
        "pcm_s16le",
    ),
    "in.3gp": ("-s", "176x144", "-c:v", "h263", "-c:a", "aac"),
    "new.mp4": ("-c:v", "libsvtav1", "-preset", "12", "-c:a", "flac"),
    "in.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FILMS)
def test_films_in_any_container_that_people_have_become_masters(name: str, tmp_path: Path) -> None:
    master = taken(made(tmp_path, name, *CARD, *tone(), "-pix_fmt", "yuv420p", *FILMS[name]))

    assert master.video_codec == "h264"
    assert master.frames == pytest.approx(15, abs=1)
    assert pitch(tmp_path / "made.mp4") == 440


BEGUN_MIDWAY = {
    "in.ts": (*X264, "-g", "5", "-c:a", "aac"),
    "in.m2ts": (*X264, "-g", "5", "-c:a", "ac3", "-mpegts_m2ts_mode", "1", "-f", "mpegts"),
    "in.mpg": ("-c:v", "mpeg2video", "-g", "5", "-c:a", "mp2", "-f", "vob"),
    "in.mp3": ("-vn", "-c:a", "libmp3lame", "-write_xing", "0", "-id3v2_version", "0"),
    "in.aac": ("-vn", "-c:a", "aac"),
}


@pytest.mark.parametrize("name", BEGUN_MIDWAY)
@pytest.mark.parametrize("before", [b"", bytes(40)], ids=["cut", "behind zeros"])
def test_a_stream_that_begins_in_the_middle_of_a_packet_is_what_follows(
    name: str, before: bytes, tmp_path: Path
) -> None:
    whole = made(tmp_path, name, *CARD, *tone(seconds=1), "-pix_fmt", "yuv420p", *BEGUN_MIDWAY[name])
    kind = sniff(whole)
    whole.write_bytes(before + whole.read_bytes()[131:])

    taken(whole)

    assert sniff(whole) == kind
    assert pitch(next(tmp_path.glob("made.*"))) == 440


LAYOUTS = {  # (layout, gains of a tone on its first channel): ITU-R BS.775-3, RFC 8486
    "mono": (1, 1),
    "stereo": (1, 0),
    "FC": (1, 1),
    "3.0(back)": (1, 0),
    "quad": (1, 0),
    "5.1": (1, 0),
    "5.1(side)": (1, 0),
    "7.1": (1, 0),
    "FC+LFE": (0.7071, 0.7071),
    "FR+BL": (0, 1),
    "SL+SR": (0.7071, 0),
    "ambisonic 1": (0.5, 0.5),
}


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_becomes_stereo_as_loud_as_it_was(layout: str, tmp_path: Path) -> None:
    count = av.AudioLayout(layout).nb_channels
    tones = "|".join([f"{LEVEL}*sin(2*PI*440*t)", *["0"] * (count - 1)])
    plain = f"channelmap={'|'.join(map(str, range(count)))}:{layout}"
    source = ("-f", "lavfi", "-i", f"aevalsrc='{tones}':s=48000:d=0.5:c={count}c", "-af", plain)
    if "ambisonic" in layout:
        path = made(tmp_path, "in.opus", *source, "-c:a", "libopus", "-mapping_family", "2")
    else:
        path = made(tmp_path, "in.wav", *source, "-c:a", "pcm_s16le")

    taken(path)

    expected = [gain * LEVEL for gain in LAYOUTS[layout]]
    assert levels(tmp_path / "made.m4a") == pytest.approx(expected, abs=0.025)


def test_ambisonics_that_are_projected_are_refused_and_not_lost(tmp_path: Path) -> None:
    """Opus of mapping family 3, which ffmpeg does not decode."""
    ambisonic = ("-f", "lavfi", "-i", "aevalsrc=0|0|0|0:d=0.3:c=quad,channelmap=0|1|2|3:ambisonic 1")
    coded = ("-c:a", "libopus", "-mapping_family", "2")
    film = made(tmp_path, "in.mkv", *ambisonic, *CARD, "-map", "0", "-map", "1", *coded, *X264)
    for path in (film, made(tmp_path, "alone.mka", *ambisonic, *coded, "-f", "matroska")):
        data = bytearray(path.read_bytes())
        data[data.index(b"OpusHead") + 18] = 3
        path.write_bytes(data)

        with pytest.raises(errors.UnknownVariant, match=r"variant of Opus.*AAC"):
            ingest.inspect(path, LIMITS)


def test_a_masters_mono_is_heard_from_both_sides_as_loud_as_it_was(tmp_path: Path) -> None:
    taken(made(tmp_path, "in.mov", *CARD, *tone(), *X264, "-c:a", "pcm_s16be"))

    assert levels(tmp_path / "made.mp4") == pytest.approx([LEVEL, LEVEL], abs=0.02)


def test_full_channels_that_add_up_stay_within_full_scale(tmp_path: Path) -> None:
    full = "|".join(["0.99*sin(2*PI*440*t)"] * 6)
    source = ("-f", "lavfi", "-i", f"aevalsrc='{full}':s=48000:d=0.2:c=5.1")
    mixed = made(tmp_path, "out.wav", *source, "-af", stereo.filters("5.1"), "-c:a", "pcm_f32le")

    assert np.abs(heard(mixed)).max() == pytest.approx(1)


def test_every_layout_that_ffmpeg_knows_has_its_gains() -> None:
    for layout in (
        "22.2",
        "7.1.4",
        "octagonal",
        "hexadecagonal",
        "7.1(wide)",
        "downmix",
        "ambisonic 1+stereo",
    ):
        gains = stereo.matrix(layout)
        assert gains.any(axis=1).all()
        assert gains[0].sum() == pytest.approx(gains[1].sum() if "ambi" not in layout else 2.0)


def test_a_broadcast_that_turns_from_stereo_to_six_channels_stays_as_loud(tmp_path: Path) -> None:
    tones = "|".join([f"{LEVEL}*sin(2*PI*440*t)"] * 2)
    front = ("-f", "lavfi", "-i", f"aevalsrc='{tones}':s=48000:d=0.5:c=stereo")
    made(tmp_path, "a.ts", *front, "-c:a", "ac3", "-b:a", "192k")
    made(tmp_path, "b.ts", *front, "-af", "pan=5.1|FL=c0|FR=c1", "-c:a", "ac3", "-b:a", "192k")
    (tmp_path / "in.ts").write_bytes((tmp_path / "a.ts").read_bytes() + (tmp_path / "b.ts").read_bytes())

    taken(tmp_path / "in.ts")

    halves = np.array_split(heard(tmp_path / "made.m4a")[:, 4800:-4800], 2, axis=1)
    assert [float(np.abs(half[LEFT]).max()) for half in halves] == pytest.approx([LEVEL, LEVEL], abs=0.05)


@pytest.mark.parametrize("count", [4, 5, 6, 8, 16])
def test_channels_that_are_only_counted_are_heard_too(count: int) -> None:
    left, right = stereo.matrix(f"{count} channels")

    assert left[0] == right[1] > 0
    assert stereo.pan(f"{count} channels")


def test_the_runner_and_its_encoder_mix_as_an_upload_does(tmp_path: Path) -> None:
    quad = f"aevalsrc='0|0|{LEVEL}*sin(2*PI*440*t)|0':s=44100:d=0.5:c=quad"
    path = made(tmp_path, "in.wav", "-f", "lavfi", "-i", quad, "-c:a", "pcm_s16le")

    waveform = sound.read(path, 48_000)

    assert waveform is not None
    assert np.abs(waveform.samples).max(axis=1) == pytest.approx([LEVEL * 0.7071, 0], abs=0.01)
