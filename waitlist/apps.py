from django.apps import AppConfig


class WaitlistConfig(AppConfig):
    name = "waitlist"

    def ready(self) -> None:
        from creator.signals import account_deleting
        from waitlist.line import actions

        account_deleting.connect(actions.forget, dispatch_uid="waitlist")
