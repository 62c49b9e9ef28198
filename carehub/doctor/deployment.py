"""The doctor's look at this installation: settings, secrets, second factors, addresses, files. Changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, cast

import dj_database_url
import psycopg
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Exists, OuterRef

from access.factors import MODELS
from access.models import Establishment, User
from access.password_strength import missing_words
from access.postgresql.base import DatabaseWrapper
from access.provider.configured import mistakes
from appointments.models import ArrivalTime
from appointments.wall import of_alias
from carehub.doctor import clock, database, heartbeats, limits, links, measures, nights, wall
from carehub.doctor.grants import VISITORS
from carehub.doctor.verdict import Level, Verdict, judge
from carehub.env import BadEnvironmentError, env_secret
from carehub.messages import is_compiled

SHORTEST_KEY = 50
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
MARK_OF_THE_DEMO_KEY = "demo-and-test-only"
IN_ORDER = (
    "access.arrival.AccountOfSession",
    "access.arrival.SecondFactorOfSession",
    "access.session_life.SessionLife",
    "access.middleware.DenyByDefault",
)
SAMPLES_OF_STATIC_FILES = ("carehub/base/carehub.css", "carehub/base/carehub.js", "bootstrap/bootstrap-reboot.min.css")


def verdicts() -> Iterator[Verdict]:
    """Look at everything; each line says what to do when something is to be done."""
    for alias in connections:
        about = (database, wall, limits, clock)
        for verdict in chain.from_iterable(module.verdicts(alias) for module in about):
            yield verdict if alias == DEFAULT_DB_ALIAS else verdict.of(alias)
    yield from own_addresses()
    yield from addresses()
    yield from secrets()
    yield from transport()
    yield from second_factor()
    yield from provider()
    yield from places()
    yield from courier()
    yield from nights.verdicts()
    yield measures.measured()
    yield static_files()
    yield words()
    yield catalogue()


def outside_production() -> Level:
    """How bad it is to miss what only production needs."""
    return Level.PROBLEM if settings.IS_PRODUCTION else Level.WARNING


def courier() -> Iterator[Verdict]:
    """The courier comes by, and no list is late: as the hospital's side notes it, and as each prison's does."""
    bad = outside_production()
    yield from links.verdicts(bad=bad)
    if Establishment.objects.exists():
        for alias in connections:
            if alias != DEFAULT_DB_ALIAS:
                yield from (verdict.of(alias) for verdict in heartbeats.verdicts(alias, bad=bad))


def addresses() -> Iterator[Verdict]:
    """Each login's addresses, when this machine has them, open that login and the database where it has business."""
    for alias in connections:
        for login in VISITORS[of_alias(alias)]:
            name = address_name(login, alias)
            if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
                yield address(login, alias, name)
            else:
                yield Verdict(Level.OK, f"{name} is not on this machine: run doctor where {login} runs, too")


def address_name(login: str, alias: str) -> str:
    """Return the variable that holds a login's address of a database. A prison door knows its own alone."""
    if alias == DEFAULT_DB_ALIAS or login == "prison":
        return f"DATABASE_URL_{login.upper()}"
    return f"DATABASE_URL_{login.upper()}_{alias.upper()}"


def address(login: str, alias: str, name: str) -> Verdict:
    """Try one address of a database."""
    parameters = settings.DATABASES[alias]
    try:
        url = dj_database_url.parse(env_secret(name))
        if not is_sealed(url):
            return unsealed(name)
        keywords = {key: url.get(key.upper()) or None for key in ("host", "port", "user", "password")}
        options = {"connect_timeout": 5, **url.get("OPTIONS", {}), **keywords}
        # The name comes from the owner's connection: tests and trials put another database behind the same address.
        with psycopg.connect(dbname=parameters["NAME"], **options) as link:
            who = link.execute("SELECT current_user").fetchone()
    except (BadEnvironmentError, psycopg.Error, ValueError) as error:
        return Verdict(Level.PROBLEM, f"{name} does not open: {error}", "Correct the address or the password.")
    return judge(
        who == (f"carehub_{login}",) and url["NAME"] == parameters["NAME"],
        f"{name} opens the login carehub_{login}",
        f"{name} opens the login {who[0] if who else '?'} of the database {url['NAME']}",
        f"Give {login} the login carehub_{login} of {parameters['NAME']}, and no other.",
    )


