from django.apps import AppConfig


class CreatorConfig(AppConfig):
    name = "creator"

    def ready(self) -> None:
        from django.conf import settings

        from creator.limits import catalogue

        catalogue.check(settings.LIMITS)
