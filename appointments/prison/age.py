"""How old a list is, as its page says it: which publication it is, what has not arrived, since when nobody came by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from access.in_words import date_format


@dataclass(frozen=True)
class Age:
    """The planned hour that a list contains, one that has passed without a list, and since when nothing was brought."""

    planned_for: datetime | None
    missing: datetime | None
    silent_since: datetime | None
    # Whether a list that should be there, for it is open all the time, was never brought.
    is_lacking: bool
    today: date
    zone: ZoneInfo

    @property
    def is_late(self) -> bool:
        """Whether what is shown may be older than it should be."""
        return self.missing is not None or self.silent_since is not None or self.is_lacking

    def sentences(self) -> Iterator[str]:
        """Say it in plain words, of a list that is on time with its hour alone."""
        if self.missing is not None:
            yield self.of_the_missing(self.missing)
        elif self.is_lacking:
            yield _("This list has not arrived.")
        elif self.planned_for is not None:
            yield self.of_the_list(self.planned_for)
        if self.missing is None and self.silent_since is not None:
            yield _("Not refreshed since %(at)s.") % {"at": self.hour(self.silent_since)}
        if self.is_late:
            yield _("Telephone the health unit.")

    def of_the_list(self, planned: datetime) -> str:
        """Name the list by its hour, with the day when that was another one."""
        if self.is_today(planned):
            return _("List of %(at)s.") % {"at": self.hour(planned)}
        return _("List published on %(at)s.") % {"at": self.hour(planned)}

    def of_the_missing(self, missing: datetime) -> str:
        """Name the list that has not arrived, after the one that is there, if there is one."""
        if self.planned_for is None:
            return _("The list of %(at)s has not arrived.") % {"at": self.hour(missing)}
        hours = {"here": self.hour(self.planned_for), "missing": self.hour(missing)}
        if self.is_today(self.planned_for):
            return _("List of %(here)s; the one of %(missing)s has not arrived.") % hours
        return _("List published on %(here)s; the one of %(missing)s has not arrived.") % hours

    def is_today(self, instant: datetime) -> bool:
        """Whether the instant is of the establishment's present day."""
        return timezone.localtime(instant, self.zone).date() == self.today

    def hour(self, instant: datetime) -> str:
        """Return the hour by the establishment's clocks; of another day with its name."""
        local = timezone.localtime(instant, self.zone)
        return date_format(local, "H:i" if self.is_today(instant) else "l j F, H:i")
