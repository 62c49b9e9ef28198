"""Says where a permission stands: what care decided, and whether the prison side has it yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from appointments.models import ExportPermission
from appointments.models.enums.export import ExportAnswer


@dataclass(frozen=True)
class ShownPermission:
    """One line of the head's list."""

    row: ExportPermission
    today: date

    @property
    def is_standing(self) -> bool:
        """Whether there is anything to withdraw."""
        return self.row.withdrawn_at is None and self.row.until >= self.today

    @property
    def is_wrong(self) -> bool:
        """Whether the head has something to correct."""
        return self.is_standing and self.row.answer == ExportAnswer.UNKNOWN

    @property
    def words(self) -> str:
        """Where it stands, in words."""
        answer = self.row.answer
        if self.is_standing:
            if not answer:
                return _("on its way to the prison side")
            if answer == ExportAnswer.UNKNOWN:
                return _("no such account at this prison: check the name and open it again")
            return _("open")
        if answer not in {"", ExportAnswer.CLOSED}:
            return _("closed here, on its way to the prison side")
        return _("withdrawn") if self.row.withdrawn_at else _("ended")
