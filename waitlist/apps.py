from django.apps import AppConfig


class WaitlistConfig(AppConfig):
    name = "waitlist"

    def ready(self) -> None:
        from creator.signals import account_deleting, published
        from waitlist.line import actions, referrals

        account_deleting.connect(actions.forget, dispatch_uid="waitlist")
        published.connect(referrals.count_published, dispatch_uid="waitlist")
