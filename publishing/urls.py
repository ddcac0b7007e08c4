"""Routes of the publishing room, under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from publishing.cases.views import CasesView, CaseView, ReinstateView, TakedownView
from publishing.feed.views import FeedView
from publishing.posts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("posts", views.PostsView.as_view()),
    path("posts/<uuid:pk>", views.PostView.as_view()),
    path("posts/<uuid:pk>/like", views.LikeView.as_view()),
    path("posts/<uuid:pk>/takedown", TakedownView.as_view()),
    path("posts/<uuid:pk>/reinstate", ReinstateView.as_view()),
    path("moderation/cases", CasesView.as_view()),
    path("moderation/cases/<uuid:pk>", CaseView.as_view()),
    path("feed", FeedView.as_view()),
    path("creators/<slug:handle>", views.ProfileView.as_view()),
    path("creators/<slug:handle>/posts", views.ProfilePostsView.as_view()),
]
