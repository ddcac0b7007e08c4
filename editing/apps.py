from importlib import import_module

from django.apps import AppConfig


class EditingConfig(AppConfig):
    name = "editing"

    def ready(self) -> None:
        from creator.signals import account_leaving
        from editing.drafts.actions import delete_all
        from editing.models import Draft
        from library import held

        import_module("editing.work")  # registers what it handles
        account_leaving.connect(delete_all, dispatch_uid="editing.drafts")
        if Draft not in held.counted:
            held.counted.append(Draft)
