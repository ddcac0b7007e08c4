"""The WebSocket addresses of this room."""

from django.urls import path

from jobs.realtime.consumers import JobConsumer, MyJobsConsumer

websocket_urlpatterns = [
    path("ws/jobs/<uuid:job_id>", JobConsumer.as_asgi()),
    path("ws/me", MyJobsConsumer.as_asgi()),
]
