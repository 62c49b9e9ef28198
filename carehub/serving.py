"""What must be true before a door's process shows anything: its own login, and a schema that its programs know.

Looked at when the process starts and, where the database was away then or was not the one it should be, before each
request until it is so. Then no more: an upgrade starts the doors again (docs/operations.md).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIRequest
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from django.http import HttpResponse

from access.bare_headers import bare_headers
from carehub import absent
from carehub.doctor.checks import refuse_another_login
from carehub.readiness import unknown_columns

logger = logging.getLogger("carehub")

Environment = dict[str, Any]
Application = Callable[[Environment, Any], Iterable[bytes]]
# A supervisor asks these, and they say themselves what stands.
SIGNS_OF_LIFE = {"/alive", "/readyz"}


class Standing:
    """Around the WSGI application of a door: answers 503 in a sentence until the door may serve.

    Raises ImproperlyConfigured at the start where the door was given another login.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        self.stands = False
        self.lock = threading.Lock()
        try:
            self.stands = may_serve()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The database does not answer at the start: %s", absent.first_line(error))

    def __call__(self, environ: Environment, start_response: Any) -> Iterable[bytes]:
        if self.stands or environ.get("PATH_INFO") in SIGNS_OF_LIFE:
            return self.application(environ, start_response)
        response = self.look_again(environ)
        if response is None:
            return self.application(environ, start_response)
        said = {**bare_headers(has_style=True), **dict(response.items())}
        headers = [*said.items(), ("Content-Length", str(len(response.content)))]
        start_response(f"{response.status_code} {response.reason_phrase}", headers)
        return [response.content]

    def look_again(self, environ: Environment) -> HttpResponse | None:
        request = WSGIRequest(environ)
        with self.lock:
            try:
                self.stands = self.stands or may_serve()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("The database does not answer: %s (%s)", request.path, absent.first_line(error))
                return absent.page(request)
            except ImproperlyConfigured:
                logger.exception("This door serves nothing")
        return None if self.stands else absent.page(request, absent.being_upgraded)


def may_serve() -> bool:
    """Look at the login and the columns of the door's own database, and let go of the connection.

    Raises ImproperlyConfigured for another login, DatabaseError where the database does not answer.
    """
    refuse_another_login()
    try:
        missing, unknown = unknown_columns(DEFAULT_DB_ALIAS)
    finally:
        connections[DEFAULT_DB_ALIAS].close()
    if missing or unknown:
        logger.error(
            "The database is of another version: %s columns are missing, %s are unknown. Run manage.py migrate, "
            "or start this door with the programs that belong to it.",
            len(missing),
            len(unknown),
        )
    return not missing and not unknown
