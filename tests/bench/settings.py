"""Settings of `make bench`: those of the tests, a data folder that stays, and Django's admin to compare with.

The admin is installed in this process only; the product has none.
"""

import os
from pathlib import Path

# Beside the installation's own data, never in it: log-ins, secrets and databases of the demo.
_kept = Path(os.environ.get("DATA_DIR") or Path(__file__).resolve().parents[2] / "data").expanduser() / "bench"
_kept.mkdir(parents=True, exist_ok=True)
os.environ["DATA_DIR"] = str(_kept)

from tests.settings import *  # noqa: E402, F403
from tests.settings import INSTALLED_APPS, STORAGES  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin.apps.SimpleAdminConfig"]
ROOT_URLCONF = "tests.bench.urls"
ALLOWED_HOSTS = ["testserver"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
