from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"

    def ready(self) -> None:
        from library.delivery import rights
        from publishing import signals  # noqa: F401
        from publishing.posts import files, work  # noqa: F401

        rights.serve("posts", files.may_open)
