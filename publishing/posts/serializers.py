"""Posts as JSON, and the requests that publish and change them."""

import math
import re
import unicodedata
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from creator.models import User
from jobs.serializers import StoredErrorSerializer
from publishing.errors import InvalidTag, InvalidText
from publishing.models import Post
from publishing.posts import files

MOST_TAGS, MOST_TAG = 10, 30
WORD = re.compile(r"\w{1,30}")
INVISIBLE = {"Cc", "Zl", "Zp"}  # Unicode categories: control characters, line and paragraph separators
# They reorder the text around them.
BIDI_CONTROLS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class PlainText(serializers.CharField):
    """One line of text without invisible or reordering control characters, in NFC."""

    def to_internal_value(self, data: Any) -> str:
        text = unicodedata.normalize("NFC", super().to_internal_value(data))
        if any(unicodedata.category(char) in INVISIBLE or char in BIDI_CONTROLS for char in text):
            raise InvalidText(field=self.field_name)
        return text


class TagsField(serializers.ListField):
    """Tags without their #, in NFKC; of tags that differ in case alone, the first."""

    child = serializers.CharField(max_length=MOST_TAG + 1)

    def to_internal_value(self, data: Any) -> list[str]:
        tags = [unicodedata.normalize("NFKC", tag).lstrip("#") for tag in super().to_internal_value(data)]
        if not all(WORD.fullmatch(tag) for tag in tags):
            raise InvalidTag(field=self.field_name, most=MOST_TAG)
        return list({tag.casefold(): tag for tag in reversed(tags)}.values())[::-1]


class SecondsField(serializers.FloatField):
    """A moment; "nan" is a float, yet no moment, and passes every comparison."""

    def to_internal_value(self, data: Any) -> float:
        seconds = super().to_internal_value(data)
        if not math.isfinite(seconds):
            self.fail("invalid")
        return seconds


class AuthorSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["handle", "display_name"]


class PostSerializer(serializers.ModelSerializer):
    """A post. The URLs are signed and expire; they are null until there is something to play."""

    author = AuthorSerializer(source="owner")
    likes = serializers.IntegerField()
    liked = serializers.BooleanField()
    clip = serializers.SerializerMethodField()
    job = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()
    hls_url = serializers.SerializerMethodField()
    download_url = serializers.SerializerMethodField()
    cover_url = serializers.SerializerMethodField()

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

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_clip(self, post: Post) -> str | None:
        """The clip it shows, to its owner; null once that is deleted."""
        return str(post.clip_id) if post.clip_id and self._is_mine(post) else None

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_job(self, post: Post) -> str | None:
        """The job that packages it, to its owner."""
        return str(post.job_id) if post.job_id and self._is_mine(post) else None

    @extend_schema_field(StoredErrorSerializer(allow_null=True))
    def get_error(self, post: Post) -> dict[str, str] | None:
        """Why it failed, to its owner."""
        return StoredErrorSerializer(post.error).data if post.error and self._is_mine(post) else None

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_hls_url(self, post: Post) -> str | None:
        return files.urls(post.folder)["hls_url"]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_download_url(self, post: Post) -> str | None:
        return files.urls(post.folder)["download_url"]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_cover_url(self, post: Post) -> str | None:
        return files.urls(post.folder)["cover_url"]

    def _is_mine(self, post: Post) -> bool:
        return bool(post.owner_id == self.context["request"].user.pk)


class ChangeSerializer(serializers.Serializer):
    """What may be changed of an existing post."""

    title = PlainText(max_length=100, allow_blank=True, required=False)
    tags = TagsField(max_length=MOST_TAGS, required=False)
    visibility = serializers.ChoiceField(Post.Visibility.choices, required=False)


class PublishSerializer(ChangeSerializer):
    """What to publish, and how. `publish_at` schedules it; a time in the past means at once."""

    clip = serializers.UUIDField()
    cover_seconds = SecondsField(min_value=0, max_value=3600, required=False)
    publish_at = serializers.DateTimeField(required=False, allow_null=True)


class ProfileSerializer(serializers.Serializer):
    """What everybody may see of a creator."""

    handle = serializers.CharField()
    display_name = serializers.CharField(allow_blank=True)
    posts = serializers.IntegerField(help_text="how many can be come across")
    likes = serializers.IntegerField(help_text="how many those have been given")
