"""Routes of the creator room, under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from creator.accounts import sign_in_views
from creator.accounts import views as me
from creator.admission import views as admission

urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/code", sign_in_views.CodeView.as_view()),
    path("auth/login", sign_in_views.LoginView.as_view()),
    path("auth/logout", sign_in_views.LogoutView.as_view()),
    path("me", me.MeView.as_view()),
    path("credits", me.CreditsView.as_view()),
    path("keys", me.KeysView.as_view()),
    path("keys/<uuid:pk>", me.KeyView.as_view()),
    path("waitlist", admission.WaitlistView.as_view()),
    path("waitlist/admit", admission.AdmitView.as_view()),
    path("invites", admission.InvitesView.as_view()),
    path("invites/redeem", admission.RedeemView.as_view()),
]
