"""Every setting of the product, read from the environment; safe for production unless told otherwise.

One process serves one door: CAREHUB_DOOR chooses its URLs, its cookies and its database login
(docs/adr/0002). Without it the process is a management command of the schema's owner.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from carehub.env import database_at, env_bool, env_choice, env_int, env_list, env_secret, env_text

BASE_DIR = Path(__file__).resolve().parent.parent
# In an installation all that is not Python lies within the package, the static files collected (make bundle).
SHIPPED = BASE_DIR / "carehub" / "shipped"
IS_SHIPPED = SHIPPED.is_dir()
FILES_DIR = SHIPPED if IS_SHIPPED else BASE_DIR

# --- Where and what this process is -----------------------------------------------------------------
CAREHUB_ENV = env_choice("CAREHUB_ENV", ("production", "demo", "test"), "production")
CAREHUB_DOOR = env_choice("CAREHUB_DOOR", ("owner", "care", "prison", "accounts", "courier"), "owner")
IS_PRODUCTION = CAREHUB_ENV == "production"

DEBUG = env_bool("CAREHUB_DEBUG", default=False)
SECRET_KEY = env_secret(
    "CAREHUB_SECRET_KEY", None if IS_PRODUCTION else "demo-and-test-only-never-in-production-0123456789"
)
ALLOWED_HOSTS = env_list("CAREHUB_ALLOWED_HOSTS", "" if IS_PRODUCTION else "127.0.0.1,localhost,testserver")
CSRF_TRUSTED_ORIGINS = env_list("CAREHUB_TRUSTED_ORIGINS")

# --- Applications -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "access",
    "appointments",
    "appointments.prison",
    "carehub",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "django_otp",
    "django_otp.plugins.otp_hotp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_otp_webauthn",
    "guardian",
    "csp",
    "django_htmx",
]
if CAREHUB_DOOR == "owner":
    # The queue of the nightly work (carehub.nightly). No door loads it, nor does the courier.
    INSTALLED_APPS.append("procrastinate.contrib.django")
if not IS_PRODUCTION:
    # The demonstration, its data and the measures; a production process loads none of it.
    INSTALLED_APPS.append("carehub.tools")

MIDDLEWARE = [
    "carehub.request_names.RequestNames",
    "django.middleware.security.SecurityMiddleware",
    "carehub.middleware.ContentPolicy",
    "carehub.middleware.Compressed",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "carehub.middleware.PrivateResponses",
    "carehub.middleware.ForPrograms",
    "carehub.middleware.OpenPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "access.arrival.AccountOfSession",
    "access.arrival.SecondFactorOfSession",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "access.session_life.SessionLife",
    "access.middleware.DenyByDefault",
    "access.known_devices.KnownDevices",
    "carehub.middleware.SentenceForMethod",
    "carehub.middleware.SentenceForWait",
    "carehub.middleware.SentenceForFullLog",
    "carehub.middleware.SentenceForAbsentDatabase",
    "access.repeats.AnswerRepeats",
    "carehub.middleware.SentDrafts",
]

# A management command has no URLs of its own; it gets the care door's so that `reverse` and checks work.
IS_DOOR = CAREHUB_DOOR in {"care", "prison", "accounts"}
ROOT_URLCONF = f"carehub.urls.{CAREHUB_DOOR if IS_DOOR else 'care'}"
WSGI_APPLICATION = "carehub.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [FILES_DIR / "templates"],
        "OPTIONS": {
            # As Django has them by itself, but for what indents ours.
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["carehub.template_files.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "access.context.door",
                "carehub.notices.notices",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "access.templatetags.drawn_once",
                "access.templatetags.kept_words",
                "access.templatetags.sent_forms",
                "access.templatetags.in_words",
                "access.templatetags.addresses",
            ],
        },
    },
]

# --- Databases: one login a door, PostgreSQL only (docs/adr/0001, 0026) ---------------------------------
# A connection pooler between a door and PostgreSQL: nothing that a door says outlives its transaction (docs/adr/0058).
CAREHUB_POOLED = env_bool("CAREHUB_POOLED")
# What this process calls its own database: the prison's at the prison door, the hospital's everywhere else.
OWN_ADDRESS = f"DATABASE_URL_{CAREHUB_DOOR.upper()}"
DATABASES: dict[str, Any] = {"default": database_at(OWN_ADDRESS, CAREHUB_DOOR, pooled=CAREHUB_POOLED)}
# The prisons' databases by name, for those who work in both: the courier, the accounts door, the owner's commands.
# Neither the care door nor the prison door is given an address of the other side.
CAREHUB_PRISONS = env_list("CAREHUB_PRISONS", "prison")
if CAREHUB_DOOR in {"owner", "accounts", "courier"}:
    for prison in CAREHUB_PRISONS:
        DATABASES[prison] = database_at(f"{OWN_ADDRESS}_{prison.upper()}", CAREHUB_DOOR, pooled=CAREHUB_POOLED)
DATABASE_ROUTERS = ["carehub.routers.Sides"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Hand-overs (docs/adr/0049): where the care door finds the units' private keys --------------------------
CAREHUB_HANDOVER_KEYS = env_text("CAREHUB_HANDOVER_KEYS", "")

# --- What is kept against a bad day (docs/backup.md): sealed to public keys, by the owner's commands alone ----
CAREHUB_BACKUPS = env_text("CAREHUB_BACKUPS", "")
CAREHUB_BACKUP_RECIPIENTS = env_list("CAREHUB_BACKUP_RECIPIENTS")
CAREHUB_BACKUP_DAYS = env_int("CAREHUB_BACKUP_DAYS", 30)
# The day on paper, each hour, for when nothing works; and for how long its files stay.
CAREHUB_PAPER = env_text("CAREHUB_PAPER", "")
CAREHUB_PAPER_RECIPIENTS = env_list("CAREHUB_PAPER_RECIPIENTS")
CAREHUB_PAPER_HOURS = env_int("CAREHUB_PAPER_HOURS", 12)
# A text file with the telephone numbers to print on it, a line each: who, a colon, the number.
CAREHUB_PAPER_NUMBERS = env_text("CAREHUB_PAPER_NUMBERS", "")
# Where pg_dump and pg_restore are; unset: wherever PATH finds them.
CAREHUB_PG_PROGRAMS = env_text("CAREHUB_PG_PROGRAMS", "")

# --- Nightly work (docs/adr/0026) ----------------------------------------------------------------------
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["carehub.nightly"]
# A night that the worker missed is made up for when it is back, whatever the hour.
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 24 * 3600}

# --- Who you are --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["access.backends.DoorBackend"]
PASSWORD_HASHERS = [
    "access.hashing.BoundedArgon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "access.hashing.EnrolmentCode",
]
if CAREHUB_ENV == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", "access.hashing.EnrolmentCode"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "access.password_strength.StrengthValidator"},
]
# French words by which passwords are judged: an npm package, installed beside those of the pages.
CAREHUB_WORDS = FILES_DIR / "node_modules" / "@zxcvbn-ts" / "language-fr" / "src"
# After how many days without sign-in the nightly work suspends an account (0: never), and how long before it warns.
CAREHUB_UNUSED_DAYS = env_int("CAREHUB_UNUSED_DAYS", 60)
CAREHUB_UNUSED_WARNING_DAYS = env_int("CAREHUB_UNUSED_WARNING_DAYS", 14)
# How long the code of an enrolment sheet can be used.
CAREHUB_SHEET_DAYS = env_int("CAREHUB_SHEET_DAYS", 21)
# What people type to reach each door, printed on sheets: care=https://care.hospital.example,prison=…
CAREHUB_DOOR_ADDRESSES = dict(each.split("=", 1) for each in env_list("CAREHUB_DOOR_ADDRESSES") if "=" in each)
LOGIN_URL = "access:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "access:sign_in"

# Cookies travel over TLS alone in production; the demo listens on loopback without it. With the prefix a browser takes
# them from this very host only, for all of its paths: no neighbour under the same domain sets one (RFC 6265bis).
SECURE_COOKIES = env_bool("CAREHUB_SECURE_COOKIES", default=IS_PRODUCTION)
COOKIES = f"{'__Host-' if SECURE_COOKIES else ''}carehub_{CAREHUB_DOOR}"
CAREHUB_DEVICE_COOKIE_NAME = f"{COOKIES}_device"
CAREHUB_PROVIDER_COOKIE_NAME = f"{COOKIES}_provider"

SESSION_ENGINE = "access.sessions"
SESSION_COOKIE_NAME = f"{COOKIES}_session"
IDLE_MINUTES = env_int("CAREHUB_IDLE_MINUTES", 15 if CAREHUB_DOOR == "prison" else 45)
SESSION_COOKIE_AGE = IDLE_MINUTES * 60 if IS_PRODUCTION else env_int("CAREHUB_IDLE_SECONDS", IDLE_MINUTES * 60)
# What counts as a sign of life is decided in access.session_life: a page that asks again by itself does not.
SESSION_SAVE_EVERY_REQUEST = False
CAREHUB_SESSION_SECONDS = env_int("CAREHUB_SESSION_HOURS", 13) * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{COOKIES}_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "carehub.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

OTP_TOTP_ISSUER = f"CareHub {CAREHUB_DOOR}"
OTP_TOTP_THROTTLE_FACTOR = OTP_HOTP_THROTTLE_FACTOR = 1
# Security keys: a second factor after the password, never instead of it (docs/adr/0021). Where they are valid follows
# from the address in use, which ALLOWED_HOSTS has checked; these two say otherwise for a site that needs it.
OTP_WEBAUTHN_HELPER_CLASS = "access.security_keys.KeyHelper"
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
OTP_WEBAUTHN_RP_NAME = f"CareHub {CAREHUB_DOOR}"
OTP_WEBAUTHN_RP_ID = env_text("CAREHUB_WEBAUTHN_NAME", "")
OTP_WEBAUTHN_ALLOWED_ORIGINS = env_list("CAREHUB_WEBAUTHN_ORIGINS")
OTP_WEBAUTHN_EXCEPTION_LOGGER_NAME = ""  # a refused key is an answer like another, not an error

ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
# Row-level permissions are asked for through access.policy only, never through a backend.
# The two settings of security keys may be empty.
SILENCED_SYSTEM_CHECKS = ["guardian.W001", "otp_webauthn.E010", "otp_webauthn.E030"]

# An identity provider of the hospital's, or Pro Santé Connect, at the care door alone (docs/operations.md,
# docs/adr/0040). Without an issuer there is none. Endpoints that are named here replace the provider's own discovery.
CAREHUB_OIDC: dict[str, str] = {
    **{
        word: env_text(f"CAREHUB_OIDC_{word}", default)
        for word, default in {
            "ISSUER": "",
            "NAME": "",
            "CLIENT_ID": "",
            "CLIENT_AUTH": "client_secret_basic",
            "DISCOVERY": "",
            "AUTHORIZE": "",
            "TOKEN": "",
            "KEYS": "",
            "USERINFO": "",
            "END_SESSION": "",
            "SCOPE": "openid",
            "ACR": "",
            "PROMPT": "login",
            "IDENTIFIER": "sub",
            "CA": "",
        }.items()
    },
    "CLIENT_SECRET": env_secret("CAREHUB_OIDC_CLIENT_SECRET", ""),
}
# Words of acr or amr by which the provider says that a second factor was shown; of no other answer it is believed.
CAREHUB_OIDC_TRUSTED = env_list("CAREHUB_OIDC_TRUSTED")

# For so many days a secret calendar address works; whoever uses it renews it with one click.
CAREHUB_CALENDAR_DAYS = env_int("CAREHUB_CALENDAR_DAYS", 183)

# The header in which the proxy in front of this door writes the client's address; unset, none is believed.
CAREHUB_CLIENT_ADDRESS_HEADER = env_text("CAREHUB_CLIENT_ADDRESS_HEADER", "")

# --- Words and time -----------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = f"{COOKIES}_lang"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [BASE_DIR / "carehub" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files: from the installed packages, nothing fetched at run time ------------------------------
STATIC_URL = "static/"
# Collected for production; elsewhere the files are served from where they are.
COLLECTED = SHIPPED / "static" if IS_SHIPPED else BASE_DIR / ".carehub" / "static"
STATIC_ROOT = env_text("CAREHUB_STATIC_ROOT", str(COLLECTED)) if IS_PRODUCTION else None
STATICFILES_DIRS = (
    []
    if IS_SHIPPED
    else [
        ("carehub", BASE_DIR / "carehub" / "static" / "carehub"),
        ("bootstrap", BASE_DIR / "node_modules" / "bootstrap" / "dist" / "css"),
        ("idiomorph", BASE_DIR / "node_modules" / "idiomorph" / "dist"),
    ]
)
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "carehub.static_files.HashedStaticFiles"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
# No other site reads a style sheet or a script of ours, or learns by it which version this is.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- What a browser may do with our pages ----------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the QR code of a second factor
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
SECURE_SSL_REDIRECT = env_bool("CAREHUB_SSL_REDIRECT", default=False)
SECURE_HSTS_SECONDS = env_int("CAREHUB_HSTS_SECONDS", 31_536_000 if IS_PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("CAREHUB_BEHIND_TLS_PROXY") else None

# What the movement list must hide best (docs/neutrality.md), as in appointments.models.enums.planning.Discipline.
CAREHUB_SENSITIVE_DISCIPLINES = env_list(
    "CAREHUB_SENSITIVE_DISCIPLINES", "psychiatry,psychology,addiction,infectious,gynaecology"
)

# The prison's nominal list of the largest establishments stays far below this.
CAREHUB_UPLOAD_LIMIT_BYTES = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "access.uploads.BoundedUploads",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Where this process answers /alive, /readyz and /metrics, on 127.0.0.1 alone; 0: nowhere (docs/observing.md).
CAREHUB_METRICS_PORT = env_int("CAREHUB_METRICS_PORT", 0)
# The header in which the proxy names each request; unset, no name from outside is believed.
CAREHUB_REQUEST_NAME_HEADER = env_text("CAREHUB_REQUEST_NAME_HEADER", "")
CAREHUB_LOG_REQUESTS = env_bool("CAREHUB_LOG_REQUESTS", default=False)
IS_LOG_JSON = env_choice("CAREHUB_LOG_FORMAT", ("json", "lines"), "json" if IS_PRODUCTION else "lines") == "json"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "without_rows": {"()": "carehub.logs.WithoutRows"},
        "json": {"()": "carehub.logs.JsonLines", "door": CAREHUB_DOOR},
    },
    "filters": {"one_line": {"()": "carehub.absent.OneLine"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["one_line"],
            "formatter": "json" if IS_LOG_JSON else "without_rows",
        }
    },
    "loggers": {"carehub.requests": {"level": "INFO" if CAREHUB_LOG_REQUESTS else "WARNING"}},
    # Paths carry no personal data (identifiers are opaque). Query strings may hold a name searched for: not logged.
    "root": {"handlers": ["console"], "level": "WARNING"},
}
