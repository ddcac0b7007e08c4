"""A job as its owner sees it."""

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

import errors
from jobs.cost import timeout
from jobs.ledger.forecast import Forecast
from jobs.ledger.states import State
from jobs.models import SUBJECTS, Job


class StoredErrorSerializer(serializers.Serializer):
    """A stored error, as a sentence in the reader's language."""

    code = serializers.CharField()
    detail = serializers.SerializerMethodField()

    def get_detail(self, record: dict[str, Any]) -> str:
        return errors.render_message(record, gettext)


class ProgressSerializer(serializers.Serializer):
    share = serializers.FloatField(
        min_value=0,
        max_value=1,
        help_text="Of the whole job that is done; never goes back.",
    )
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


SECONDS = serializers.FloatField(allow_null=True, min_value=0)


def subject(name: str) -> serializers.Field[Any, Any, Any, Any]:
    """The id of a thing that a job is about, one of SUBJECTS."""
    told = f"The {name} that it makes or shows." if name == "clip" else f"The {name} that it makes."
    return serializers.UUIDField(
        source=f"about.{name}", read_only=True, allow_null=True, default=None, help_text=told
    )


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(max(0.0, seconds), 1)


class JobSerializer(serializers.ModelSerializer[Job]):
    state = serializers.ChoiceField(choices=[state.value for state in State], read_only=True)
    place_in_queue = serializers.SerializerMethodField(help_text="1 is claimed next; null unless queued.")
    starts_in_seconds = serializers.SerializerMethodField(
        help_text="Until it is claimed, judged by recent jobs; null unless queued, or where nothing is known."
    )
    remaining_seconds = serializers.SerializerMethodField(
        help_text="Until it is done, as far as that can be told; null where it cannot, and at the end."
    )
    progress = serializers.SerializerMethodField()
    clip, generation, post, track = (subject(name) for name in SUBJECTS)
    estimate = serializers.SerializerMethodField()
    error = StoredErrorSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Job
        fields = (
            "id",
            "kind",
            "state",
            "place_in_queue",
            "starts_in_seconds",
            "remaining_seconds",
            "progress",
            *SUBJECTS,
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

    @extend_schema_field(SECONDS)
    def get_starts_in_seconds(self, job: Job) -> float | None:
        return _rounded(self._forecast.starts_in(job))

    @extend_schema_field(SECONDS)
    def get_remaining_seconds(self, job: Job) -> float | None:
        return _rounded(self._forecast.remaining(job))

    @property
    def _forecast(self) -> Forecast:
        """One for the whole answer, however many jobs it shows."""
        shared: Any = self.context
        found: Forecast = shared.setdefault("forecast", Forecast())
        return found

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, job: Job) -> dict[str, Any]:
        return dict(ProgressSerializer({**job.progress, "share": job.share}).data)

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
    clip = serializers.UUIDField(allow_null=True, help_text="The clip it makes or shows.")
    generation = serializers.UUIDField(allow_null=True, help_text="The generation it makes.")
    post = serializers.UUIDField(allow_null=True, help_text="The post it makes.")
    track = serializers.UUIDField(allow_null=True, help_text="The track it makes.")
    seq = serializers.IntegerField(help_text="Counts 1, 2, 3… within the job.")
    kind = serializers.CharField(help_text="What kind of event: it says what `data` is.")
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
