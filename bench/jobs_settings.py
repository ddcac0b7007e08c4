"""The settings of a ledger that is measured: as the product's, with the measured job registered."""

from config.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "bench.jobs_app.MeasuredConfig"]  # noqa: F405

# A thousand jobs of one person are claimed and none is finished: as with that many workers.
LIMITS = {"running_cpu_jobs": 2000}
