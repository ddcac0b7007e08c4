"""Every room's routes, under one prefix."""

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

ROOMS = ("creator", "jobs", "library", "generation", "editing", "publishing")

urlpatterns = [
    path("api/schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("api/v1/", include([path("", include(f"{room}.urls")) for room in ROOMS])),
]
