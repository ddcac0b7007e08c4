"""Takedowns and cases as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from jobs.ledger.states import State
from jobs.models import Job
from jobs.serializers import StoredErrorSerializer
from publishing.cases.reasons import REASONS
from publishing.models import Post
from publishing.posts.serializers import AuthorSerializer

MOST_WORDS = 500


@extend_schema_serializer(component_name="Takedown")
class TakedownSerializer(serializers.Serializer):
    """`reason` is told to the author in their language; `note` stays in the audit."""

    reason = serializers.ChoiceField(list(REASONS))
    note = serializers.CharField(max_length=MOST_WORDS, required=False, allow_blank=True)


@extend_schema_serializer(component_name="Reinstatement")
class ReinstateSerializer(serializers.Serializer):
    """`note` stays in the audit."""

    note = serializers.CharField(max_length=MOST_WORDS, required=False, allow_blank=True)


class ReviewedPostSerializer(serializers.ModelSerializer):
    """A post under review, whoever may see it; `prompt` is what its clip was asked for with, if it was."""

    state = serializers.ChoiceField(Post.State.values)
    tags = serializers.ListField(child=serializers.CharField())
    visibility = serializers.ChoiceField(Post.Visibility.values)
    prompt = serializers.SerializerMethodField()

    class Meta:
        model = Post
        fields = ["id", "state", "title", "tags", "visibility", "published_at", "created_at", "prompt"]
        read_only_fields = fields

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_prompt(self, post: Post) -> str | None:
        spec: dict[str, Any] = ((post.clip.capsule if post.clip else None) or {}).get("spec") or {}
        return spec.get("prompt")


class ReviewedJobSerializer(serializers.ModelSerializer):
    """A job under review."""

    state = serializers.ChoiceField([state.value for state in State])
    error = StoredErrorSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Job
        fields = ["id", "kind", "state", "error", "created_at"]
        read_only_fields = fields


class CaseSerializer(serializers.Serializer):
    """A case that was opened; GET it to see what it is about."""

    id = serializers.UUIDField()
    subject = serializers.CharField(help_text="`post:ID` or `user:ID`, as in the audit.")
    reason = serializers.CharField()
    opened_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="NewCase")
class NewCaseSerializer(serializers.Serializer):
    """Either `post` or `person`, and why."""

    reason = serializers.CharField(max_length=MOST_WORDS)
    post = serializers.UUIDField(required=False)
    person = serializers.CharField(max_length=30, required=False, help_text="Their handle.")


class ReviewSerializer(serializers.Serializer):
    """What is under review: of a person, the newest fifty of each."""

    id = serializers.UUIDField(source="case.id")
    reason = serializers.CharField(source="case.reason")
    opened_at = serializers.DateTimeField(source="case.opened_at")
    person = AuthorSerializer()
    posts = ReviewedPostSerializer(many=True)
    jobs = ReviewedJobSerializer(many=True)
