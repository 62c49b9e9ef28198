"""Places: an establishment and its buildings. No specialty, no clinical word."""

from __future__ import annotations

import zoneinfo
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Write it like Europe/Paris or Indian/Reunion."),
            params={"name": name},
        )


class Establishment(models.Model):
    """A prison in which a health unit works; all dates and arrival times are local to its time zone."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Paris", validators=[validate_time_zone])
    # Which prison's database holds its published lists (settings.CAREHUB_PRISONS, docs/operations.md).
    prison = models.SlugField(_("prison database"), max_length=30, default="prison")

    class Meta:
        ordering = ["name", "id"]
        permissions = [
            ("lead_unit", "Sees and books every agenda of the establishment"),
            ("view_all_movements", "Sees the movement list of every building"),
            ("manage_escorts", "Plans and follows hospital escorts, whose date is secret"),
            ("use_interfaces", "Opens interface tokens, with which other programs ask in the account's name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The establishment's time zone (overseas prisons exist; DST is not the same everywhere)."""
        return ZoneInfo(self.time_zone)

    def day_of(self, instant: datetime) -> date:
        return timezone.localdate(instant, timezone=self.zone)

    def today(self) -> date:
        return self.day_of(timezone.now())


class Building(models.Model):
    """A building or quarter of an establishment; the unit in which officers work and lists are printed."""

    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="buildings")
    name = models.CharField(_("building"), max_length=40)

    class Meta:
        ordering = ["establishment", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["establishment", "name"], name="building_name_once"),
            models.UniqueConstraint(fields=["establishment", "id"], name="building_of_establishment"),
        ]
        permissions = [("view_movements", "Sees the movement list of the building")]

    def __str__(self) -> str:
        return self.name
