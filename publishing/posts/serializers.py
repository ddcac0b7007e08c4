"""Posts as JSON, and the requests that publish and change them."""

import re
import unicodedata
from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from api.fields import FiniteFloatField, MomentField, PlainTextField
from creator.models import User
from jobs.serializers import StoredErrorSerializer
from library import links
from publishing.errors import InvalidTag
from publishing.models import Post
from publishing.posts import files

MOST_TAGS, MOST_TAG = 10, 30
WORD = re.compile(r"\w{1,30}")


class TagsField(serializers.ListField):
    """Tags without their #, in NFKC; of tags that differ in case alone, the first."""

    child = serializers.CharField(max_length=MOST_TAG + 1)

    def to_internal_value(self, data: Any) -> list[str]:
        tags = [unicodedata.normalize("NFKC", tag).lstrip("#") for tag in super().to_internal_value(data)]
        if not all(WORD.fullmatch(tag) for tag in tags):
            raise InvalidTag(field=self.field_name, most=MOST_TAG)
        return list({tag.casefold(): tag for tag in reversed(tags)}.values())[::-1]


class AuthorSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["handle", "display_name"]


class OwnersIdField(serializers.UUIDField):
    """An id that is null to everybody but the owner of the post."""

    def get_attribute(self, post: Post) -> Any:
        is_owner = post.owner_id == self.context["request"].user.pk
        return super().get_attribute(post) if is_owner else None


@extend_schema_field(serializers.URLField(allow_null=True))
class LinkField(serializers.Field):
    """One of the signed links of `files.urls`, the one of the field's name."""

    def __init__(self) -> None:
        super().__init__(source="folder", read_only=True)

    def to_representation(self, folder: str) -> str | None:
        reader = links.reader_of(self.context["request"])
        link: str | None = files.urls(folder, reader)[self.field_name]  # type: ignore[literal-required]
        return link


class PostSerializer(serializers.ModelSerializer):
    """A post. The URLs are signed for whoever asks, and expire; null until there is something to play."""

    # publishing.feed.page reads the same JSON faster; it derives its columns from these fields.
    author = AuthorSerializer(source="owner")
    tags = serializers.ListField(child=serializers.CharField(), read_only=True)
    clip = OwnersIdField(
        source="clip_id",
        read_only=True,
        allow_null=True,
        help_text="The clip it shows, to its owner; null once that is deleted.",
    )
    job = OwnersIdField(
        source="job_id",
        read_only=True,
        allow_null=True,
        help_text="The job that packages it, or that draws another cover, to its owner.",
    )
    error = serializers.SerializerMethodField()
    hls_url = LinkField()
    download_url = LinkField()
    cover_url = LinkField()
    likes = serializers.IntegerField()
    liked = serializers.BooleanField()

    class Meta:
        model = Post
        fields = [
            "id",
            "state",
            "title",
            "tags",
            "visibility",
            "cover_seconds",
            "publish_at",
            "published_at",
            "created_at",
            "author",
            "clip",
            "job",
            "error",
            "width",
            "height",
            "seconds",
            "hls_url",
            "download_url",
            "cover_url",
            "likes",
            "liked",
        ]
        read_only_fields = fields

    @extend_schema_field(StoredErrorSerializer(allow_null=True))
    def get_error(self, post: Post) -> dict[str, str] | None:
        """Why it failed, to its owner."""
        is_owner = post.owner_id == self.context["request"].user.pk
        return StoredErrorSerializer(post.error).data if post.error and is_owner else None


@extend_schema_serializer(component_name="PostChange")
class ChangeSerializer(serializers.Serializer):
    """What may be changed of an existing post."""

    title = PlainTextField(max_length=100, allow_blank=True, required=False)
    tags = TagsField(max_length=MOST_TAGS, required=False)
    visibility = serializers.ChoiceField(Post.Visibility.choices, required=False)
    cover_seconds = FiniteFloatField(
        min_value=0, max_value=3600, required=False, help_text="The moment of the clip that the cover shows."
    )
    publish_at = MomentField(
        required=False,
        allow_null=True,
        help_text="When others see it; a time in the past, or null, means at once. Fixed once it is out.",
    )


@extend_schema_serializer(component_name="Publish")
class PublishSerializer(ChangeSerializer):
    """What to publish, and how."""

    clip = serializers.UUIDField()


class ProfileSerializer(serializers.Serializer):
    """What everybody may see of a creator."""

    handle = serializers.CharField()
    display_name = serializers.CharField(allow_blank=True)
    posts = serializers.IntegerField(help_text="how many can be come across")
    likes = serializers.IntegerField(help_text="how many those have been given")
