"""Routes of the waiting line, under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from waitlist.admission.views import AdmitView
from waitlist.invites.views import InvitesView, RedeemView, RevokeInviteView
from waitlist.line.views import WaitlistView
from waitlist.rules.views import RulesView, SegmentsView, SegmentView

urlpatterns: list[URLPattern | URLResolver] = [
    path("waitlist", WaitlistView.as_view()),
    path("waitlist/admit", AdmitView.as_view()),
    path("waitlist/segments", SegmentsView.as_view()),
    path("waitlist/segments/<uuid:pk>", SegmentView.as_view()),
    path("waitlist/rules", RulesView.as_view()),
    path("invites", InvitesView.as_view()),
    path("invites/redeem", RedeemView.as_view()),
    path("invites/revoke", RevokeInviteView.as_view()),
]
