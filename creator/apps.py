from django.apps import AppConfig


class CreatorConfig(AppConfig):
    name = "creator"

    def ready(self) -> None:
        from django.conf import settings
        from django.utils.module_loading import import_string

        from creator.limits import catalogue

        catalogue.check(settings.LIMITS)
        import_string(settings.CODE_SENDER)  # a name that is wrong is told now, not to the first who signs in
