"""Routes of editing, under /api/v1/."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from editing.drafts.views import DraftViewSet, RevisionViewSet
from editing.exchange.views import ExchangeViewSet
from editing.one_tap.views import ReframeView, TrimView, UpscaleView
from editing.templates.views import FillView, TemplatesView

router = SimpleRouter(trailing_slash=False)
router.register("drafts", ExchangeViewSet, basename="draft-exchange")  # first: drafts/otio is no draft
router.register("drafts", DraftViewSet)

REVISION = RevisionViewSet.as_view({"get": "retrieve", "patch": "partial_update"})

urlpatterns: list[URLPattern | URLResolver] = [
    path("clips/<uuid:pk>/trim", TrimView.as_view()),
    path("clips/<uuid:pk>/reframe", ReframeView.as_view()),
    path("clips/<uuid:pk>/upscale", UpscaleView.as_view()),
    path("templates", TemplatesView.as_view()),
    path("templates/<slug:name>/fill", FillView.as_view()),
    *router.urls,
    path("drafts/<uuid:pk>/revisions", RevisionViewSet.as_view({"get": "list"})),
    path("drafts/<uuid:pk>/revisions/<int:number>", REVISION),
    path("drafts/<uuid:pk>/revisions/<int:number>/restore", RevisionViewSet.as_view({"post": "restore"})),
]
