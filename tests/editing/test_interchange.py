"""OpenTimelineIO: a document survives export and import, and changes made in another editor are imported."""

import json
from contextlib import suppress
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editing.engine.document import Document, dump, parse
from editing.engine.errors import DocumentInvalid
from editing.engine.interchange import Media, NoTimeline, read_timeline, write_timeline
from tests.editing.desktop_timelines import (
    ID,
    OTHER,
    clip,
    gap,
    imported_with_losses,
    time_range,
    timeline,
    track,
)
from tests.editing.documents import edits, entries
from tests.editing.material import cut, document

MEDIA = {
    name: Media(f"http://localhost/media/{name}.mp4", seconds)
    for name, seconds in {"a": 3.0, "slow": 2.0, "film": 2.002, "loud": 2.0, "song": 5.0}.items()
}
VALUE = document(
    cut(0, 2, effects=[{"name": "noir", "amount": 0.5}], gain=-3),
    cut(1, 3, speed=2, transition={"name": "wipeleft", "seconds": 0.4}),
    cut(0, 1, clip="loud", reverse=True, transition={"name": "fade", "seconds": 0.2}),
    {"clip": "a", "start": 1.5, "freeze": 0.5},
    captions=[{"text": "端午", "start": 0.5, "end": 1}],
    music=[{"track": "song", "at": 0.5, "start": 1, "end": 2.5, "gain": -6, "duck": True}],
    cover=1,
)


def exported(value: dict[str, Any]) -> Any:
    return otio.core.deserialize_json_from_string(
        json.dumps(write_timeline(parse(value), MEDIA, name="龙舟"))
    )


def imported(changed: Any) -> Document:
    return parse(read_timeline(json.loads(changed.to_json_string())))


def test_a_document_survives_export_and_import() -> None:
    assert imported(exported(VALUE)) == parse(VALUE)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits())
def test_any_document_survives_export_and_import_to_the_microsecond(value: dict[str, Any]) -> None:
    before, after = parse(value), imported(exported(value))

    assert float(after.seconds) == pytest.approx(float(before.seconds), abs=1e-4)
    assert same_to_the_microsecond(dump(before), dump(after))


def same_to_the_microsecond(one: Any, other: Any) -> bool:
    """What is zero is not said in a document."""
    if isinstance(one, dict):
        return all(
            same_to_the_microsecond(one.get(key, 0), other.get(key, 0)) for key in one.keys() | other.keys()
        )
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same_to_the_microsecond, one, other))
    return abs(one - other) < 3e-6 if isinstance(one, float | int) else bool(one == other)


def test_clips_transitions_speed_and_music_are_opentimelineios_own_objects() -> None:
    made = exported(VALUE)
    picture, music = made.tracks

    assert made.name == "龙舟"
    assert [type(item).__name__ for item in picture] == [
        "Clip",
        "Transition",
        "Clip",
        "Transition",
        "Clip",
        "Clip",
    ]
    assert made.duration().to_seconds() == pytest.approx(float(parse(VALUE).seconds))
    assert picture[2].effects[0].time_scalar == 2
    assert isinstance(picture[5].effects[0], otio.schema.FreezeFrame)
    assert picture[0].media_reference.target_url == MEDIA["a"].url
    assert [type(item).__name__ for item in music] == ["Gap", "Clip"]


def test_cuts_made_in_another_editor_are_imported() -> None:
    made = exported(document(cut(0, 2), cut(1, 3, effects=[{"name": "noir"}])))
    first, second = made.tracks[0]
    first.source_range = otio.opentime.TimeRange(
        otio.opentime.RationalTime(12, 24), otio.opentime.RationalTime(24, 24)
    )
    made.tracks[0][:] = [second, first]

    noir, cut_ = imported(made).clips
    assert (cut_.start, cut_.end) == (0.5, 1.5)
    assert noir.effects[0].name == "noir"


def test_a_foreign_timeline_names_its_clips_by_their_links() -> None:
    pk = "0190a1b2-0000-7000-8000-000000000000"
    clip = otio.schema.Clip(
        "shot 1",
        otio.schema.ExternalReference(f"file:///media/clips/{pk}/master.mp4"),
        otio.opentime.TimeRange(otio.opentime.RationalTime(10, 25), otio.opentime.RationalTime(50, 25)),
    )
    made = otio.schema.Timeline("theirs")
    made.tracks.append(
        otio.schema.Track("V1", [otio.schema.Gap(duration=otio.opentime.RationalTime(9, 25)), clip])
    )

    [read] = imported(made).clips
    assert (read.clip, read.start, read.end) == (pk, 0.4, 2.4)


@pytest.mark.parametrize(
    ("rate", "first", "begins"),
    [
        (25, 90_000, 90_025),
        (24, 86_400, 86_424),
        (24000 / 1001, 86_400, 86_424),
        (23.976, 86_400, 86_424),
        (29.97, 107_892, 107_922),  # 01:00:00;00, drop frame: only the label drops frames
        (30000 / 1001, 107_892, 107_922),
        (59.94, 215_784, 215_844),
    ],
)
def test_the_timecode_of_a_camera_is_counted_from_the_beginning_of_its_file(
    rate: float, first: int, begins: int
) -> None:
    read, losses = imported_with_losses(
        timeline(track(clip(time_range(begins, 2 * round(rate), rate), time_range(first, 1000, rate))))
    )

    [cut_] = read["clips"]
    assert (cut_["start"], cut_["end"]) == pytest.approx((1, 3), abs=0.004)
    assert read["canvas"]["fps"] == round(rate)
    assert losses == {}


