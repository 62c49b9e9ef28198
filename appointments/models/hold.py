"""Rows that are there to be locked: who must not act at the same moment at one establishment takes turns by them.

A lock on a row asks for a right on its table, which the other doors' logins have not got. PostgreSQL's locks by
agreement (pg_advisory_lock) ask for nothing: any login could hold them, and stop the care side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, models

if TYPE_CHECKING:
    from access.models import Establishment

ALONE = "SELECT id FROM appointments_hold WHERE establishment_id = %s AND subject = %s FOR UPDATE"
TOGETHER = "SELECT id FROM appointments_hold WHERE establishment_id = %s AND subject = %s FOR SHARE"


class Hold(models.Model):
    """What one establishment's deeds take turns about. The database writes these rows with the establishment."""

    class Subject(models.TextChoices):
        """What is held still."""

        ARRIVAL_TIMES = "arrival_times"
        REGISTRY = "registry"

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=20, choices=Subject.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["establishment", "subject"], name="hold_once")]

    def __str__(self) -> str:
        return self.subject

    @classmethod
    def take(cls, establishment: Establishment, subject: Subject, *, together: bool = False) -> None:
        """Wait for one's turn and keep it until the transaction ends; `together`: beside others who say so too.

        Raises Hold.DoesNotExist rather than go on without a lock.
        """
        with connection.cursor() as cursor:
            cursor.execute(TOGETHER if together else ALONE, [establishment.pk, subject.value])
            if cursor.fetchone() is None:
                raise cls.DoesNotExist(f"{establishment} has no row to hold its {subject}.")
