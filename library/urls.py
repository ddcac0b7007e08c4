from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from library import views

router = SimpleRouter(trailing_slash=False)
router.register("clips", views.ClipViewSet, basename="clip")
router.register("stills", views.StillViewSet, basename="still")
router.register("tracks", views.TrackViewSet, basename="track")

urlpatterns: list[URLPattern | URLResolver] = [
    path("uploads", views.UploadView.as_view(), name="uploads"),
    *router.urls,
]
