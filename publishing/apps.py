from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"

    def ready(self) -> None:
        from library import held
        from library.delivery import rights
        from publishing import signals  # noqa: F401
        from publishing.models import Post
        from publishing.posts import cover, files, work  # noqa: F401

        rights.serve("posts", files.may_open)
        if Post not in held.counted:
            held.counted.append(Post)
