"""What the feed is measured against: the ordinary way to serve the same JSON with Django REST framework."""

from django.db.models import QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.viewsets import ModelViewSet

from creator.accounts.authentication import signed_in
from publishing.models import Post
from publishing.posts.serializers import PostSerializer


class PlainPage(CursorPagination):
    ordering = ("-published_at", "-id")
    page_size = 20


class PlainFeed(ModelViewSet[Post]):
    """A ModelViewSet with a ModelSerializer and its author, paged by cursor, over the feed's own annotations.

    It does not look whether a post's hour has come: beside DRF's cursor that bound would send SQLite the
    wrong way down the index, and the peer is to be at its best.
    """

    serializer_class = PostSerializer
    pagination_class = PlainPage

    def get_queryset(self) -> QuerySet[Post]:
        listed = Post.objects.filter(state=Post.State.PUBLISHED, visibility=Post.Visibility.PUBLIC)
        posts: QuerySet[Post] = listed.select_related("owner").with_likes(signed_in(self.request))
        return posts
