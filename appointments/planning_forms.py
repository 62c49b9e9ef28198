"""What the head of unit types about the planning, turned into values. Never saves."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.enums import Side
from access.models import Establishment, Membership, User
from appointments.enums import Discipline
from appointments.models import Agenda, ConsultationSession, Kind
from appointments.planning import Pattern


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def time_field(label: Any, **kwargs: Any) -> forms.TimeField:
    """A time of day to the minute."""
    return forms.TimeField(label=label, widget=TimeInput(), input_formats=["%H:%M", "%H:%M:%S", "%Hh%M"], **kwargs)


def minutes_field(label: Any, **kwargs: Any) -> forms.IntegerField:
    """A duration that an appointment may have."""
    return forms.IntegerField(label=label, min_value=5, max_value=240, **kwargs)


def care_team(establishment: Establishment) -> QuerySet[User]:
    """Return the care accounts that work at `establishment` today or will."""
    roles = Membership.objects.unended().filter(establishment=establishment, side=Side.CARE)
    team: QuerySet[User] = User.objects.filter(is_active=True, pk__in=roles.values("user"))
    return team.order_by("full_name", "id")


class AgendaForm(forms.Form):
    """One agenda: a practitioner or a room."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("The practitioner or the room, as the team calls it.")
    )
    discipline = forms.ChoiceField(
        label=_("Discipline"), choices=Discipline.choices, help_text=_("Never leaves the care side.")
    )
    position = forms.IntegerField(
        label=_("Order"), min_value=0, max_value=999, initial=0, help_text=_("Columns stand from the smallest number.")
    )
    owner = forms.ModelChoiceField(
        label=_("Whose agenda it is"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody’s own: a room or a shared agenda"),
    )

    def __init__(self, *args: Any, establishment: Establishment, agenda: Agenda | None = None, **kwargs: Any) -> None:
        if agenda is not None:
            kwargs["initial"] = {
                "name": agenda.name,
                "discipline": agenda.discipline,
                "position": agenda.position,
                "owner": agenda.owner_id,
            }
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = care_team(establishment)


class KindForm(forms.Form):
    """One kind of consultation."""

    name = forms.CharField(label=_("Name"), max_length=60)
    discipline = forms.ChoiceField(
        label=_("Discipline"),
        choices=Discipline.choices,
        help_text=_("It cannot be changed later: past appointments are counted under it."),
    )
    default_minutes = minutes_field(_("Usual duration (minutes)"), initial=20)

    def __init__(self, *args: Any, kind: Kind | None = None, **kwargs: Any) -> None:
        if kind is not None:
            kwargs["initial"] = {"name": kind.name, "default_minutes": kind.default_minutes}
        super().__init__(*args, **kwargs)
        if kind is not None:
            del self.fields["discipline"]


class ArrivalForm(forms.Form):
    """A change of the common arrival times."""

    change = forms.ChoiceField(choices=[("add", _("Add")), ("remove", _("Remove"))], widget=forms.HiddenInput())
    at = time_field(_("Arrival time"))


class PublicationForm(forms.Form):
    """A change of the publication times."""

    change = forms.ChoiceField(choices=[("add", _("Add")), ("remove", _("Remove"))], widget=forms.HiddenInput())
    at = time_field(_("Publication time"))


class HoursForm(forms.Form):
    """The hours of a session, in local time."""

    start = time_field(pgettext_lazy("hour", "From"))
    end = time_field(pgettext_lazy("hour", "To"))
    slot_minutes = minutes_field(
        _("Slot (minutes)"), initial=20, help_text=_("Free times are offered at this distance from each other.")
    )

    @classmethod
    def of(cls, session: ConsultationSession, data: Any = None) -> HoursForm:
        """Return the form filled with the present hours of `session`."""
        zone = session.establishment.zone
        initial = {
            "start": session.starts_at.astimezone(zone).time(),
            "end": session.ends_at.astimezone(zone).time(),
            "slot_minutes": session.slot_minutes,
        }
        return cls(data, initial=initial)


class PatternForm(HoursForm):
    """The same hours every week."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        coerce=int,
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one weekday.")},
    )
    first = forms.DateField(label=_("First day"), widget=DayInput())
    last = forms.DateField(label=_("Last day"), widget=DayInput(), help_text=_("One year ahead at most."))
    field_order = ("weekdays", "start", "end", "slot_minutes", "first", "last")

    def __init__(self, *args: Any, establishment: Establishment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate(timezone=establishment.zone)
        self.fields["first"].initial = today
        for name in ("first", "last"):
            self.fields[name].widget.attrs["min"] = f"{today:%Y-%m-%d}"

    def pattern(self) -> Pattern:
        """Return what was typed."""
        typed = self.cleaned_data
        first: date = typed["first"]
        return Pattern(
            weekdays=frozenset(typed["weekdays"]),
            start=typed["start"],
            end=typed["end"],
            slot_minutes=typed["slot_minutes"],
            first=first,
            last=typed["last"],
        )
