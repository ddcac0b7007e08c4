from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from creator.signals import account_deleting, account_suspending
        from jobs import (
            account_suspension,
            retention,
            schema,  # noqa: F401 (drf-spectacular finds it)
        )

        account_deleting.connect(retention.forget_all, dispatch_uid="jobs")
        account_suspending.connect(account_suspension.cancel_all, dispatch_uid="jobs")
