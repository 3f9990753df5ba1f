"""The one settings file. Values come from the environment; a bad one stops the start with a hint.

`run.py` sets DEMO=1 (and keeps it in var/demo.env, so that `manage.py` beside it sees the same settings). Without it these
are production settings, which need SECRET_KEY, ALLOWED_HOSTS, FSC_BASE_URL and EMAIL_URL.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF

from changes.choices import Ballot, Delivery, ImpactLevel, MeetingState, Outage, Outcome, Route, Severity, State, Urgency
from fsc import environment

BASE_DIR = Path(__file__).resolve().parent.parent
#: All state of a running copy lies here, nothing of it in git.
VAR = Path(environment.text("FSC_VAR", str(BASE_DIR / "var")))
VAR.mkdir(mode=0o750, parents=True, exist_ok=True)

# --- Demo or production -----------------------------------------------------------------------------------------------
DEMO = environment.demo(VAR / "demo.env")
DEBUG = environment.flag("DEBUG")
if DEBUG and not DEMO:
    environment.refuse("DEBUG", "1", "It shows source and settings to visitors; set it together with DEMO=1 only.")
SECRET_KEY = environment.secret(
    "SECRET_KEY", "Set 50 or more random characters, or start with `python3 run.py`, which makes one.", strong=not DEMO
)
if DEMO:
    HOST = environment.text("HOST", "127.0.0.1")
    ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", HOST])
    if HOST in ("0.0.0.0", "::"):  # noqa: S104 - asks what the demo was told to listen on
        ALLOWED_HOSTS = ["*"]
else:
    ALLOWED_HOSTS = environment.hosts("ALLOWED_HOSTS", "Name the hosts this site answers to, with commas.")
# The Procfile hands it to the web server; looked at here, where a wrong value is told like every other.
environment.positive("WEB_WORKERS", 1, "Give the number of web server processes, for example 2.")
#: Where readers find this site; links in mails and the API begin with it.
FSC_BASE_URL = environment.url(
    "FSC_BASE_URL",
    f"http://localhost:{environment.text('PORT', '8000')}" if DEMO else "",
    "Give the address readers use, for example https://changes.example.org.",
    schemes=("http", "https") if DEMO else ("https",),
)
if not FSC_BASE_URL:
    environment.refuse("FSC_BASE_URL", "", "Give the address readers use, for example https://changes.example.org.")
CSRF_TRUSTED_ORIGINS = [FSC_BASE_URL]

# --- The house's own choices ------------------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"  # what is stored and computed; readers see their own zone
FSC_TIME_ZONE = environment.time_zone("FSC_TIME_ZONE", "Europe/Amsterdam")
FSC_TIME_ZONES = environment.time_zones("FSC_TIME_ZONES", ["Europe/Amsterdam", "UTC", "America/Chicago"])
#: Hours from creation to the due-by of each urgency (DESIGN 2); low has none.
FSC_URGENCY_HOURS: dict[str, int | None] = {
    **environment.hours_by_word("FSC_URGENCY_HOURS", {"emergency": 24, "high": 168, "normal": 672}),
    "low": None,
}
FSC_APPROVAL_DAYS = environment.positive("FSC_APPROVAL_DAYS", 28, "Give the days an approval is good for, for example 28.")
#: The hosts inside the house on which chats may be written to (`changes.notifications.chat_host`).
FSC_CHAT_HOSTS = environment.hosts_or_none(
    "FSC_CHAT_HOSTS", "Name hosts without scheme or port, for example chat.example.org,.example.net."
)
#: What a Prometheus sends to read /metrics; without it there is no such page.
FSC_METRICS_TOKEN = environment.token(
    "FSC_METRICS_TOKEN", "Give 20 or more letters and digits that nobody guesses, or leave it out for no metrics."
)
#: Shared by every demo account; only `manage.py demo` reads it.
FSC_DEMO_PASSWORD = environment.text("DEMO_PASSWORD", "")

# --- The parts --------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "changes.apps.ChangesConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",  # runserver serves static files as production does
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "axes",
]
MIDDLEWARE = [
    "changes.api.middleware.problems_only",  # first: it sees what all the others answer
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # a page that anybody may read says so itself
    "changes.web.time_zone.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it turns a lock-out of the views before it into an answer
]
ROOT_URLCONF = "fsc.urls"
WSGI_APPLICATION = "fsc.wsgi.application"
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
                "changes.web.context.page",
            ],
        },
    },
]

# --- Database, cache, broker ------------------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASE = environment.database("DATABASE_URL", VAR / "db.sqlite3")
if DATABASE["ENGINE"] == environment.SQLITE:
    DATABASE["OPTIONS"] = {
        # A transaction takes its write lock when it begins and waits for it; one that began by reading would fail at once.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
            "PRAGMA cache_size=-32000; PRAGMA journal_size_limit=67108864;"
        ),
    }
else:
    DATABASE["OPTIONS"] = {"pool": {"min_size": 0, "max_size": 10, "timeout": 20}}
DATABASES = {"default": DATABASE}

REDIS_URL = environment.url(
    "REDIS_URL", "", "Use redis://host:6379/0, or leave it out to work without Redis.", schemes=("redis", "rediss", "unix")
)
CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {}
if REDIS_URL:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "fsc"}
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 5}  # a page that asks a worker to look now does not hang on a lost network
else:
    BROKER = {"data_folder_in": "queue", "data_folder_out": "queue", "processed_folder": "taken", "control_folder": "control"}
    CELERY_BROKER_URL = "folders://localhost//"  # fsc/broker.py
    CELERY_BROKER_TRANSPORT_OPTIONS = {name: str(VAR / "broker" / folder) for name, folder in BROKER.items()}
    for folder in BROKER.values():
        (VAR / "broker" / folder).mkdir(mode=0o750, parents=True, exist_ok=True)

CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True  # what a task did stands in the rows it wrote
CELERY_TASK_ACKS_LATE = True  # every task sweeps what is due, so one that is run again does no harm
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)  # on folders each start would leave a mailbox that fills for ever
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "fsc.pulse:Beat"
#: Beat only says "look now", on the minute; what is due stands in rows. A call that waited longer than its period is dropped,
#: for the next one does the same work.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # Each minute: say that a call of beat's reaches a worker; /health/clock/ tells where it does not.
    "heartbeat": {"task": "changes.tasks.answer_beat", "schedule": crontab(), "options": {"expires": 55}},
    # Each minute: freeze the agenda of every meeting whose cut-off has passed, and prepare the meetings ahead.
    "generate-agendas": {"task": "changes.tasks.generate_agendas", "schedule": crontab(), "options": {"expires": 55}},
    # Each minute: count the votes on what was put to the vote between meetings and whose time is up.
    "close-votes": {"task": "changes.tasks.close_votes", "schedule": crontab(), "options": {"expires": 55}},
    # Each minute: write the reminders that have become due into the ledger, and send those that are unsent.
    "send-reminders": {"task": "changes.tasks.send_reminders", "schedule": crontab(), "options": {"expires": 55}},
    # Every five minutes: lapse the approvals that are too old, and schedule what is approved and has nothing in its way.
    "settle-schedule": {"task": "changes.tasks.settle_schedule", "schedule": crontab(minute="*/5"), "options": {"expires": 280}},
    # Each hour: forget the answers kept by idempotency key that are a day old.
    "forget-keys": {"task": "changes.tasks.forget_keys", "schedule": crontab(minute="17"), "options": {"expires": 3500}},
}

# --- Who you are ------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "changes.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # one guesser locks out neither a whole office nor the account's owner
AXES_RESET_ON_SUCCESS = True
AXES_COOLOFF_MESSAGE = "Ten sign-ins failed for this name. It opens again in 15 minutes."
AXES_VERBOSE = False

# --- REST -------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["changes.api.token.TokenAuthentication", "rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "changes.api.token.InScope"],
    "DEFAULT_THROTTLE_CLASSES": ["changes.api.token.PerToken"],
    "DEFAULT_RENDERER_CLASSES": ["changes.api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["changes.api.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "changes.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "changes.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,  # `?format=` is a parameter like any other: not known
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=365), "AUTH_HEADER_PREFIX": "Token", "TOKEN_MODEL": "changes.ApiToken"}
KNOX_TOKEN_MODEL = "changes.ApiToken"  # noqa: S105 - a model's name: what Django asks when it looks whether knox's own table is replaced
# knox's own migrations would still make its table, which no model stands for: PostgreSQL then cannot empty the accounts it refers to.
MIGRATION_MODULES = {"knox": None}
#: Counted in the cache: per web server process without Redis, for all of them together with it.
FSC_API_CALLS_PER_MINUTE = environment.positive(
    "FSC_API_CALLS_PER_MINUTE", 600, "Give how many calls a minute one token may make, for example 600."
)
SPECTACULAR_SETTINGS = {
    "TITLE": "Forward schedule of change",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,  # the words say what they mean
    "ENUM_NAME_OVERRIDES": {
        word.__name__: word.choices()
        for word in (State, Severity, Urgency, Route, Outage, Outcome, ImpactLevel, MeetingState, Delivery, Ballot)
    },
}

# --- Words and numbers ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"  # 24-hour clock, weeks from Monday
USE_I18N = False
FIRST_DAY_OF_WEEK = 1
TIME_FORMAT = "H:i"
DATE_FORMAT = "D j M Y"
DATETIME_FORMAT = "D j M Y H:i"

# --- Static files -----------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(mode=0o755, exist_ok=True)
#: The folders of node_modules that pages use, at the same place below STATIC_URL; a whole node_modules is thousands of files.
NODE_FOLDERS = ("@fontsource-variable/inter", "@fontsource-variable/jetbrains-mono")
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *((name, BASE_DIR / "node_modules" / name) for name in NODE_FOLDERS if (BASE_DIR / "node_modules" / name).is_dir()),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "fsc.static.Storage"},
}
WHITENOISE_USE_FINDERS = DEBUG

# --- Mail -------------------------------------------------------------------------------------------------------------
MAIL = environment.mail("EMAIL_URL", needed=not DEMO)
if MAIL:
    vars().update(MAIL)
else:
    EMAIL_BACKEND = "changes.notifications.MailboxBackend"  # the demo's mails are read in the browser
DEFAULT_FROM_EMAIL = environment.mailbox(
    "FSC_MAIL_FROM",
    "Forward schedule <schedule@localhost>",
    'Give an address, for example "Forward schedule <schedule@example.org>".',
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Safety -----------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # icons drawn inside style sheets
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # an RFC of a hundred steps and six nights is one form
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not DEMO
SECURE_HSTS_SECONDS = 0 if DEMO else int(timedelta(days=365).total_seconds())
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
SECURE_REDIRECT_EXEMPT = [r"^health/(clock/)?$", r"^metrics$"]  # probes ask inside, without TLS
# Preloading is asked for by the owner of a whole domain, not by one site on it.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
if environment.flag("FSC_BEHIND_PROXY"):  # only where a proxy sets the header itself and drops a visitor's
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Logs: to the terminal; whoever runs this collects them -------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
    "root": {"handlers": ["stdout"], "level": environment.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))},
    "loggers": {
        "django.server": {"propagate": True, "handlers": []},
        "axes": {"level": "WARNING"},  # it tells of every sign-in that went well
    },
}
