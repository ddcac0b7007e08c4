from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from generation import views

router = SimpleRouter(trailing_slash=False)
router.register("generations", views.GenerationViewSet, basename="generation")

urlpatterns: list[URLPattern | URLResolver] = [
    path("models", views.ModelsView.as_view(), name="models"),
    *router.urls,
]
