"""Settings, read from the environment (every variable is explained in `.env.example`).

Safe when something is forgotten: debug off, secure cookies, SQLite and a file broker inside DATA_DIR.
"""

import os
from datetime import timedelta
from pathlib import Path

from celery.schedules import crontab
from django.contrib.messages import constants as messages

from config.environment import EnvironmentReader
from core.secrets import read_or_create_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = EnvironmentReader(Path(os.environ.get("ENV_FILE", BASE_DIR / ".env")))

DATA_DIR = env.path("DATA_DIR", default=BASE_DIR / "data")
for _folder in ("", "files", "broker", "secrets"):
    (DATA_DIR / _folder).mkdir(parents=True, exist_ok=True, mode=0o700)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", default="") or read_or_create_secret(DATA_DIR / "secrets" / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "axes",
    "core",
    "cells",
    "pipeline",
    "reports",
]

MIDDLEWARE = [
    "core.headers.SecurityHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "core.accounts.middleware.SessionLimitsMiddleware",
    "core.accounts.middleware.LoginRequiredMiddleware",
    "core.middleware.AuditContextMiddleware",
    "cells.middleware.ReadOnlyMiddleware",
    "cells.middleware.BehalfMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cells.context_processors.navigation",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
MESSAGE_TAGS = {messages.DEBUG: "secondary", messages.ERROR: "danger"}  # the others are Bootstrap's words already

# --- Database -------------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'taonguon.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a read that becomes a write can otherwise fail at once with "database is locked",
    # whatever the timeout is. WAL lets pages be read while something is being written.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA journal_size_limit=27103364; PRAGMA temp_store=MEMORY;"
        ),
    }
else:
    # Compiling our statements takes PostgreSQL longer than running them: half the time of a province's rates.
    DATABASES["default"]["OPTIONS"] = {"options": "-c jit=off"} | DATABASES["default"].get("OPTIONS", {})
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People who log in ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Wrong passwords lock one name at one address for a while: an attacker elsewhere locks nobody in the office.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOCKOUT_MINUTES", default=15))
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying on must not keep the owner out for ever
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "core.accounts.lockout.locked_page"
AXES_CLIENT_IP_CALLABLE = "core.accounts.lockout.address_of"
AXES_USERNAME_CALLABLE = "core.accounts.lockout.name_tried"
AXES_DISABLE_ACCESS_LOG = True  # log-ins stand in the trail
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# What a password may not mainly consist of, without marks; an installation adds the names of its own places.
PASSWORD_WORDS = [
    "taonguon", "phanmem", "matkhau", "dangnhap", "taikhoan", "kichhoat", "password", "admin", "quantri",
    "dangvien", "doanvien", "hoivien", "quanchung", "dangcongsan", "congsan", "dangbo", "danguy", "chibo",
    "chiuy", "dangdoan", "dangcongsanvietnam", "huyenuy", "tinhuy", "thanhuy", "thiuy", "quanuy", "xauy", "capuy",
    "banchaphanh", "banthuongvu", "bantochuc", "banxaydungdang", "xaydungdang", "tochuc", "bithu", "phobithu",
    "chuyenvien", "canbo", "lanhdao", "truongban", "phoban", "vanphong", "uyban", "uybannhandan", "kiemtra",
    "tuyengiao", "danvan", "noichinh", "mattran", "mattrantoquoc", "doanthanhnien", "thanhnien", "hoiphunu", "nongdan",
    "cuuchienbinh", "congdoan", "trungtamchinhtri", "chinhtri", "camtinhdang", "camtinh", "ketnap", "ketnapdang",
    "theodang", "vaodang", "baocao", "nhansu", "vietnam", "hochiminh", "bacho", "hanoi", "saigon", "hcm", "cpv",
    "dcsvn",
    *env.list("PASSWORD_WORDS", default=[]),
]  # fmt: skip
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "phone", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "core.accounts.passwords.ContextWordsValidator", "OPTIONS": {"words": PASSWORD_WORDS}},
    {"NAME": "core.accounts.passwords.VietnameseCommonPasswordValidator"},
]

# --- Language and formats -----------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
LOCALE_PATHS = [BASE_DIR / "core" / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]
USE_THOUSAND_SEPARATOR = True

# --- Static files and stored files --------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.storage.GzipManifestStaticFilesStorage"},
}
FILES_DIR = DATA_DIR / "files"
AUDIT_HEADS_DIR = DATA_DIR / "audit-heads"

# --- Background work (see docs/architecture.md, "Background work") --------------------------------------------
BROKER_URL = env.broker("BROKER_URL", default="")
RUN_DIR = DATA_DIR / "run"
RUN_DIR.mkdir(exist_ok=True, mode=0o700)
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=60)
JOB_SWEEP_SECONDS = env.int("JOB_SWEEP_SECONDS", default=60)
JOB_KEEP_DAYS = env.int("JOB_KEEP_DAYS", default=30)
JOB_MAX_ATTEMPTS = 3

CELERY_BROKER_URL = BROKER_URL or "files://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    # Who asks for work must not feel a broker that does not answer: one short try, the sweep does the rest.
    {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 2}
    if BROKER_URL
    else {"folder": str(DATA_DIR / "broker"), "polling_interval": 0.25}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # worker and beat wait for the broker as long as it takes
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "taonguon"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 2 * 60 * 60  # a handler that hangs would hold the worker for ever
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(RUN_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # While no worker runs, old sweeps expire instead of piling up.
    "sweep": {"task": "core.sweep", "schedule": JOB_SWEEP_SECONDS, "options": {"expires": 2 * JOB_SWEEP_SECONDS}},
    "nightly": {"task": "core.nightly", "schedule": crontab(hour=1, minute=30)},
}

# --- Security -------------------------------------------------------------------------------------------------
INSECURE_HTTP = env.bool("INSECURE_HTTP", default=False)
# Roles that need a second factor; on a trial without HTTPS none, unless named.
SECOND_FACTOR_ROLES = env.list(
    "SECOND_FACTOR_ROLES", default=[] if INSECURE_HTTP else ["board_officer", "board_head", "administrator"]
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not INSECURE_HTTP
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=10) * 60 * 60
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=30)
CONFIRM_MINUTES = env.int("CONFIRM_MINUTES", default=10)
# Lists that leave the program: rows a day, rows beyond which a second person says yes, the same with masked columns.
EXPORT_DAILY_ROWS = env.int("EXPORT_DAILY_ROWS", default=20_000)
EXPORT_ALONE_ROWS = env.int("EXPORT_ALONE_ROWS", default=2_000)
EXPORT_ALONE_PRIVATE_ROWS = env.int("EXPORT_ALONE_PRIVATE_ROWS", default=50)
EXPORT_APPROVAL_DAYS = env.int("EXPORT_APPROVAL_DAYS", default=3)
ACTIVATION_DAYS = env.int("ACTIVATION_DAYS", default=14)
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else 365 * 24 * 60 * 60
# Other machines of the office may not speak HTTPS yet, and no browser's list is to know of this one.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"refusals": {"()": "core.logs.RefusalsInOneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "django.request": {"filters": ["refusals"]},
        "axes": {"level": "ERROR"},  # who failed to log in, from where, stands in the trail
        **{name: {"level": "WARNING"} for name in ("fontTools", "weasyprint")},  # eight lines for each PDF
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", default="INFO")},
}
