"""An app that registers the toy jobs, for workers in processes of their own."""

from django.apps import AppConfig

DAWDLE = 120.0  # seconds; nobody waits for it to end


class ToyConfig(AppConfig):
    name = "tests.jobs"
    label = "toys"

    def ready(self) -> None:
        from tests.jobs import toys

        toys.script |= {"dawdle": _dawdle, "dawdle once": _dawdle_once}


def _dawdle(run: object) -> None:
    from tests.waiting import until

    until(lambda: run.check(), within=DAWDLE)  # type: ignore[attr-defined]


def _dawdle_once(run: object) -> None:
    if run.checkpoint:  # type: ignore[attr-defined]
        return
    run.save(begun=True)  # type: ignore[attr-defined]
    _dawdle(run)
