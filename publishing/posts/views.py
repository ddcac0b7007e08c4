"""Posts, likes and profiles over HTTP."""

from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.filters import Filters
from api.raises import raises
from api.requests import validated
from creator.accounts.authentication import signed_in
from creator.limits import limited
from creator.models import User
from creator.permissions import IsAdmitted
from jobs.ledger import admission
from library.errors import StorageFull
from library.models import Clip
from moderation import TextBlocked
from publishing.errors import (
    AlreadyOut,
    AlreadyPosted,
    ClipCancelled,
    ClipFailed,
    ClipNotFound,
    CoverOutside,
    InvalidTag,
    PostTakenDown,
    PostWithdrawn,
    PreviewNotPublishable,
    TooFarAhead,
)
from publishing.models import Post, PostQuerySet
from publishing.posts import actions
from publishing.posts.serializers import (
    ChangeSerializer,
    PostSerializer,
    ProfileSerializer,
    PublishSerializer,
)


class PostsView(generics.ListAPIView[Post]):
    """One's own posts, newest first; and publishing a clip."""

    queryset = Post.objects.none()
    serializer_class = PostSerializer
    filters = Filters({"state": Post.State.values, "visibility": Post.Visibility.values}, search="title")

    def get_permissions(self) -> list[Any]:
        return [IsAdmitted()] if self.request.method == "POST" else [*super().get_permissions()]

    def get_queryset(self) -> QuerySet[Post]:
        return _in_full(Post.objects.owned_by(signed_in(self.request)), self.request)

    @extend_schema(operation_id="publishPost", request=PublishSerializer, responses={202: PostSerializer})
    @raises(*admission.ERRORS, StorageFull)
    @raises(ClipNotFound, ClipFailed, ClipCancelled, PreviewNotPublishable, AlreadyPosted, PostTakenDown)
    @raises(InvalidTag, CoverOutside, TooFarAhead, TextBlocked)
    @limited("posts_made")
    def post(self, request: Request) -> Response:
        """Publish a clip, ready or still pending. Asked twice for the same, it is one post."""
        owner = signed_in(request)
        fields = validated(PublishSerializer(data=request.data), answered_with=PostSerializer)
        clip = Clip.objects.visible_to(owner).filter(pk=fields.pop("clip")).first()
        if clip is None:
            raise ClipNotFound(field="clip")
        post = actions.publish(owner=owner, clip=clip, **fields)
        return Response(post_shown(post, request), status=202)


class PostView(generics.GenericAPIView[Post]):
    """One post: anybody may read what is out; its owner may change and withdraw it."""

    queryset = Post.objects.none()
    serializer_class = PostSerializer

    def get_queryset(self) -> QuerySet[Post]:
        return Post.objects.readable_by(signed_in(self.request))

    @extend_schema(responses=PostSerializer)
    def get(self, request: Request, pk: Any) -> Response:
        """One post: its owner's own, withdrawn ones too, or one that is out."""
        return Response(post_shown(self.get_object(), request))

    @extend_schema(request=ChangeSerializer, responses=PostSerializer)
    @raises(InvalidTag, TextBlocked, PostTakenDown, PostWithdrawn, AlreadyOut, CoverOutside, TooFarAhead)
    @raises(*admission.ERRORS)
    @limited("writes")
    def patch(self, request: Request, pk: Any) -> Response:
        """Change a post of one's own, before and after it is out; when it is shown, only before.

        Another cover is drawn by a job, in a moment."""
        post = get_object_or_404(Post.objects.filter(owner=signed_in(request)), pk=pk)
        fields = validated(ChangeSerializer(data=request.data), answered_with=PostSerializer)
        return Response(post_shown(actions.change(post, **fields), request))

    @extend_schema(responses={204: None})
    @raises(PostTakenDown)
    @limited("writes")
    def delete(self, request: Request, pk: Any) -> Response:
        """Withdraw it: out of every feed at once, its files removed. The clip stays. Twice is once."""
        actions.withdraw(get_object_or_404(Post.objects.filter(owner=signed_in(request)), pk=pk))
        return Response(status=204)


class LikeView(generics.GenericAPIView[Post]):
    """Like a post, or no longer; doing either twice changes nothing."""

    queryset = Post.objects.none()
    serializer_class = PostSerializer

    def get_queryset(self) -> QuerySet[Post]:
        return Post.objects.out().filter(pk__in=Post.objects.visible_to(signed_in(self.request)))

    @extend_schema(request=None, responses=PostSerializer)
    @limited("likes")
    def post(self, request: Request, pk: Any) -> Response:
        """Like a post; doing so twice changes nothing."""
        post = self.get_object()
        actions.like(post=post, user=signed_in(request))
        return Response(post_shown(post, request))

    @extend_schema(operation_id="unlikePost", request=None, responses={200: PostSerializer})
    @limited("likes")
    def delete(self, request: Request, pk: Any) -> Response:
        """Take a like back; doing so twice changes nothing."""
        post = self.get_object()
        actions.unlike(post=post, user=signed_in(request))
        return Response(post_shown(post, request))


class ProfileView(APIView):
    """A creator as others see them."""

    @extend_schema(responses=ProfileSerializer)
    def get(self, request: Request, handle: str) -> Response:
        person = get_object_or_404(User, handle=handle, is_active=True)
        listed = Post.objects.listed().filter(owner=person).with_likes(signed_in(request))
        totals = listed.aggregate(posts=Count("pk"), given=Sum("likes", default=0))
        shown = {"handle": person.handle, "display_name": person.display_name}
        return Response(ProfileSerializer({**shown, "posts": totals["posts"], "likes": totals["given"]}).data)


@extend_schema_view(get=extend_schema(operation_id="listCreatorPosts"))
class ProfilePostsView(generics.ListAPIView[Post]):
    """The public posts of a creator, newest first."""

    queryset = Post.objects.none()
    serializer_class = PostSerializer

    def get_queryset(self) -> QuerySet[Post]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        person = get_object_or_404(User, handle=self.kwargs["handle"], is_active=True)
        return _in_full(Post.objects.listed().filter(owner=person), self.request)


def _in_full(posts: PostQuerySet, request: Request) -> QuerySet[Post]:
    """`posts` with all that PostSerializer shows, in one query."""
    return posts.select_related("owner").with_likes(signed_in(request))


def post_shown(post: Post, request: Request) -> dict[str, Any]:
    """The JSON of the post as the database has it now, as the person who asks may see it."""
    current = _in_full(Post.objects.filter(pk=post.pk), request).get()
    return PostSerializer(current, context={"request": request}).data
