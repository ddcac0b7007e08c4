"""Every room's routes, under one prefix."""

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from config import views

ROOMS = ("creator", "jobs", "library", "generation", "editing", "publishing")

urlpatterns = [
    path("livez", views.livez),
    path("readyz", views.readyz),
    path("media/", include("library.delivery.urls")),
    path("api/schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("api/v1/", include([path("", include(f"{room}.urls")) for room in ROOMS])),
]

handler400 = "config.views.bad_request"
handler404 = "config.views.not_found"
handler500 = "config.views.broken"
