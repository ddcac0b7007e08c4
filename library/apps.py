from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "library"

    def ready(self) -> None:
        from creator.signals import account_deleting
        from library import account_deletion  # the first registers the handler
        from library.upload import job

        assert job.Ingest.kind
        account_deleting.connect(account_deletion.forget, dispatch_uid="library")
