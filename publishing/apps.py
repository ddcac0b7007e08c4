from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"

    def ready(self) -> None:
        from publishing import signals  # noqa: F401
        from publishing.posts import work  # noqa: F401