def is_sealed(parameters: Mapping[str, Any]) -> bool:
    """Whether what goes there stays on this machine, or is enciphered for a server whose certificate is checked."""
    options = parameters.get("OPTIONS") or {}
    # An address may name several servers, of which one takes writes.
    hosts = str(options.get("host") or parameters.get("HOST") or "").split(",")
    if all(not host or host.startswith("/") or host in LOOPBACK for host in hosts):
        return True
    return options.get("sslmode") == "verify-full"


def unsealed(name: str) -> Verdict:
    return Verdict(
        outside_production(),
        f"{name} crosses a network without checking the server's certificate",
        "Add sslmode=verify-full, and sslrootcert with the authority that signed it (docs/operations.md, “Two hosts”).",
    )


def own_addresses() -> Iterator[Verdict]:
    """This process itself reaches its databases on this machine, or over TLS with a certificate that it checks."""
    for alias in connections:
        if not is_sealed(settings.DATABASES[alias]):
            yield unsealed(f"The address of {alias}")
        if cast("DatabaseWrapper", connections[alias]).leads_through_a_pooler():
            yield Verdict(
                Level.PROBLEM,
                f"The owner’s address of {alias} leads through a connection pooler",
                "Give commands and the courier addresses of PostgreSQL itself; doors alone may work through a pooler.",
            )


def secrets() -> Iterator[Verdict]:
    """The signing key is long and this installation's own; errors show no code."""
    key = str(settings.SECRET_KEY)
    yield judge(
        len(key) >= SHORTEST_KEY and len(set(key)) > 4 and MARK_OF_THE_DEMO_KEY not in key,
        "The secret key is long and of this installation",
        "The secret key is short, or the demonstration's",
        "Set CAREHUB_SECRET_KEY_FILE to a file that holds 50 random characters or more.",
        bad=outside_production(),
    )
    yield judge(not settings.DEBUG, "Debug is off", "Debug is on: errors show code and data", "Unset CAREHUB_DEBUG.")


def transport() -> Iterator[Verdict]:
    """The doors answer to their own names only, and cookies travel over TLS only."""
    hosts = settings.ALLOWED_HOSTS
    yield judge(
        hosts and "*" not in hosts,
        f"The doors answer to {', '.join(hosts)}",
        "Any host name is accepted, or none",
        "Set CAREHUB_ALLOWED_HOSTS to the names that people type.",
        bad=outside_production(),
    )
    cookies = settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.LANGUAGE_COOKIE_SECURE
    yield judge(
        cookies,
        "Cookies travel over TLS only",
        "Cookies also travel without TLS",
        "Leave CAREHUB_SECURE_COOKIES unset in production.",
        bad=outside_production(),
    )
    yield judge(
        settings.SECURE_HSTS_SECONDS and (settings.SECURE_PROXY_SSL_HEADER or settings.SECURE_SSL_REDIRECT),
        "Browsers are told to use TLS",
        "Nothing tells Django that browsers come over TLS",
        "Behind a TLS proxy set CAREHUB_BEHIND_TLS_PROXY=1, and let the proxy set X-Forwarded-Proto itself.",
        bad=Level.WARNING,
    )


def second_factor() -> Iterator[Verdict]:
    """Nobody passes with a password alone."""
    places = [settings.MIDDLEWARE.index(name) if name in settings.MIDDLEWARE else -1 for name in IN_ORDER]
    yield judge(
        -1 not in places and places == sorted(places),
        "Every page asks for the second factor",
        "The middleware that asks for the second factor is missing or misplaced",
        f"Restore {', '.join(IN_ORDER)} in this order.",
    )
    without = [~Exists(model.objects.filter(user=OuterRef("pk"), confirmed=True)) for model in MODELS.values()]
    for alias in connections:
        active = User.objects.using(alias).active()
        odd = sorted(active.filter(*without, second_factor_since__isnull=False).values_list("pk", flat=True))
        to_enrol = active.filter(second_factor_since__isnull=True).count()
        found = judge(
            not odd,
            f"{active.count()} active accounts, {to_enrol} of them to enrol a second factor at the next sign-in",
            f"Accounts marked as enrolled that have no second factor: {', '.join(map(str, odd))}",
            "Reset their second factor at the accounts door: they enrol again at the next sign-in.",
            bad=Level.WARNING,
        )
        yield found if alias == DEFAULT_DB_ALIAS else found.of(alias)


