"""Care units: the parts of an establishment's care that different hospitals may run, each with heads of its own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.sorting import FrenchKey


class CareUnit(models.Model):
    """One care unit of an establishment: its agendas, kinds, requests, heads, figures and letterhead are its own.

    Every establishment has one from the first day (appointments_first_unit). Its name is the organisation's, never a
    clinical word about anybody; it never leaves the hospital's side.
    """

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="care_units")
    name = models.CharField(_("name of the unit"), max_length=80)
    # Whether arrivals on the nominal list are asked for here: by law, by one of the units.
    sees_arrivals = models.BooleanField(_("sees arrivals"), default=False)

    class Meta:
        ordering = ["-sees_arrivals", FrenchKey("name"), "id"]
        verbose_name = _("care unit")
        constraints = [
            models.UniqueConstraint(fields=["establishment", "name"], name="unit_name_once"),
            models.UniqueConstraint(fields=["establishment", "id"], name="unit_of_establishment"),
            models.UniqueConstraint(
                fields=["establishment"], condition=Q(sees_arrivals=True), name="one_unit_sees_arrivals"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="unit_has_name"),
        ]
        permissions = [("head_unit", "Is head of the unit: sees and books its agendas, decides about it")]

    def __str__(self) -> str:
        return self.name
