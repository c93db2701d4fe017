"""Settings of an installation that a test starts as real processes."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = ["tests.jobs_app", *INSTALLED_APPS]  # first: its demo command wins
ROOT_URLCONF = "tests.jobs_app.urls"
