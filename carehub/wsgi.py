"""The entry point that gunicorn serves: one process, one door, and no door with another's database login."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carehub.settings")
application = get_wsgi_application()

from carehub.doctor.checks import refuse_another_login  # noqa: E402 (needs the applications to be loaded)

refuse_another_login()
