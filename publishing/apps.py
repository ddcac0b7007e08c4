from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"

    def ready(self) -> None:
        from library import held
        from publishing import signals  # noqa: F401
        from publishing.models import Post
        from publishing.posts import work  # noqa: F401

        if Post not in held.counted:
            held.counted.append(Post)
