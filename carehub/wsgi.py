"""The entry point that gunicorn serves: one process, one door, and no door with another's database login."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carehub.settings")
django_application = get_wsgi_application()

from access.rush import Rush  # noqa: E402 (all need the applications to be loaded)
from carehub.observing import endpoint  # noqa: E402
from carehub.serving import Standing  # noqa: E402

# Strangers who crowd the sign-in page are turned away before Django.
application = Rush(Standing(django_application))
endpoint.begin()

# The collector of rubbish need not look through code and models, which stay, at each of its turns; and it comes when
# there are as many new objects as a page makes.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 10, 10)