def test_a_file_of_24_frames_in_a_timeline_of_23976_is_counted_in_frames() -> None:
    cut_ = clip(time_range(86_424, 48, 23.976), time_range(86_400, 1000, 24))

    assert imported_with_losses(timeline(track(cut_)))[0]["clips"][0]["start"] == pytest.approx(1, abs=0.002)


def test_what_is_cut_by_zero_though_its_file_begins_later_is_read_from_zero() -> None:
    cut_ = clip(time_range(25, 50, 25), time_range(90_000, 1000, 25))

    [read] = imported_with_losses(timeline(track(cut_)))[0]["clips"]
    assert (read["start"], read["end"]) == (1, 3)


def test_a_clip_without_a_range_is_all_of_its_file() -> None:
    [read] = imported_with_losses(timeline(track(clip(None, time_range(90_000, 50, 25)))))[0]["clips"]

    assert (read["start"], read["end"]) == (0, 2)


def test_a_clip_of_several_media_is_read_by_the_one_that_is_active() -> None:
    old = clip(time_range(90_025, 50, 25), time_range(90_000, 250, 25))
    media = {"DEFAULT_MEDIA": old.pop("media_reference"), "proxy": {"OTIO_SCHEMA": "MissingReference.1"}}
    new = {**old, "OTIO_SCHEMA": "Clip.2", "media_references": media}

    read, _ = imported_with_losses(timeline(track({**new, "active_media_reference_key": "DEFAULT_MEDIA"})))
    assert read["clips"] == [{"clip": ID, "start": 1, "end": 3, "speed": 1}]


def test_a_timeline_that_counts_in_seconds_or_milliseconds_has_the_usual_rate() -> None:
    for rate in (1, 1000):
        read, _ = imported_with_losses(timeline(track(clip(time_range(rate, 2 * rate, rate)))))
        assert read["canvas"] == {"aspect": "16:9"}
        assert (read["clips"][0]["start"], read["clips"][0]["end"]) == (1, 3)


def test_gaps_are_closed_and_told_and_music_moves_with_the_picture() -> None:
    made = exported(document(cut(0, 1), cut(1, 2), music=[{"track": "song", "at": 1.5}]))
    made.tracks[0].insert(1, otio.schema.Gap(duration=otio.opentime.RationalTime(30, 30)))
    made.tracks[1][0].source_range = otio.opentime.TimeRange(duration=otio.opentime.RationalTime(75, 30))

    read, losses = imported_with_losses(json.loads(made.to_json_string()))
    assert [(one["start"], one["end"]) for one in read["clips"]] == [(0, 1), (1, 2)]
    assert read["music"][0]["at"] == 1.5
    assert losses == {"gaps-closed": {"count": 1, "seconds": 1.0}}


def test_a_second_picture_track_and_one_switched_off_are_told_by_name() -> None:
    shown, over = track(clip(), name="V1"), track(clip(), name="titles")
    off = {**track(clip(), name="V0"), "enabled": False}

    read, losses = imported_with_losses(timeline(track(gap(25)), off, shown, over))
    assert len(read["clips"]) == 1
    assert losses == {"tracks-dropped": {"count": 2, "names": "V0, titles"}}


def test_nested_sequences_are_opened() -> None:
    inner = {"OTIO_SCHEMA": "Stack.1", "name": "scene 1", "children": [track(clip(), clip(id_=OTHER))]}
    trimmed = {**inner, "name": "scene 2", "source_range": time_range(25, 50, 25)}

    read, losses = imported_with_losses(timeline(track(clip(), inner, trimmed)))
    assert [(one["clip"], one["start"], one["end"]) for one in read["clips"]] == [
        (ID, 0, 2),
        (ID, 0, 2),
        (OTHER, 0, 2),
        (ID, 1, 2),
        (OTHER, 0, 1),
    ]
    assert losses == {"nested-dropped": {"count": 2, "names": "scene 1, scene 2"}}


def test_markers_and_effects_that_are_not_known_are_told_by_name() -> None:
    marker = {"OTIO_SCHEMA": "Marker.2", "name": "here", "marked_range": time_range(0, 1, 25)}
    blur = {"OTIO_SCHEMA": "Effect.1", "name": "", "effect_name": "Gaussian Blur"}
    twice = {"OTIO_SCHEMA": "LinearTimeWarp.1", "name": "", "effect_name": "LinearTimeWarp", "time_scalar": 2}
    marked = {**clip(), "effects": [blur, twice], "markers": [marker]}

    read, losses = imported_with_losses(timeline({**track(marked), "markers": [marker], "effects": [blur]}))
    assert read["clips"][0]["speed"] == 2
    assert losses == {
        "markers-dropped": {"count": 2, "names": "here"},
        "timeline-effects-dropped": {"count": 2, "names": "Gaussian Blur"},
    }


