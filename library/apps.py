from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "library"

    def ready(self) -> None:
        from creator.signals import account_deleting
        from jobs.worker import usage
        from library import account_deletion  # the first registers the handler
        from library.media.guard import process
        from library.upload import job

        assert job.Ingest.kind
        account_deleting.connect(account_deletion.forget, dispatch_uid="library")
        if process.children_seconds not in usage.meters:
            usage.meters.append(process.children_seconds)
