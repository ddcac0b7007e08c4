"""Routes of the creator room, under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from creator.accounts.session_views import (
    RotateKeyView,
    RotateView,
    SessionsView,
    SessionView,
    TicketView,
)
from creator.accounts.staff_views import RestoreView, StaffActionsView, SuspendView
from creator.accounts.views import CodeView, KeysView, KeyView, LoginView, LogoutView, MeView
from creator.credits.views import CreditsView

urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/code", CodeView.as_view()),
    path("auth/login", LoginView.as_view()),
    path("auth/logout", LogoutView.as_view()),
    path("auth/rotate", RotateView.as_view()),
    path("auth/ticket", TicketView.as_view()),
    path("sessions", SessionsView.as_view()),
    path("sessions/<uuid:pk>", SessionView.as_view()),
    path("me", MeView.as_view()),
    path("users/<str:handle>/suspend", SuspendView.as_view()),
    path("users/<str:handle>/restore", RestoreView.as_view()),
    path("staff/actions", StaffActionsView.as_view()),
    path("credits", CreditsView.as_view()),
    path("keys", KeysView.as_view()),
    path("keys/<uuid:pk>", KeyView.as_view()),
    path("keys/<uuid:pk>/rotate", RotateKeyView.as_view()),
]
