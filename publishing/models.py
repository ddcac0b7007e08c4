"""What is published: posts, who likes them, and the cases in which staff look at them."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from uuid6 import uuid7

from creator.models import OwnedQuerySet, User
from jobs.models import Job
from library.models import Clip

FOLD_EVERY = 32  # deltas: about as many rows of LikeDelta a post has at most between two folds


class PostQuerySet(OwnedQuerySet["Post"]):
    def not_withdrawn(self) -> Self:
        return self.exclude(state=Post.State.WITHDRAWN)

    def owned_by(self, user: User | AnonymousUser) -> Self:
        """The posts `user` may change: their own, not withdrawn."""
        return super().owned_by(user).not_withdrawn()

    def out(self, now: datetime | None = None) -> Self:
        """Those published whose time has come, of people who are not suspended."""
        shown = self.filter(state=Post.State.PUBLISHED, published_at__lte=now or timezone.now())
        return shown.filter(owner__is_active=True)

    def listed(self, now: datetime | None = None) -> Self:
        """What is in everybody's feed: out, and public."""
        return self.out(now).filter(visibility=Post.Visibility.PUBLIC)

    def reviewable_by(self, staff: User) -> Self:
        """What staff may take down, or have: what they see as anybody does, or would if its owner were not
        suspended, and what is published and a case is about."""
        cases = ModerationCase.objects
        case = Q(pk__in=cases.exclude(post=None).values("post"))
        case |= Q(owner__in=cases.exclude(person=None).values("person"))
        out = _shown() | Q(state=Post.State.PUBLISHED) & case
        return self.filter(out | Q(pk__in=self.restorable_by(staff)))

    def restorable_by(self, staff: User) -> Self:
        """What staff may put back. What is not down they see as anybody does: nothing happens to it."""
        return self.filter(Q(pk__in=self.visible_to(staff)) | Q(state=Post.State.TAKEN_DOWN))

    def readable_by(self, user: User) -> Self:
        """What `user` may read: what they may see, and what they withdrew."""
        return self.filter(Q(pk__in=self.visible_to(user)) | Q(owner_id=user.pk))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What `user` may see: their own, and what is out and not private. (Unlisted is found by its id.)"""
        shown = _shown() & Q(owner__is_active=True)
        return self.not_withdrawn().filter(shown | Q(owner_id=user.pk))

    def with_likes(self, viewer: User) -> Self:
        """Annotates `likes` (exact: folded and not yet folded ones) and `liked` (by `viewer`)."""
        mine = Like.objects.filter(post=models.OuterRef("pk"), user_id=viewer.pk)
        # Not EXISTS: PostgreSQL would hash everything the viewer ever liked to show twenty posts.
        posts = self.alias(my_like=models.Subquery(mine.values("pk")[:1])).annotate(likes=_likes())
        liked = models.ExpressionWrapper(Q(my_like__isnull=False), output_field=models.BooleanField())
        return posts.annotate(liked=liked)


class Post(models.Model):
    """A clip made public, or about to be. `published_at` is when others see it; it may be in the future."""

    class State(models.TextChoices):
        PENDING = "pending"
        PUBLISHED = "published"
        FAILED = "failed"
        CANCELLED = "cancelled"
        WITHDRAWN = "withdrawn"
        TAKEN_DOWN = "taken_down"  # by staff; only they undo it

    class Visibility(models.TextChoices):
        PUBLIC = "public"
        UNLISTED = "unlisted"
        PRIVATE = "private"

    CHANGEABLE = (State.PENDING, State.PUBLISHED, State.FAILED, State.CANCELLED)
    RETRIABLE = (State.FAILED, State.CANCELLED)  # publishing the clip again makes such a post pending

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts", db_index=False)
    clip = models.ForeignKey(Clip, models.SET_NULL, null=True, related_name="posts")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    title = models.CharField(max_length=100, blank=True)
    tags = models.JSONField(default=list, blank=True)
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC)
    cover_seconds = models.FloatField(default=0.0)
    publish_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    error = models.JSONField(null=True)
    folder = models.CharField(max_length=120, blank=True)  # of its files in storage; "" = none yet
    bytes = models.PositiveBigIntegerField(default=0)  # of all files in the folder
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0.0)
    likes_folded = models.BigIntegerField(default=0)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clip"], condition=~Q(state="withdrawn"), name="a_clip_is_published_once"
            )
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="posts_of_their_owner"),
            models.Index(fields=["owner", "bytes"], name="posts_held"),
            # Not partial: SQLite uses a partial index only if the query states its condition literally.
            models.Index(fields=["state", "visibility", "-published_at", "-id"], name="feed_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.state} post {self.pk}"

    @property
    def root(self) -> str:
        """The storage folder under which every attempt at packaging this post has one of its own."""
        return f"posts/{self.pk}/"

    def fold_likes(self) -> None:
        """Move the deltas into `likes_folded`: a statement that sums both reads the same before and after."""
        with transaction.atomic():
            # no_key: FOR UPDATE would wait for every transaction that is adding a like to this post
            mine = Post.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=self.pk)
            if not mine.values_list("pk").first():
                return  # somebody else is folding it
            steps = dict(self.deltas.values_list("id", "amount"))
            LikeDelta.objects.filter(id__in=list(steps)).delete()
            mine.update(likes_folded=F("likes_folded") + sum(steps.values()))


class ModerationCase(models.Model):
    """Why staff look at what is not theirs: one post or one person. Every look is in the audit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="cases")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="cases")
    reason = models.CharField(max_length=500)
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(post=None) ^ Q(person=None), name="a_case_is_about_a_post_or_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"case {self.pk} about {self.subject}"

    @property
    def subject(self) -> str:
        """As the audit names it."""
        return f"post:{self.post_id}" if self.post_id else f"user:{self.person_id}"


