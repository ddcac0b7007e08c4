from django.urls import URLPattern, URLResolver, path

from jobs.views import CancelView, EventsView, JobsView, JobView, RetryView

urlpatterns: list[URLPattern | URLResolver] = [
    path("jobs", JobsView.as_view(), name="jobs"),
    path("jobs/<uuid:pk>", JobView.as_view(), name="job"),
    path("jobs/<uuid:pk>/cancel", CancelView.as_view(), name="job-cancel"),
    path("jobs/<uuid:pk>/retry", RetryView.as_view(), name="job-retry"),
    path("jobs/<uuid:pk>/events", EventsView.as_view(), name="job-events"),
]
