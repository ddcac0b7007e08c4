"""Posts and the feed over HTTP."""

from typing import Any
from urllib.parse import urlencode

import orjson
from django.db.models import Count, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from creator.models import User
from creator.permissions import IsAdmitted
from library.models import Clip
from publishing import actions, feed
from publishing.errors import ClipNotFound, InvalidLimit, InvalidTab
from publishing.models import Post
from publishing.serializers import (
    ChangeSerializer,
    FeedSerializer,
    PostSerializer,
    ProfileSerializer,
    PublishSerializer,
)

TABS = ("latest",)
AS_JSON = orjson.OPT_UTC_Z


class PostsView(generics.ListAPIView[Post]):
    """One's own posts, newest first; and publishing a clip."""

    queryset = Post.objects.none()
    serializer_class = PostSerializer

    def get_permissions(self) -> list[Any]:
        return [IsAdmitted()] if self.request.method == "POST" else [*super().get_permissions()]

    def get_queryset(self) -> QuerySet[Post]:
        return _full(Post.objects.owned_by(self.request.user), self.request)

    @extend_schema(request=PublishSerializer, responses={202: PostSerializer})
    def post(self, request: Request) -> Response:
        """Publish a clip, ready or still pending. Asked again for the same clip: the same post."""
        wish = _asked(PublishSerializer, request)
        clip = Clip.objects.visible_to(request.user).filter(pk=wish.pop("clip")).first()
        if clip is None:
            raise ClipNotFound(field="clip")
        post = actions.publish(owner=request.user, clip=clip, **wish)
        return Response(_shown(post, request), status=202)


class PostView(generics.GenericAPIView[Post]):
    """One post: anybody may read what is out; its owner may change and withdraw it."""

    queryset = Post.objects.none()
    serializer_class = PostSerializer

    def get_queryset(self) -> QuerySet[Post]:
        return Post.objects.visible_to(self.request.user)

    @extend_schema(responses=PostSerializer)
    def get(self, request: Request, pk: Any) -> Response:
        return Response(_shown(self.get_object(), request))

    @extend_schema(request=ChangeSerializer, responses=PostSerializer)
    def patch(self, request: Request, pk: Any) -> Response:
        post = get_object_or_404(Post.objects.owned_by(request.user), pk=pk)
        return Response(_shown(actions.change(post, **_asked(ChangeSerializer, request)), request))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: Any) -> Response:
        """Withdraw it: out of every feed at once, its files removed. The clip stays."""
        actions.withdraw(get_object_or_404(Post.objects.owned_by(request.user), pk=pk))
        return Response(status=204)


class LikeView(generics.GenericAPIView[Post]):
    """Like a post, or no longer; doing either twice changes nothing."""

    queryset = Post.objects.none()
    serializer_class = PostSerializer

    def get_queryset(self) -> QuerySet[Post]:
        return Post.objects.out().filter(pk__in=Post.objects.visible_to(self.request.user))

    @extend_schema(request=None, responses=PostSerializer)
    def post(self, request: Request, pk: Any) -> Response:
        post = self.get_object()
        actions.like(post=post, user=request.user)
        return Response(_shown(post, request))

    @extend_schema(request=None, responses=PostSerializer)
    def delete(self, request: Request, pk: Any) -> Response:
        post = self.get_object()
        actions.unlike(post=post, user=request.user)
        return Response(_shown(post, request))


class FeedView(APIView):
    """What is new from everybody, newest first."""

    @extend_schema(
        parameters=[
            OpenApiParameter("tab", str, enum=TABS, default="latest"),
            OpenApiParameter("cursor", str, description="`next` of the page before has it"),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": feed.MOST, "default": 20}),
        ],
        responses=FeedSerializer,
    )
    def get(self, request: Request) -> HttpResponse:
        asked = request.query_params
        if asked.get("tab", "latest") not in TABS:
            raise InvalidTab(field="tab", accepted=", ".join(TABS))
        cursor, limit = asked.get("cursor"), _limit(asked.get("limit"))
        after = feed.Place.of_cursor(cursor) if cursor else None
        posts, behind = feed.page(viewer=request.user, after=after, limit=limit)
        page = {"next": behind and _next(request, behind, limit), "results": posts}
        return HttpResponse(orjson.dumps(page, option=AS_JSON), content_type="application/json")


class ProfileView(APIView):
    """A creator as others see them."""

    @extend_schema(responses=ProfileSerializer)
    def get(self, request: Request, handle: str) -> Response:
        person = get_object_or_404(User, handle=handle, is_active=True)
        listed = Post.objects.listed().filter(owner=person).with_likes(request.user)
        totals = listed.aggregate(posts=Count("pk"), given=Sum("likes", default=0))
        shown = {"handle": person.handle, "display_name": person.display_name}
        return Response(ProfileSerializer({**shown, "posts": totals["posts"], "likes": totals["given"]}).data)


class ProfilePostsView(generics.ListAPIView[Post]):
    """The public posts of a creator, newest first."""

    queryset = Post.objects.none()
    serializer_class = PostSerializer

    def get_queryset(self) -> QuerySet[Post]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        person = get_object_or_404(User, handle=self.kwargs["handle"], is_active=True)
        return _full(Post.objects.listed().filter(owner=person), self.request)


def _asked(kind: type[ChangeSerializer], request: Request) -> dict[str, Any]:
    asked = kind(data=request.data)
    asked.is_valid(raise_exception=True)
    return asked.validated_data


def _full(posts: Any, request: Request) -> QuerySet[Post]:
    """With all a serializer shows, in one query."""
    return posts.select_related("owner").with_likes(request.user)


def _shown(post: Post, request: Request) -> dict[str, Any]:
    """The post as it now stands in the database, for whoever asks."""
    fresh = _full(Post.objects.filter(pk=post.pk), request).get()
    return PostSerializer(fresh, context={"request": request}).data


def _limit(asked: str | None) -> int:
    if asked is None:
        return feed.PAGE
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= feed.MOST):
        raise InvalidLimit(field="limit", most=feed.MOST)
    return int(asked)


def _next(request: Request, place: feed.Place, limit: int) -> str:
    asked = {"tab": "latest", "cursor": place.as_cursor(), "limit": limit}
    return request.build_absolute_uri(f"{request.path}?{urlencode(asked)}")
