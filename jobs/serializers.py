"""A job as its owner sees it."""

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

import errors
from jobs.cost import timeout
from jobs.ledger.states import State
from jobs.models import Job


class StoredErrorSerializer(serializers.Serializer):
    """A stored error, as a sentence in the reader's language."""

    code = serializers.CharField()
    detail = serializers.SerializerMethodField()

    def get_detail(self, record: dict[str, Any]) -> str:
        return errors.render_message(record, gettext)


class ProgressSerializer(serializers.Serializer):
    stage = serializers.CharField(default="", help_text="A stable name, such as `denoising`.")
    label = serializers.SerializerMethodField(  # type: ignore[assignment]  # a field named as Field's own
        help_text="The stage in the reader's language."
    )
    done = serializers.IntegerField(default=0)
    total = serializers.IntegerField(default=0, help_text="0: the stage has no steps to count.")
    eta_seconds = serializers.FloatField(default=None, allow_null=True)

    def get_label(self, progress: dict[str, Any]) -> str:
        return gettext(progress["stage"]) if progress.get("stage") else ""


class EstimateSerializer(serializers.Serializer):
    """What the job costs the machines: CPU seconds of one core, or GPU seconds, by its pool."""

    seconds = serializers.FloatField(help_text="As estimated when it was asked for, or tried again.")
    timeout_seconds = serializers.FloatField(help_text="One attempt is stopped after so long.")
    used_seconds = serializers.FloatField(help_text="By the attempts that have ended.")


class JobSerializer(serializers.ModelSerializer[Job]):
    state = serializers.ChoiceField(choices=[state.value for state in State], read_only=True)
    place_in_queue = serializers.SerializerMethodField()
    progress = ProgressSerializer(read_only=True)
    estimate = serializers.SerializerMethodField()
    error = StoredErrorSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Job
        fields = (
            "id",
            "kind",
            "state",
            "place_in_queue",
            "progress",
            "attempts",
            "estimate",
            "cancel_requested",
            "seq",
            "error",
            "created_at",
            "started_at",
            "finished_at",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.IntegerField(allow_null=True, min_value=1))
    def get_place_in_queue(self, job: Job) -> int | None:
        return job.place_in_queue()

    @extend_schema_field(EstimateSerializer)
    def get_estimate(self, job: Job) -> dict[str, float]:
        seconds, used = round(job.estimate, 1), round(job.used, 3)
        return {"seconds": seconds, "timeout_seconds": round(timeout(job.estimate)), "used_seconds": used}


class AfterSerializer(serializers.Serializer):
    after = serializers.IntegerField(
        default=0, min_value=0, max_value=10**18 - 1, help_text="Number of the last event you have."
    )


class EventSerializer(serializers.Serializer):
    job = serializers.UUIDField()
    seq = serializers.IntegerField(help_text="Counts 1, 2, 3… within the job.")
    kind = serializers.CharField(help_text="A state, `stage`, `step`, `cancelling` or the handler's own.")
    data = serializers.DictField(  # type: ignore[assignment]  # a field named as Serializer's own
        help_text="What happened; depends on the kind."
    )
    at = serializers.DateTimeField()
    cursor = serializers.CharField(help_text="Its place among all your events, for `/ws/me?after=`.")


class EventPageSerializer(serializers.Serializer):
    """A page of a job's events, in order."""

    events = EventSerializer(many=True)
    after = serializers.IntegerField(help_text="Pass it as `after` to go on.")
    ended = serializers.BooleanField(help_text="The job has ended and nothing follows.")
