"""Every room's routes, under one prefix."""

from django.urls import include, path

from config import views
from config.openapi.views import schema

ROOMS = ("creator", "waitlist", "jobs", "library", "generation", "editing", "publishing")

urlpatterns = [
    path("livez", views.livez),
    path("readyz", views.readyz),
    path("media/", include("library.delivery.urls")),
    path("api/schema/", schema),
    path("api/v1/", include([path("", include(f"{room}.urls")) for room in ROOMS])),
]

handler400 = "config.views.bad_request"
handler404 = "config.views.not_found"
handler500 = "config.views.broken"