def provider() -> Iterator[Verdict]:
    """An identity provider is named whole, or not at all."""
    if not settings.CAREHUB_OIDC["ISSUER"] and not list(mistakes()):
        return
    wrong = list(mistakes())
    for sentence in wrong:
        yield Verdict(Level.PROBLEM, sentence, "See docs/operations.md, “An identity provider”.")
    if not wrong:
        yield Verdict(Level.OK, f"Carers may be named by {settings.CAREHUB_OIDC['NAME']}")
        yield judge(
            settings.CAREHUB_OIDC_TRUSTED,
            f"A second factor shown there counts where it says {', '.join(settings.CAREHUB_OIDC_TRUSTED)}",
            "After the identity provider the own second factor is always asked",
            "If it shows one, name the words of its acr or amr in CAREHUB_OIDC_TRUSTED.",
            bad=Level.OK,
        )


def places() -> Iterator[Verdict]:
    """Every establishment has times at which people are called, and a prison to whom it is told."""
    times = ArrivalTime.objects.filter(establishment=OuterRef("pk"))
    without = list(Establishment.objects.filter(~Exists(times)).order_by("code").values_list("code", flat=True))
    if not Establishment.objects.exists():
        yield Verdict(Level.WARNING, "There is no establishment yet", "Begin with manage.py create_establishment.")
        return
    yield judge(
        not without,
        f"{Establishment.objects.count()} establishments, each with arrival times",
        f"No arrival times, so nobody can be booked: {', '.join(without)}",
        "Run manage.py create_establishment again for it, with --arrival-times.",
        bad=Level.WARNING,
    )
    unserved = Establishment.objects.exclude(prison__in=settings.CAREHUB_PRISONS).order_by("code")
    yield judge(
        not unserved,
        "Each establishment has a prison's database that gets its lists",
        f"Its lists go to a database that is not in CAREHUB_PRISONS: {', '.join(one.code for one in unserved)}",
        "Name the database in CAREHUB_PRISONS, or run manage.py create_establishment again for it, with --prison.",
    )


def static_files() -> Verdict:
    """Style and script are there to be served."""
    if settings.IS_PRODUCTION:
        missing = [name for name in SAMPLES_OF_STATIC_FILES if not _collected(name)]
        remedy = "Run npm ci --ignore-scripts, then manage.py collectstatic."
    else:
        missing = [name for name in SAMPLES_OF_STATIC_FILES if finders.find(name) is None]
        remedy = "Run npm ci --ignore-scripts (make does it)."
    return judge(not missing, "Static files are there", f"Missing static files: {', '.join(missing)}", remedy)


def words() -> Verdict:
    """Passwords can be judged."""
    missing = missing_words()
    return judge(
        not missing,
        "The French words by which passwords are judged are there",
        f"Words by which passwords are judged are not installed: {', '.join(missing)}",
        "Run npm ci --ignore-scripts --omit=dev (make does it), and leave node_modules where it is.",
    )


def _collected(name: str) -> bool:
    try:
        # With the manifest of production the stored name holds a digest; without a manifest nothing was collected.
        stored = getattr(staticfiles_storage, "stored_name", str)(name)
        return staticfiles_storage.exists(stored)
    except (ValueError, OSError, ImproperlyConfigured):
        return False


def catalogue() -> Verdict:
    """Pages speak French."""
    return judge(
        is_compiled(),
        "The French catalogue is compiled",
        "The French catalogue is not compiled: pages would be in English",
        "Run pybabel compile --domain django --directory carehub/locale.",
    )