class LikeQuerySet(models.QuerySet["Like"]):
    def give(self, *, post: Post, user: User) -> bool:
        """`user` likes `post`; False if they already did. The unique constraint decides races."""
        with transaction.atomic():
            try:
                with transaction.atomic():
                    self.create(post=post, user=user)
            except IntegrityError:
                return False
            LikeDelta.add(post, +1)
        return True

    def take_back(self, *, post: Post, user: User) -> bool:
        """`user` no longer likes `post`; False if they did not."""
        with transaction.atomic():
            taken, _ = self.filter(post=post, user=user).delete()
            if taken:
                LikeDelta.add(post, -1)
        return bool(taken)


class Like(models.Model):
    """Somebody likes a post."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="like_rows", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="likes")
    created_at = models.DateTimeField(default=timezone.now)

    objects = LikeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="liked_once")]

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.post_id}"


class LikeDelta(models.Model):
    """A like given (+1) or taken back (-1) that is not yet in `likes_folded`.

    Everybody who likes a popular post inserts a row; updating the post would make them wait for each other.
    """

    post = models.ForeignKey(Post, models.CASCADE, related_name="deltas")
    amount = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"{self.amount:+d} for {self.post_id}"

    @classmethod
    def add(cls, post: Post, amount: int) -> None:
        delta = cls.objects.create(post=post, amount=amount)
        if delta.pk % FOLD_EVERY == 0:
            transaction.on_commit(post.fold_likes)


def _shown() -> Q:
    """Published, its time has come, and not private."""
    out = Q(state=Post.State.PUBLISHED, published_at__lte=timezone.now())
    return out & ~Q(visibility=Post.Visibility.PRIVATE)


def _likes() -> models.expressions.Combinable:
    """Folded and unfolded likes, summed in one statement: a concurrent fold changes nothing."""
    steps = LikeDelta.objects.filter(post=models.OuterRef("pk")).order_by().values("post")
    total = models.Subquery(steps.annotate(total=Sum("amount")).values("total"))
    return F("likes_folded") + Coalesce(total, 0)
