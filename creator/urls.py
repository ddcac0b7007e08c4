"""Routes of the creator room, under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from creator.views import admission, me, sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/code", sign_in.CodeView.as_view()),
    path("auth/login", sign_in.LoginView.as_view()),
    path("auth/logout", sign_in.LogoutView.as_view()),
    path("me", me.MeView.as_view()),
    path("credits", me.CreditsView.as_view()),
    path("keys", me.KeysView.as_view()),
    path("keys/<uuid:pk>", me.KeyView.as_view()),
    path("waitlist", admission.WaitlistView.as_view()),
    path("waitlist/admit", admission.AdmitView.as_view()),
    path("invites", admission.InvitesView.as_view()),
    path("invites/redeem", admission.RedeemView.as_view()),
]
