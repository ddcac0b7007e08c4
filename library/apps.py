from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "library"

    def ready(self) -> None:
        from creator.signals import user_leaving
        from library import ingesting, leaving  # the first registers the handler

        assert ingesting.Ingest.kind
        user_leaving.connect(leaving.forget, dispatch_uid="library")
