"""Included at `media/`."""

from django.urls import path

from library.delivery.views import MediaView

urlpatterns = [path("<str:signature>/<path:key>", MediaView.as_view(), name="media")]
