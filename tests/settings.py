"""Settings of the test run: cheap passwords, a data folder of its own, static files unhashed."""

import atexit
import os
import shutil
import sys
import tempfile


def _own_data_dir() -> str:
    folder = tempfile.mkdtemp(prefix="taonguon-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


# Every test process has a folder of its own, whatever DATA_DIR says: it must never write into the real one.
# A command that a test starts keeps the folder that the test gave it.
if "pytest" in sys.modules or "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = _own_data_dir()
os.environ["ENV_FILE"] = ""  # the settings of this installation are not those of the tests
os.environ.setdefault("INSECURE_HTTP", "1")

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STATIC_ROOT  # noqa: E402

DATABASES["default"]["CONN_MAX_AGE"] = 0  # an idle connection would keep the test database from being dropped
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is not there
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
