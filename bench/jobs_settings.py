"""The settings of a ledger that is measured: as the product's, with the measured job registered."""

from config.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "bench.jobs_app.MeasuredConfig"]  # noqa: F405
