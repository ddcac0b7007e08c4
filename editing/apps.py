from importlib import import_module

from django.apps import AppConfig


class EditingConfig(AppConfig):
    name = "editing"

    def ready(self) -> None:
        from editing.models import Draft
        from library import held

        import_module("editing.work")  # registers what it handles
        if Draft not in held.counted:
            held.counted.append(Draft)
