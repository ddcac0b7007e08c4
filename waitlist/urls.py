"""Routes of the waiting line, under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from waitlist.admission.views import AdmitView
from waitlist.invites.views import InvitesView, RedeemView
from waitlist.line.views import WaitlistView

urlpatterns: list[URLPattern | URLResolver] = [
    path("waitlist", WaitlistView.as_view()),
    path("waitlist/admit", AdmitView.as_view()),
    path("invites", InvitesView.as_view()),
    path("invites/redeem", RedeemView.as_view()),
]
