"""A master shows and sounds everything when its file does, from the first picture to the last."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from library.media import ingest
from library.media.broadcast_clock import BroadcastClock
from library.media.guard import ffmpeg
from library.media.ingest.timing import Timing
from library.media.probe import Probe, probe
from tests.library import flashes
from tests.library.flashes import RATE, copied, film

LATE = 0.4  # seconds
GRID = 1 / 60  # seconds that a picture may move to the nearest thirtieth
SOUND = 0.003  # seconds that a beep may move
BOTH = (0.5, 1.5)


def master(source: Path) -> Path:
    target = source.with_name("master.mp4")
    ingest.video(source, target, ingest.inspect(source, ingest.UploadLimits()))
    return target


@dataclass(frozen=True)
class Case:
    """Two seconds put out of order, and what a master of them shows and sounds, in seconds."""

    name: str = "in.mp4"
    fps: str = "30"
    picture: str = "null"
    sound: str | None = "anull"
    more: tuple[str, ...] = ()
    seen: tuple[float, ...] = BOTH
    heard: tuple[float, ...] = BOTH
    lasts: float = 2


AS_TIMED = ("-fps_mode", "passthrough", "-enc_time_base", "1/30000")
KEEP_CLOCK = ("-avoid_negative_ts", "disabled")
REALTIME = ("-deadline", "realtime", "-cpu-used", "8")
SHIFTED = f"setpts=PTS+{LATE}/TB"
CASES = {
    "in order": Case(),
    "webm": Case("in.webm", more=REALTIME),
    "a muted microphone": Case("in.mkv", sound="aselect='not(between(t,0.7,1.3))'"),
    "lost packets": Case("in.mkv", sound="asetnsamples=960,aselect='not(eq(mod(n,25),10))'"),
    "a microphone that is muted at first": Case("in.mkv", sound="aselect='gt(t,0.45)'"),
    "sound that begins late": Case(sound=f"atrim=start={LATE}"),
    "sound that ends early": Case(sound="atrim=end=1.2", heard=(0.5,)),
    "a picture that begins late": Case(
        picture=SHIFTED, sound="apad,atrim=end=2.4", seen=(0.9, 1.9), lasts=2 + LATE
    ),
    "a picture that begins late, in Matroska": Case(
        "in.mkv", picture=SHIFTED, sound="apad,atrim=end=2.4", seen=(0.9, 1.9), lasts=2 + LATE
    ),
    "a picture that outlasts the sound, and begins late": Case(
        picture=SHIFTED, seen=(0.9, 1.9), lasts=2 + LATE
    ),
    "sound that outlasts the picture": Case(picture="trim=end=1.2", seen=(0.5,)),
    "one picture and a song": Case(picture="trim=end_frame=1", seen=()),
    "a clock that begins at ten hours": Case(
        "in.mkv", picture="setpts=PTS+36000/TB", sound="asetpts=PTS+36000/TB", more=KEEP_CLOCK
    ),
    "sound whose clock drifts": Case("in.mkv", more=("-bsf:a", "setts=ts=PTS*1.001")),
    "frames on change only": Case(picture="mpdecimate=max=0", more=AS_TIMED),
    "frames on change only, silent, in Matroska": Case(
        "in.mkv", picture="mpdecimate=max=0", sound=None, more=AS_TIMED, heard=(), lasts=1.6 + 1 / 30
    ),
    "two pictures at one time": Case(
        "in.mkv",
        picture="setpts='floor(N/2)*2/30/TB'",
        more=(*AS_TIMED, "-bf", "0"),
        seen=(14 / 30, 44 / 30),
        lasts=59 / 30,
    ),
    "film": Case(fps="24000/1001"),
    "25 a second": Case(fps="25", seen=(0.52, 1.52)),
    "NTSC": Case(fps="30000/1001"),
    "60 a second": Case(fps="60"),
    "120 a second": Case(fps="120"),
    "B-frames without an edit list": Case(
        more=("-bf", "2", "-use_editlist", "0", "-x264-params", "bframes=2:b-adapt=0")
    ),
    "fragments": Case(  # whose sound begins with padding that no edit list takes away
        more=("-movflags", "frag_keyframe+empty_moov"),
        seen=(0.521, 1.521),
        heard=(0.521, 1.521),
        lasts=2 + 1 / 30,
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_every_flash_and_every_beep_keeps_its_time(tmp_path: Path, kind: str) -> None:
    case = CASES[kind]
    source = film(tmp_path, case.name, fps=case.fps, picture=case.picture, sound=case.sound, more=case.more)

    made = master(source)

    assert flashes.seen(made) == pytest.approx(case.seen, abs=GRID + 1e-3)
    found = probe(made)
    assert (found.frames, found.fps, found.variable_rate) == (round(case.lasts * 30), 30, False)
    if case.sound:
        assert flashes.heard(made) == pytest.approx(case.heard, abs=SOUND)
        assert 0 <= len(flashes.samples(made)) - round(case.lasts * RATE) < 1024  # whole frames of AAC


@pytest.mark.parametrize("fps", ["24", "25", "30000/1001", "30", "50", "60", "120", "240"])
def test_the_first_picture_and_the_last_are_there(tmp_path: Path, fps: str) -> None:
    last = round(Fraction(fps)) - 1
    marked = f"drawbox=enable='eq(n,0)+eq(n,{last})':color=white:t=fill"
    source = film(tmp_path, fps=fps, seconds=(last + 1) / float(Fraction(fps)), picture=marked, sound=None)

    _, levels = flashes.luma(master(source))

    assert levels[0] > flashes.LIGHT
    assert levels[-1] > flashes.LIGHT


@pytest.mark.parametrize("begins", [0.5, 1.2, 1.25])
def test_what_an_edit_list_leaves_out_is_left_out(tmp_path: Path, begins: float) -> None:
    whole = film(tmp_path, seconds=3, more=("-preset", "veryfast", "-bf", "2", "-g", "90"))

    made = master(copied(whole, "cut.mov", before=("-ss", str(begins))))

    expected = [at - begins for at in (0.5, 1.5, 2.5) if at >= begins]
    assert flashes.seen(made)[-len(expected) :] == pytest.approx(expected, abs=GRID + 1e-3)
    assert flashes.heard(made)[-len(expected) :] == pytest.approx(expected, abs=0.02)


def test_sound_that_begins_before_the_file_is_cut_not_moved(tmp_path: Path) -> None:
    made = master(copied(film(tmp_path), "early.mp4", sound_later=-0.3))

    assert flashes.heard(made) == pytest.approx((0.2, 1.2), abs=SOUND)


@pytest.mark.parametrize("codec", ["aac", "flac"])
def test_a_hole_is_filled_to_the_sample(tmp_path: Path, codec: str) -> None:
    coded = ("-c:a", codec)
    whole = flashes.samples(master(film(tmp_path, more=coded)))
    holed = flashes.samples(master(film(tmp_path, sound="aselect='not(between(t,0.7,1.3))'", more=coded)))

    beep = slice(70_000, 78_000)
    alike = np.correlate(holed[beep], whole[beep][200:-200], "valid")
    assert len(holed) == len(whole)
    assert int(alike.argmax()) == 200


@pytest.mark.parametrize("later", [("-ac", "6"), ("-ar", "32000")])
def test_sound_that_changes_its_kind_midway_stays_in_time(tmp_path: Path, later: tuple[str, str]) -> None:
    film(tmp_path, "film.mp4", seconds=2)
    for name, kind in (("1.ac3", ("-ac", "2")), ("2.ac3", later)):
        ffmpeg.run(["-i", "film.mp4", "-t", "1.024", "-c:a", "ac3", *kind, name], cwd=tmp_path)
    both = b"".join((tmp_path / name).read_bytes() for name in ("1.ac3", "2.ac3"))
    (tmp_path / "both.ac3").write_bytes(both)
    streams = ["-i", "film.mp4", "-i", "both.ac3", "-map", "0:v", "-map", "1:a", "-c", "copy"]
    ffmpeg.run([*streams, "in.mkv"], cwd=tmp_path)

    made = master(tmp_path / "in.mkv")

    assert flashes.heard(made) == pytest.approx((0.5, 1.524), abs=0.02)
    assert len(flashes.samples(made)) - probe(made).frames * RATE // 30 in range(1024)


def test_a_track_has_no_holes(tmp_path: Path) -> None:
    sound = "aselect='not(between(t,0.7,1.3))',asetpts=PTS+5/TB"
    holed = film(tmp_path, "in.mkv", sound=sound)
    ffmpeg.run(["-i", holed.name, "-vn", "-c:a", "aac", "in.m4a"], cwd=tmp_path)

    ingest.sound(tmp_path / "in.m4a", tmp_path / "track.m4a", limits=ingest.UploadLimits())

    padding = 1024 / RATE  # of the codec, which is heard where an edit list makes the sound begin late
    assert flashes.heard(tmp_path / "track.m4a") == pytest.approx(BOTH, abs=padding + SOUND)


@pytest.mark.parametrize("later", ["0", "500"])
def test_a_broadcast_whose_clock_begins_anew_goes_on(tmp_path: Path, later: str) -> None:
    joined = joined_broadcasts(tmp_path, later)

    with av.open(str(joined)) as media:
        clock = BroadcastClock(media)
        shown = []
        for packet in media.demux(video=0):
            clock.follow(packet)
            if packet.pts is not None:
                shown.append(float(packet.pts * packet.time_base) + clock.offset)

    assert clock.began_anew
    assert np.diff(sorted(shown)) == pytest.approx(1 / 30, abs=1e-3)


@pytest.mark.skipif("mpegts" not in ffmpeg.DEMUXERS, reason="MPEG-TS is not taken here")
@pytest.mark.parametrize("later", ["0", "500"])
def test_a_master_of_it_shows_and_sounds_all_of_it(tmp_path: Path, later: str) -> None:
    made = master(joined_broadcasts(tmp_path, later))

    assert probe(made).frames == 120
    assert flashes.seen(made) == pytest.approx((0.5, 1.5, 2.5, 3.5), abs=GRID + 1e-3)
    assert flashes.heard(made) == pytest.approx((0.5, 1.5, 2.5, 3.5), abs=0.02)


def joined_broadcasts(folder: Path, later: str) -> Path:
    """Two seconds twice, by clocks of their own; the second begins `later` seconds after the first began."""
    film(folder, "film.mp4")
    for name, offset in (("1.ts", "0"), ("2.ts", later)):
        copy = ["-i", "film.mp4", "-c", "copy", "-output_ts_offset", offset]
        ffmpeg.run([*copy, name], cwd=folder)
    joined = folder / "joined.ts"
    joined.write_bytes((folder / "1.ts").read_bytes() + (folder / "2.ts").read_bytes())
    return joined


def test_a_clock_that_never_begins_anew_is_left_alone(tmp_path: Path) -> None:
    """Minutes between two pictures of a recorded screen are no splice."""
    source = film(tmp_path, seconds=1, fps="4", picture="setpts=PTS*80", sound=None, more=AS_TIMED)

    found = probe(source)

    assert (found.restarts, round(found.seconds)) == (False, 60)


def test_an_hour_of_ntsc_does_not_drift() -> None:
    frame = Fraction(1001, 30_000)
    ends = float(107_892 * frame)  # an hour

    timing = Timing.of(_probe(picture=(0.0, round(ends, 6)), sound=(0.0, round(ends, 6))))

    assert timing.frames == round(107_892 * frame * 30)
    assert abs(timing.seconds - ends) <= GRID


@pytest.mark.parametrize(
    ("picture", "sound", "origin", "frames"),
    [
        ((0, 2), (0.7, 2), 0, 60),  # sound begins late
        ((0, 2), (-0.021, 2.04), 0, 60),  # padding of a codec, on both sides
        ((0.5, 2), (0, 2), 0, 60),  # the picture begins late
        ((0.51, 2.01), (0, 2), 0.01, 60),  # on the grid of its own frames
        ((0, 1), (0, 8), 0, 240),  # a song
        ((7200, 7202), None, 7200, 60),
        ((0, 0.001), None, 0, 1),
    ],
)
def test_a_master_begins_and_ends_with_what_is_there(
    picture: tuple[float, float], sound: tuple[float, float] | None, origin: float, frames: int
) -> None:
    timing = Timing.of(_probe(picture, sound))

    assert (timing.origin, timing.frames) == (pytest.approx(origin), frames)


def test_a_sensor_may_be_a_little_faster_than_it_says(tmp_path: Path) -> None:
    sensor = film(
        tmp_path, fps="24004/100", seconds=0.25, sound=None, more=("-video_track_timescale", "24004")
    )

    assert probe(master(sensor)).frames in (7, 8)


def test_sound_that_cannot_be_decoded_is_silence(tmp_path: Path) -> None:
    broken = copied(film(tmp_path), "broken.mp4", after=("-bsf:a", "noise=amount=3"))

    assert probe(master(broken)).frames == 60


def _probe(picture: tuple[float, float], sound: tuple[float, float] | None) -> Probe:
    return Probe(
        width=160,
        height=90,
        fps=Fraction(30),
        frames=1,
        seconds=picture[1] - picture[0],
        video_codec="h264",
        audio_codec=None,
        rotation=0,
        has_audio=sound is not None,
        container="mp4",
        variable_rate=False,
        picture=picture,
        sound=sound,
    )
