"""OpenTimelineIO: a document survives export and import, and changes made in another editor are imported."""

import json
from contextlib import suppress
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editing.engine.document import Document, parse
from editing.engine.errors import DocumentInvalid
from editing.engine.interchange import Media, NoTimeline, read_timeline, write_timeline
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
def test_any_document_keeps_its_length_and_cuts_through_export_and_import(value: dict[str, Any]) -> None:
    before, after = parse(value), imported(exported(value))

    assert float(after.seconds) == pytest.approx(float(before.seconds), abs=1e-4)
    assert [one.clip for one in after.clips] == [one.clip for one in before.clips]
    assert after.delivery == before.delivery and after.canvas == before.canvas


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
