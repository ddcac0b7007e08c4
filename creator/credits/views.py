"""What can be spent, and where it went."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from api.paging import LIMIT
from creator.accounts.authentication import signed_in
from creator.credits import ledger
from creator.credits.serializers import CreditsSerializer, ReceiptSerializer
from creator.models import Transfer

PAGED = [OpenApiParameter("cursor", str), OpenApiParameter("limit", LIMIT)]


class CreditsView(generics.GenericAPIView[Transfer]):
    """What can be spent, and the receipts of every movement, newest first."""

    queryset = Transfer.objects.none()
    serializer_class = ReceiptSerializer

    def get_queryset(self) -> QuerySet[Transfer]:
        return Transfer.objects.visible_to(self.request.user)

    @extend_schema(operation_id="getCredits", parameters=PAGED, responses=CreditsSerializer)
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        receipts = self.get_paginated_response(self.get_serializer(page, many=True).data)
        now = ledger.balance(signed_in(request))
        return Response({"balance": now.available, "held": now.held, "receipts": receipts.data})
