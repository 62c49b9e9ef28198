"""Kinds of round: defined, changed and retired by the head of unit. Who comes by their cell follows by itself."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from access.refusal import Refused, sentences_for_constraints
from appointments.arithmetic.rounds import Rhythm
from appointments.models import RoundKind
from appointments.models.enums.rounds import RoundRhythm
from appointments.rights import Rights

EVERY_DAY = frozenset(range(7))
FIELDS = ("name", "places", "rhythm", "times_a_week", "least_days", "most_days", "weekdays", "team", "is_legal")
CONSTRAINTS: dict[str, tuple[str, Promise]] = {
    "round_kind_once": ("name", gettext_lazy("There is already a round of this name. Choose another name.")),
    "round_kind_legal_minimum": (
        "is_legal",
        gettext_lazy("The law asks at least two visits a week: let this round come at least as often."),
    ),
}


def kinds_of(establishment: Establishment) -> QuerySet[RoundKind]:
    """Return every kind of round, retired ones last."""
    return RoundKind.objects.filter(establishment=establishment).order_by("-is_active", "name", "id")


def active_kinds(establishment: Establishment) -> QuerySet[RoundKind]:
    return kinds_of(establishment).filter(is_active=True)


def rhythm_of(kind: RoundKind) -> Rhythm:
    if kind.rhythm == RoundRhythm.WEEKLY:
        return Rhythm(times=kind.times_a_week, least_days=kind.least_days, most_days=kind.most_days)
    is_daily = kind.rhythm == RoundRhythm.DAILY
    return Rhythm(weekdays=EVERY_DAY if is_daily else frozenset(int(digit) for digit in kind.weekdays))


def save_kind(establishment: Establishment, *, by: User, kind: RoundKind | None = None, **values: Any) -> RoundKind:
    """Define a kind of round, or change `kind`. Raises PermissionDenied, Refused with the field it is about."""
    require_head(by, establishment)
    with sentences_for_constraints(CONSTRAINTS), transaction.atomic():
        saved = RoundKind(establishment=establishment) if kind is None else held(kind)
        # By cells or one by one: whoever is on it would not know why.
        if kind is not None and saved.is_by_cell != bool(values["places"]):
            raise Refused(
                "places", _("People come onto this round by their cell, or one by one, as it began. Begin another one.")
            )
        for name in FIELDS:
            setattr(saved, name, values[name])
        saved.save()
        record(by=by, verb=Verb.CHANGE_PLANNING, target=saved, establishment=establishment)
    return saved


def retire_kind(kind: RoundKind, *, by: User) -> None:
    """Let the round be made no more: everybody leaves it today. Raises PermissionDenied."""
    set_active(kind, by=by, active=False)


def take_kind_back(kind: RoundKind, *, by: User) -> None:
    """Let a retired round be made again; who comes by their cell is on it from today. Raises PermissionDenied."""
    set_active(kind, by=by, active=True)


def set_active(kind: RoundKind, *, by: User, active: bool) -> None:
    require_head(by, kind.establishment)
    with transaction.atomic():
        RoundKind.objects.filter(pk=kind.pk).update(is_active=active)
        record(by=by, verb=Verb.CHANGE_PLANNING, target=kind, establishment=kind.establishment)


def held(kind: RoundKind) -> RoundKind:
    return RoundKind.objects.select_for_update(of=("self",), no_key=True).get(pk=kind.pk)


def require_head(by: User, establishment: Establishment) -> None:
    if not Rights(by, establishment).leads_unit:
        raise PermissionDenied(_("Only the head of the unit decides about rounds."))
