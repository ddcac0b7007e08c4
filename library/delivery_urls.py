"""Included at `media/`."""

from django.urls import path

from library.delivery import MediaView

urlpatterns = [path("<str:signature>/<path:key>", MediaView.as_view(), name="media")]
