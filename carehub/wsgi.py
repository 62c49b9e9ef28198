"""The entry point that gunicorn serves: one process, one door, and no door with another's database login."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carehub.settings")
django_application = get_wsgi_application()

from access.rush import Rush  # noqa: E402 (all need the applications to be loaded)
from carehub.observing import endpoint  # noqa: E402
from carehub.rubbish import leave_what_stands  # noqa: E402
from carehub.serving import Standing  # noqa: E402

# Strangers who crowd the sign-in page are turned away before Django.
application = Rush(Standing(django_application))
endpoint.begin()
leave_what_stands()
