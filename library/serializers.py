"""A library as its owner sees it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.fields import PlainTextField
from jobs.serializers import JobSerializer, StoredErrorSerializer
from library import links
from library.media.kinds import names
from library.models import Clip, Provenance, Still, Track
from library.states import Origin, Relation, State

LINK = "Signed for who asked: good for an hour, and no longer than their session or key."
Link = extend_schema_field(serializers.URLField(allow_null=True, help_text=LINK))


def _link(shown: serializers.BaseSerializer[Any], key: str) -> str:
    """For whoever the answer is for: a serializer that shows links is given its `request`."""
    reader = links.reader_of(shown.context["request"])
    return links.url(key, holder=reader.holder, base=reader.base)


class EdgeSerializer(serializers.ModelSerializer[Provenance]):
    clip = serializers.UUIDField(source="source_key", help_text="What it was made from; it may be deleted.")
    relation = serializers.ChoiceField(choices=Relation.values)
    deleted = serializers.SerializerMethodField()

    class Meta:
        model = Provenance
        fields = ("clip", "relation", "deleted")
        read_only_fields = fields

    def get_deleted(self, edge: Provenance) -> bool:
        return edge.source_id is None


class ClipSerializer(serializers.ModelSerializer[Clip]):
    """A clip: width, height, fps and seconds are promised while it is pending, measured once it is ready."""

    state = serializers.ChoiceField(choices=State.values, read_only=True)
    origin = serializers.ChoiceField(choices=Origin.values, read_only=True)
    url = serializers.SerializerMethodField()
    cover_url = serializers.SerializerMethodField()
    generation = serializers.UUIDField(
        source="job.about.generation",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="The generation that it came of, if it did.",
    )
    job = JobSerializer(read_only=True, allow_null=True)
    made_from = EdgeSerializer(source="edges", many=True, read_only=True)
    error = StoredErrorSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Clip
        fields = (
            "id",
            "state",
            "origin",
            "title",
            "width",
            "height",
            "fps",
            "seconds",
            "frames",
            "has_audio",
            "generated",
            "bytes",
            "url",
            "cover_url",
            "generation",
            "job",
            "made_from",
            "error",
            "created_at",
            "ready_at",
        )
        read_only_fields = fields

    @Link
    def get_url(self, clip: Clip) -> str | None:
        return _link(self, clip.master) if clip.master else None

    @Link
    def get_cover_url(self, clip: Clip) -> str | None:
        return _link(self, clip.cover) if clip.cover else None


class StillSerializer(serializers.ModelSerializer[Still]):
    url = serializers.SerializerMethodField()

    class Meta:
        model = Still
        fields = ("id", "title", "width", "height", "content_type", "bytes", "url", "created_at")
        read_only_fields = fields

    @extend_schema_field(serializers.URLField(help_text=LINK))
    def get_url(self, still: Still) -> str:
        return _link(self, still.key)


class TrackSerializer(serializers.ModelSerializer[Track]):
    state = serializers.ChoiceField(choices=State.values, read_only=True)
    url = serializers.SerializerMethodField()
    job = JobSerializer(read_only=True, allow_null=True)
    error = StoredErrorSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Track
        fields = ("id", "state", "title", "seconds", "bytes", "url", "job", "error", "created_at", "ready_at")
        read_only_fields = fields

    @Link
    def get_url(self, track: Track) -> str | None:
        return _link(self, track.key) if track.key else None


class UploadSerializer(serializers.Serializer[Any]):
    """One file. What it is, is decided by what is in it, not by its name: a file of video without a picture
    is a sound, a picture that moves is a video."""

    file = serializers.FileField(
        write_only=True,
        allow_empty_file=True,  # refused by what is in it, like any other damaged file
        help_text=f"Video: {names('video')}. Picture: {names('picture')}. Sound: {names('sound')}.",
    )
    title = PlainTextField(max_length=200, required=False, allow_blank=True, write_only=True)


class UploadedSerializer(serializers.Serializer[Any]):
    """What an upload became: one of the three is there."""

    kind = serializers.ChoiceField(choices=["clip", "still", "track"])
    clip = ClipSerializer(allow_null=True)
    still = StillSerializer(allow_null=True)
    track = TrackSerializer(allow_null=True)
