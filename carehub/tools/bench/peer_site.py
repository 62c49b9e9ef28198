"""The site of django-appointment, as its manual sets it up; run by the environment of peers alone, never imported here.

peer_site.py ROWS writes so many appointments and prints the cookies of two members of staff: one has those of a day,
the other two thousand, and colleagues the others. gunicorn serves `application`.
"""

from __future__ import annotations

import datetime
import json
import os
import sys

import django
from django.conf import settings

OF_A_DAY, OF_SOMEBODY, PEOPLE, SECRET = 70, 2_000, 500, "of-the-bench-alone-0123456789-0123456789-0123456789"
settings.configure(
    SECRET_KEY=SECRET,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "appointment",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            **json.loads(os.environ["PEER_DATABASE"]),
            "CONN_MAX_AGE": 60,
            "OPTIONS": {"application_name": "carehub-peer"},
        }
    },
    USE_TZ=True,
    STATIC_URL="static/",
    WHITENOISE_USE_FINDERS=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("", include("appointment.urls"))]
application = get_wsgi_application()


def write(rows: int) -> dict[str, str]:
    """Write the rows, and return the sessions of whoever has few and whoever has many appointments."""
    from appointment.models import (  # type: ignore[import-not-found] # of the peers' environment
        Appointment,
        AppointmentRequest,
        Service,
        StaffMember,
    )

    call_command("migrate", verbosity=0)
    # It brings no migrations of its own, and its tables refer to those of others.
    call_command("migrate", run_syncdb=True, verbosity=0)
    people = get_user_model().objects
    service = Service.objects.create(name="Consultation", duration=datetime.timedelta(minutes=20), price=0)
    staff = []
    for nth in range(2 + rows // OF_SOMEBODY):
        staff.append(
            StaffMember.objects.create(user=people.create_user(f"s{nth}", f"s{nth}@example.org", is_staff=True))
        )
        staff[nth].services_offered.add(service)
    clients = [people.create_user(f"p{each}", f"p{each}@example.org") for each in range(PEOPLE)]
    day = datetime.date.today()  # noqa: DTZ011 (any day will do)
    asked = AppointmentRequest.objects.bulk_create(
        AppointmentRequest(
            date=day - datetime.timedelta(days=nth // OF_A_DAY),
            start_time=datetime.time(8 + nth % 10, 5 * (nth % 12)),
            end_time=datetime.time(8 + nth % 10, 5 * (nth % 12) + 4),
            service=service,
            staff_member=staff[0 if nth < OF_A_DAY else 1 + (nth - OF_A_DAY) // OF_SOMEBODY],
            id_request=f"r{nth}",
        )
        for nth in range(rows)
    )
    Appointment.objects.bulk_create(
        Appointment(client=clients[nth % PEOPLE], appointment_request=one, phone="+33123456789", id_request=f"a{nth}")
        for nth, one in enumerate(asked)
    )
    return {"few": session_of(staff[0].user), "many": session_of(staff[1].user)}


def session_of(user: object) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)  # type: ignore[attr-defined]
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()  # type: ignore[attr-defined]
    store.save()
    return str(store.session_key)


if __name__ == "__main__":
    # The application says things at standard output, too: what counts is the last line.
    sys.stdout.write("\n" + json.dumps(write(int(sys.argv[1]))))
