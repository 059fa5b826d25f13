"""Settings of the whole site, all from the environment (README lists them)."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from lcep.environment import Keys, address, flag, number, one_of, token, words

BASE_DIR = Path(__file__).resolve().parent.parent
LCEP_VAR = Path(os.environ.get("LCEP_VAR") or BASE_DIR / "var").resolve()

DEBUG = flag("DEBUG")
DEMO = flag("DEMO")
TRYING_OUT = DEBUG or DEMO
PORT = number("PORT", 8000, least=1, most=65535)
SITE_URL = (os.environ.get("SITE_URL") or (f"http://localhost:{PORT}" if TRYING_OUT else "")).rstrip("/")
if not SITE_URL:
    raise ImproperlyConfigured("SITE_URL is not set: the address people type, like https://lcep.example.org")
SITE_HOST = urlsplit(SITE_URL).hostname
if urlsplit(SITE_URL).scheme not in {"http", "https"} or not SITE_HOST or urlsplit(SITE_URL).path:
    raise ImproperlyConfigured(f"SITE_URL must look like https://lcep.example.org, not {SITE_URL!r}.")
SECURE = SITE_URL.startswith("https://")
if not SECURE and not TRYING_OUT and SITE_HOST != "localhost":
    raise ImproperlyConfigured("SITE_URL must begin with https:// on a real site.")

KEYS = Keys(kept_in=LCEP_VAR if TRYING_OUT else None)
SECRET_KEY = KEYS.get("SECRET_KEY")
# Newest first: the first signs, all of them verify.
TOKEN_KEYS = [key.strip() for key in KEYS.get("TOKEN_KEYS").split(",") if key.strip()]
# Keys the hash under which an address is compared; it outlives every rotation (ADR 4).
ADDRESS_KEY = KEYS.get("ADDRESS_KEY")
ALLOWED_HOSTS = words("ALLOWED_HOSTS") or [SITE_HOST] + (["127.0.0.1", "[::1]"] if TRYING_OUT else [])

INSTALLED_APPS = [
    "trust",
    "partnerships",
    "members",
    "mailings",
    "pods",
    "meetings",
    "newsletters",
    "steering",
    *(["demo"] if DEMO else []),
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # the list of passkeys says "3 days ago"
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
]
MAINTENANCE = flag("MAINTENANCE")
METRICS_TOKEN = token("METRICS_TOKEN")
PING_URL = address("PING_URL")
# Seconds for which each process keeps the bytes of a public page, and the directory that pages are made from (ADR 11).
KEEP_PAGES = number("KEEP_PAGES", 2, most=60)
KEEP_DIRECTORY = number("KEEP_DIRECTORY", 2, most=60)
MIDDLEWARE = [
    "lcep.ready.ReadyPages",
    "trust.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lcep.errors.Maintenance",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "lcep.urls"
WSGI_APPLICATION = "lcep.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "lcep.site.about",
                "django.contrib.auth.context_processors.auth",  # lazy: public templates never look at it
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{LCEP_VAR / 'lcep.sqlite3'}", conn_max_age=60
    )
}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # WAL and IMMEDIATE: readers never wait, and a writer waits its turn instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
    }
    # In memory, threads would meet "table is locked".
    DATABASES["default"]["TEST"] = {"NAME": str(LCEP_VAR / "test.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "").strip()
CACHES = {
    "default": (
        {
            "BACKEND": "lcep.cache.Forgetful",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": LCEP_VAR / "cache"}
    )
}

# The outbox turns every mail into rows; what carries the rows away is EMAIL_URL, read by mailings.
EMAIL_BACKEND = "mailings.outbox.EmailBackend"
EMAIL_URL = os.environ.get("EMAIL_URL", "").strip() or "smtp://localhost:25"
INBOX_URL = os.environ.get("INBOX_URL", "").strip()
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "").strip() or f"noreply@{SITE_HOST}"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if DEMO and (urlsplit(EMAIL_URL).hostname not in {"localhost", "127.0.0.1", "::1"}):
    raise ImproperlyConfigured("DEMO=1 writes to invented people: EMAIL_URL must name a server on this machine.")

CELERY_BROKER_URL = REDIS_URL or "folder://"
# A wake may be lost without harm (the sweep finds the row), so publishing never keeps a page waiting.
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "socket_connect_timeout": 0.5,
        "socket_timeout": 0.5,
        "max_retries": 0,
        "interval_start": 0,
        "interval_step": 0,
    }
    if REDIS_URL
    else {
        "data_folder_in": str(LCEP_VAR / "broker"),
        "data_folder_out": str(LCEP_VAR / "broker"),
        "control_folder": str(LCEP_VAR / "broker" / "control"),
        "polling_interval": 0.1,
    }
)
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Europe/London"
CELERY_BEAT_SCHEDULE_FILENAME = str(LCEP_VAR / "beat")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "mailings.tasks.sweep", "schedule": 30.0},
    "tell that all is well": {"task": "trust.tasks.tell_that_all_is_well", "schedule": 60.0},
    "take mail": {"task": "mailings.tasks.take_mail", "schedule": 300.0},
    "look at mail domains": {"task": "mailings.tasks.look_at_mail_domains", "schedule": crontab(minute=10, hour=6)},
    "tidy": {"task": "members.tasks.tidy", "schedule": 3600.0},
    "writers": {"task": "newsletters.tasks.tell_writers", "schedule": 600.0},
    "managers": {"task": "newsletters.tasks.tell_managers", "schedule": 60.0},
    # Each day in the morning and at work: a machine that was off at eight does it at nine.
    "what the day asks of newsletters": {"task": "newsletters.tasks.day", "schedule": crontab(minute=30, hour="7-15")},
    "retain": {"task": "members.tasks.retain", "schedule": crontab(minute=40, hour=3)},
    "tidy the directory": {"task": "partnerships.tasks.tidy", "schedule": 3600.0},
    # Each working day, in working hours: a machine that was off at ten asks at eleven.
    "what the day asks of meetings": {"task": "meetings.tasks.day", "schedule": crontab(minute=20, hour="9-16")},
    "offers of places that are over": {"task": "meetings.tasks.offers", "schedule": 300.0},
    "what the day asks of terms of office": {
        "task": "steering.tasks.day",
        "schedule": crontab(minute=30, hour="9-16"),
    },
    "what the day asks before Steering meets": {
        "task": "steering.tasks.before_steering",
        "schedule": crontab(minute=50, hour="9-16"),
    },
    "ask whether still right": {
        "task": "partnerships.tasks.ask_whether_still_right",
        "schedule": crontab(minute=10, hour="9-16"),
    },
}

AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = ["members.sign_in.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "members:me"
LOGOUT_REDIRECT_URL = "partnerships:home"
ACCOUNT_ADAPTER = "members.sign_in.Adapter"
ACCOUNT_FORMS = {
    "request_login_code": "members.sign_in.AddressForm",
    "confirm_login_code": "members.sign_in.CodeForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # Member's verbs write verified addresses; nobody else does
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 1800
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
# By network only: its own limit for each address would let anybody keep its owner out (members/caps.py has ours).
ACCOUNT_RATE_LIMITS = {"request_login_code": "20/m/ip"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ALLAUTH_TRUSTED_PROXY_COUNT = number("TRUSTED_PROXY_COUNT", 0, most=9)
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_URL.startswith("http://localhost")
MFA_TOTP_ISSUER = SITE_HOST
MFA_ADAPTER = "members.second_factors.Adapter"
MFA_FORMS = {
    "add_webauthn": "members.second_factors.PasskeyForm",
    "edit_webauthn": "members.second_factors.PasskeyNameForm",
    "login_webauthn": "members.second_factors.PasskeySignInForm",
    "authenticate_webauthn": "members.second_factors.PasskeySecondStepForm",
    "reauthenticate_webauthn": "members.second_factors.PasskeyStillYouForm",
    "activate_totp": "members.second_factors.AuthenticatorForm",
    "authenticate": "members.second_factors.SecondStepForm",
    "reauthenticate": "members.second_factors.StillYouForm",
}

CRISPY_TEMPLATE_PACK = "lcep"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["lcep"]
CRISPY_FAIL_SILENTLY = False

SESSION_COOKIE_AGE = 90 * 24 * 3600
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "lcep.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# At most 10 MB of a file come in; larger ones are dropped while they arrive, and the form says so.
FILE_UPLOAD_HANDLERS = [
    "trust.uploading.AtMost",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
X_FRAME_OPTIONS = "DENY"
# trust.headers.SecurityHeaders does the work of both middlewares these two ask for.
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002"]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or LCEP_VAR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "lcep.stylesheet.Finder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "lcep.stylesheet.Storage"},
}
MEDIA_ROOT = LCEP_VAR / "media"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # No formatter lets through a path that carries a token, or an address: a log reader must not be able to act
    # for a member, nor to list them.
    "formatters": {
        "lines": {"()": "trust.logs.Lines", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "trust.logs.Json"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": one_of("LOG_FORMAT", ("lines", "json") if TRYING_OUT else ("json", "lines")),
        }
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL") or "INFO"},
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}
