from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "library"

    def ready(self) -> None:
        from creator.signals import user_leaving
        from library import account_deletion  # the first registers the handler
        from library.upload import job

        assert job.Ingest.kind
        user_leaving.connect(account_deletion.forget, dispatch_uid="library")
