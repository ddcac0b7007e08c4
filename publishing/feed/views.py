"""The feed over HTTP."""

from urllib.parse import urlencode

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from api.errors import InvalidCursor, InvalidLimit
from api.paging import LIMIT, page_limit
from api.raises import raises
from creator.accounts.authentication import signed_in
from library.links import reader_of
from publishing.errors import InvalidTab
from publishing.feed.cursor import Cursor
from publishing.feed.page import read_page
from publishing.posts.serializers import PostSerializer

TABS = ("latest",)
AS_JSON = orjson.OPT_UTC_Z


class FeedSerializer(serializers.Serializer):
    """A page of the feed. `next` asks for the one after it; null at the end."""

    next = serializers.CharField(allow_null=True)
    results = PostSerializer(many=True)


class FeedView(APIView):
    """What is new from everybody, newest first."""

    @extend_schema(
        operation_id="getFeed",
        parameters=[
            OpenApiParameter("tab", str, enum=TABS, default="latest"),
            OpenApiParameter("cursor", str, description="`next` of the page before has it"),
            OpenApiParameter("limit", LIMIT),
        ],
        responses=FeedSerializer,
    )
    @raises(InvalidTab, InvalidCursor, InvalidLimit)
    def get(self, request: Request) -> HttpResponse:
        asked = request.query_params
        if asked.get("tab", "latest") not in TABS:
            raise InvalidTab(field="tab", accepted=", ".join(TABS))
        cursor, limit = asked.get("cursor"), page_limit(request)
        after = Cursor.decode(cursor) if cursor else None
        reader = reader_of(request)
        posts, behind = read_page(viewer=signed_in(request), reader=reader, after=after, limit=limit)
        page = {"next": behind and _next(request, behind, limit), "results": posts}
        return HttpResponse(orjson.dumps(page, option=AS_JSON), content_type="application/json")


def _next(request: Request, behind: Cursor, limit: int) -> str:
    asked = {"tab": "latest", "cursor": behind.encode(), "limit": limit}
    return request.build_absolute_uri(f"{request.path}?{urlencode(asked)}")
