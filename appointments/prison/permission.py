"""Whether an officer's account may take lists out of the screen, and the note that it did: asked before each file.

The database has the last word: without a permission in force it takes no note, and without the note nothing leaves.
"""

from __future__ import annotations

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from access.models import Establishment, User
from access.refusal import Refused, constraint_of
from appointments.models.enums.export import TakenAs
from appointments.prison.models import PrisonExportPermission

PERMITTED = "export_permitted"
# The outbox can be filled and not read. What was noted in this hour already is not noted again.
NOTE = "INSERT INTO prison_exportuse (establishment_id, by_id, taken_as) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"


class ExportClosed(Refused):
    """The unit has not opened files and calendar to this account, or no longer."""


def closed() -> ExportClosed:
    return ExportClosed(
        PERMITTED,
        _(
            "Files and calendar are closed to your account. The head of the health unit opens them to an account, "
            "until a day."
        ),
    )


def may_export(user: User, establishment: Establishment) -> bool:
    """Whether buttons are shown. One query."""
    permissions = PrisonExportPermission.objects.of(user, establishment, today=establishment.today())
    return permissions.order_by().exists()


def note_taken(taken_as: TakenAs, *, by: User, establishment: Establishment) -> None:
    """Note for the unit that `by` takes a list. Raises ExportClosed."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(NOTE, [establishment.pk, by.pk, taken_as.value])
    except IntegrityError as error:
        if constraint_of(error) != PERMITTED:
            raise
        raise closed() from error
