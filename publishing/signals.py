"""What is deleted along: the files of a deleted post; in the counts, the likes of a deleted person."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver

from creator.models import User
from library import storage
from publishing.models import Like, Post


@receiver(post_delete, sender=Post, dispatch_uid="publishing.remove-files")
def _remove_files(instance: Post, **_: Any) -> None:
    transaction.on_commit(partial(storage.remove_folder, instance.root))


@receiver(pre_delete, sender=settings.AUTH_USER_MODEL, dispatch_uid="publishing.take-likes-back")
def _take_likes_back(instance: User, **_: Any) -> None:
    for like in Like.objects.filter(user=instance).select_related("post").iterator():
        Like.objects.take_back(post=like.post, user=instance)
