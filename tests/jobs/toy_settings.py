"""Settings of an installation whose workers know the toy jobs."""

from config.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.toy_app.ToyConfig"]  # noqa: F405
