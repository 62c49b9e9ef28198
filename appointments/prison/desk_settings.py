"""The settings of the desk: read with every list, chosen by a senior officer. The only writer of DeskSetting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Role, Verb
from access.models import Establishment, User
from appointments.prison.desk import DeskRefused, role_of
from appointments.prison.models import DeskSetting
from appointments.prison.models.desk_setting import LATE_AFTER, FloorRule

SET_BY = frozenset({Role.SENIOR_OFFICER})


@dataclass(frozen=True)
class DeskRules:
    """How cells are read, and how long after the arrival time somebody counts as late."""

    floor_rule: str = FloorRule.BEFORE_LAST
    late_after: int = LATE_AFTER

    @property
    def tolerance(self) -> timedelta:
        return timedelta(minutes=self.late_after)


def rules_of(establishment: Establishment) -> DeskRules:
    """Return what was chosen, or what holds until somebody chooses. One query."""
    chosen = DeskSetting.objects.filter(establishment=establishment).values_list("floor_rule", "late_after").first()
    return DeskRules(*chosen) if chosen else DeskRules()


def choose_rules(*, by: User, establishment: Establishment, rules: DeskRules) -> None:
    """Let `rules` hold from now on. Raises DeskRefused."""
    if role_of(by, establishment) not in SET_BY:
        raise DeskRefused("right", _("A senior officer sets this."))
    with transaction.atomic():
        setting, _made = DeskSetting.objects.update_or_create(
            establishment=establishment, defaults={"floor_rule": rules.floor_rule, "late_after": rules.late_after}
        )
        record(by=by, verb=Verb.SET_DESK, target=setting, establishment=establishment)
