"""What the head of unit types about the planning, turned into values. Never saves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from access.enums import Side
from access.fields import TimeOfDayField
from access.models import Establishment, Membership, User
from access.sorting import FrenchKey
from appointments.care.fields import RowChoice
from appointments.models import Agenda, Kind, Room
from appointments.models.delay_settings import TOLERANCES
from appointments.models.enums.planning import Discipline, Territory
from appointments.rights import Rights


def minutes_field(label: Any, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=5, max_value=240, **kwargs)


def care_team(establishment: Establishment) -> QuerySet[User]:
    """Return the care accounts that work at `establishment` today or will."""
    roles = Membership.objects.unended().filter(establishment=establishment, side=Side.CARE)
    team: QuerySet[User] = User.objects.filter(is_active=True, pk__in=roles.values("user"))
    return team.order_by(FrenchKey("full_name"), "id")


class OfUnitForm(forms.Form):
    """What is added to a unit: asked of whoever heads several, settled for everybody else."""

    def ask_unit(self, rights: Rights) -> None:
        if len(rights.headed) > 1:
            self.fields["unit"] = unit = RowChoice(label=_("Unit"), empty_label=_("Choose"))
            unit.offer(lambda: rights.headed)


class AgendaForm(OfUnitForm):
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

    def __init__(self, *args: Any, rights: Rights, agenda: Agenda | None = None, **kwargs: Any) -> None:
        if agenda is not None:
            kwargs["initial"] = {
                "name": agenda.name,
                "discipline": agenda.discipline,
                "position": agenda.position,
                "owner": agenda.owner_id,
            }
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = care_team(rights.establishment)
        if agenda is None:
            self.ask_unit(rights)
        elif agenda.owner_id is not None:
            # Also when they have left: a new name for the agenda must not take their people out of the list to decide.
            owner.queryset = owner.queryset | User.objects.filter(pk=agenda.owner_id)


class KindForm(OfUnitForm):
    name = forms.CharField(label=_("Name"), max_length=60)
    discipline = forms.ChoiceField(
        label=_("Discipline"),
        choices=Discipline.choices,
        help_text=_("It cannot be changed later: past appointments are counted under it."),
    )
    default_minutes = minutes_field(_("Usual duration (minutes)"), initial=20)

    def __init__(self, *args: Any, rights: Rights, kind: Kind | None = None, **kwargs: Any) -> None:
        if kind is not None:
            kwargs["initial"] = {"name": kind.name, "default_minutes": kind.default_minutes}
        super().__init__(*args, **kwargs)
        if kind is not None:
            del self.fields["discipline"]
        else:
            self.ask_unit(rights)


class ArrivalForm(forms.Form):
    change = forms.ChoiceField(choices=[("add", _("Add")), ("remove", _("Remove"))], widget=forms.HiddenInput())
    at = TimeOfDayField(label=_("Arrival time"))


class ToleranceForm(forms.Form):
    minutes = forms.IntegerField(label=_("Minutes tolerated"), min_value=TOLERANCES[0], max_value=TOLERANCES[1])


class PublicationForm(forms.Form):
    change = forms.ChoiceField(choices=[("add", _("Add")), ("remove", _("Remove"))], widget=forms.HiddenInput())
    at = TimeOfDayField(label=_("Publication time"))


class RoomForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=40, help_text=_("As it is written on the door."))

    def __init__(self, *args: Any, room: Room | None = None, **kwargs: Any) -> None:
        if room is not None:
            kwargs["initial"] = {"name": room.name}
        super().__init__(*args, **kwargs)


class TerritoryForm(forms.Form):
    territory = forms.ChoiceField(label=_("Public holidays of"), choices=Territory.choices)