def test_transitions_of_another_kind_become_fades_and_those_at_the_ends_are_left_out() -> None:
    def transition(name: str, kind: str) -> dict[str, Any]:
        half = {"OTIO_SCHEMA": "RationalTime.1", "value": 5, "rate": 25}
        made = {"OTIO_SCHEMA": "Transition.1", "name": name, "transition_type": kind}
        return made | {"in_offset": half, "out_offset": half}

    row = [transition("fade in", "SMPTE_Dissolve"), clip(time_range(10, 25, 25))]
    row += [transition("Page Peel", "Custom_Transition"), clip(time_range(10, 25, 25))]
    row += [transition("Cross Dissolve", "SMPTE_Dissolve"), clip(time_range(10, 25, 25))]

    read, losses = imported_with_losses(timeline(track(*row)))
    assert [one.get("transition") for one in read["clips"]] == [
        None,
        {"name": "fade", "seconds": 0.4},
        {"name": "fade", "seconds": 0.4},
    ]
    assert losses == {
        "transitions-replaced": {"count": 1, "names": "Page Peel"},
        "transitions-dropped": {"count": 1, "names": "fade in"},
    }


GENERATOR = {"OTIO_SCHEMA": "GeneratorReference.1", "generator_kind": "SolidColor", "parameters": {}}


def test_titles_what_is_switched_off_and_other_sound_are_told_and_a_clips_own_sound_is_not() -> None:
    title = {**clip(), "name": "Opening", "media_reference": GENERATOR}
    off = {**clip(), "name": "take 2", "enabled": False}
    own, voice = clip(), {**clip(), "name": "voice", "media_reference": {"OTIO_SCHEMA": "MissingReference.1"}}

    read, losses = imported_with_losses(
        timeline(track(title, clip(), off), track(own, voice, kind="Audio", name="A1"))
    )
    assert len(read["clips"]) == 1
    assert losses == {
        "clips-dropped": {"count": 2, "names": "Opening, take 2"},
        "sound-dropped": {"count": 1, "names": "voice"},
    }


def test_what_opentimelineio_does_not_know_is_told_and_the_rest_is_read() -> None:
    ghost = {"OTIO_SCHEMA": "HologramClip.7", "name": "ghost", "source_range": time_range(0, 25, 25)}
    cloud = {"OTIO_SCHEMA": "CloudReference.1", "target_url": f"cloud://{OTHER}"}
    effects, flag = [{"OTIO_SCHEMA": "Relight.2", "name": "sun"}], {"OTIO_SCHEMA": "Flag.1", "name": "look"}
    odd = {**clip(), "media_reference": cloud, "effects": effects, "markers": [flag]}
    subtitles = {"OTIO_SCHEMA": "SubtitleTrack.1", "name": "zh", "children": []}

    read, losses = imported_with_losses(timeline(track(clip(), ghost, odd), subtitles))
    assert [one["clip"] for one in read["clips"]] == [ID, OTHER]
    assert losses == {
        "tracks-dropped": {"count": 1, "names": "zh"},
        "clips-dropped": {"count": 1, "names": "ghost"},
        "markers-dropped": {"count": 1, "names": "look"},
        "timeline-effects-dropped": {"count": 1, "names": "Relight"},
    }


SOUND_OF_NO_LENGTH = {"OTIO_SCHEMA": "Track.1", "kind": "Audio", "children": [{"OTIO_SCHEMA": "Item.1"}]}


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        "x",
        {"OTIO_SCHEMA": "Timeline.1"},
        {"OTIO_SCHEMA": "Clip.2"},
        {"OTIO_SCHEMA": "Nonsense.9", "tracks": 7},
        {"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.1", "children": [7, None]}},
        {"OTIO_SCHEMA": "Timeline.99", "metadata": {"lingying": 7}},
        {"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.1", "children": [SOUND_OF_NO_LENGTH]}},
    ],
)
def test_what_is_not_a_timeline_is_refused(value: Any) -> None:
    with pytest.raises(NoTimeline, match="OpenTimelineIO"):
        read_timeline(value)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_timeline_with_one_wrong_thing_is_read_or_refused_and_never_crashes(data: st.DataObject) -> None:
    value = write_timeline(parse(VALUE), MEDIA)
    holder, key = data.draw(st.sampled_from(list(entries(value))))
    holder[key] = data.draw(st.sampled_from([None, -1, 1e300, "x", [], {}, {"OTIO_SCHEMA": "Gap.1"}]))
    with suppress(NoTimeline, DocumentInvalid):
        assert parse(read_timeline(value)).clips


def test_a_timeline_nested_too_deeply_is_refused() -> None:
    deep: Any = {"OTIO_SCHEMA": "Gap.1"}
    for _ in range(900):
        deep = {"OTIO_SCHEMA": "Stack.1", "children": [deep]}

    with pytest.raises(NoTimeline):
        read_timeline({"OTIO_SCHEMA": "Timeline.1", "tracks": deep})
