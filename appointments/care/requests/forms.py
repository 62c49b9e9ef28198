"""Turns what was typed about requests into typed values. Never saves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from access.fields import DayField
from access.models import Establishment
from access.sorting import FrenchKey
from appointments.arithmetic.recurrence import HalfDay
from appointments.care.fields import HALF_DAYS, HalfDaysForm, PersonForm, RevisionForm
from appointments.models import CareUnit, Detainee, Kind
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.planning import Discipline
from appointments.models.enums.request import TYPED_SOURCES, Closing, Priority, QuestionDecision, RequestAnswer, Source
from appointments.models.request import LONGEST_WAIT
from appointments.requests.preferences import patterns_of
from appointments.rights import Rights, kinds_offered_to

USUAL_WAIT = 14
AGAIN = [("", "—"), ("join", _("Join to that request")), ("anyway", _("Enter anyway"))]


# What may be chosen, and the kinds among it by their value.
Choices = tuple[list[Any], dict[str, Kind]]


def wanted_choices(rights: Rights) -> Choices:
    """Return what may be asked for, by discipline, as far as its agendas are in view; and the kinds by their value."""
    seen = {agenda.discipline for agenda in rights.visible}
    kinds = kinds_offered_to(rights).filter(discipline__in=seen)
    by_value = {f"kind-{kind.pk}": kind for kind in kinds.order_by("discipline", FrenchKey("name"), "id")}
    groups: list[Any] = [("", _("To be sorted"))]
    for discipline in Discipline:
        if discipline in seen:
            options = [(value, kind.name) for value, kind in by_value.items() if kind.discipline == discipline]
            whole = (discipline.value, _("%(discipline)s: kind not settled") % {"discipline": discipline.label})
            groups.append((discipline.label, [*options, whole]))
    return groups, by_value


class WantedForm(forms.Form):
    wanted = forms.ChoiceField(label=_("Wanted"), required=False)
    within = forms.IntegerField(
        label=_("To be seen within (days)"), min_value=0, max_value=LONGEST_WAIT, initial=USUAL_WAIT
    )
    note = forms.CharField(
        label=_("Note for the care team"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, rights: Rights, choices: Choices | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rights = rights
        # Many lines of one page share what one query found.
        self.groups, self.kinds = choices or wanted_choices(rights)
        field = self.fields["wanted"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 declared above
        field.choices = self.groups

    def clean_note(self) -> str:
        """Take NUL characters out: PostgreSQL keeps none in a text."""
        return str(self.cleaned_data["note"]).replace("\x00", "")

    @property
    def kind(self) -> Kind | None:
        return self.kinds.get(self.cleaned_data.get("wanted", ""))

    @property
    def discipline(self) -> str:
        wanted: str = self.cleaned_data.get("wanted", "")
        return wanted if wanted in Discipline.values else ""


class TriageForm(WantedForm, HalfDaysForm, RevisionForm):
    priority = forms.TypedChoiceField(label=_("Priority"), choices=Priority.choices, coerce=int)
    field_order = ("wanted", "priority", "within", "half", "note", "revision")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].required = True
        if not self.initial.get("wanted"):
            # Where the keyboard goes when the panel opens.
            self.fields["wanted"].widget.attrs["data-carehub-do"] = True
        self.fields["wanted"].error_messages["required"] = _("Say what the request is for.")


class LetterForm(WantedForm, PersonForm):
    q = forms.CharField(label=_("Person"), required=False, max_length=100)
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    source = forms.ChoiceField(
        label=_("How it came"), choices=[(source.value, source.label) for source in TYPED_SOURCES]
    )
    prefers = forms.ChoiceField(
        label=_("Prefers"),
        required=False,
        choices=[("", _("No matter")), ("am", _("The morning")), ("pm", _("The afternoon"))],
    )
    # What to do about the same request made before.
    again = forms.ChoiceField(required=False, choices=AGAIN)
    field_order = ("q", "person", "wanted", "within", "prefers", "source", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["wanted"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 declared above
        if others := [(value, unit.name) for value, unit in self.units.items()]:
            field.choices = [*self.groups, (_("For another unit"), others)]

    @cached_property
    def units(self) -> dict[str, CareUnit]:
        """The units to which a letter may be addressed, beside the one to which it is when nothing is said."""
        usual = next(iter(self.rights.units_in_view), None)
        return {f"unit-{unit.pk}": unit for unit in self.rights.units if unit != usual}

    @property
    def unit(self) -> CareUnit | None:
        return self.units.get(self.cleaned_data.get("wanted", ""))

    @property
    def words(self) -> str:
        return str(self["q"].value() or "").replace("\x00", "").strip()

    @property
    def is_blank(self) -> bool:
        return not self.words and not self["person"].value()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        try:
            data["detainee"] = self.find_person(data.get("person"), self.words)
        except ValidationError as error:
            self.add_error("q", error)
        return data

    @property
    def detainee(self) -> Detainee:
        person: Detainee = self.cleaned_data["detainee"]
        return person

    @property
    def half_days(self) -> list[HalfDay]:
        wanted = self.cleaned_data["prefers"]
        return [half for half in HALF_DAYS if wanted and half.is_afternoon == (wanted == "pm")]

    @property
    def came_by(self) -> Source:
        return Source(self.cleaned_data["source"])


class ReceivedForm(forms.Form):
    """The day on which the mail came: the same for every line."""

    received_on = DayField(label=_("Received on"))

    def __init__(self, *args: Any, establishment: Establishment, **kwargs: Any) -> None:
        self.today = establishment.today()
        kwargs["initial"] = {"received_on": self.today}
        super().__init__(*args, **kwargs)

    def clean_received_on(self) -> date:
        """Refuse a day to come, and one so long ago that it is a typing mistake."""
        day: date = self.cleaned_data["received_on"]
        if not self.today - timedelta(days=LONGEST_WAIT) <= day <= self.today:
            raise ValidationError(_("Mail is received today or earlier, at most a year ago. Check the day."))
        return day


class RequestAnswerForm(RevisionForm):
    answer = forms.ChoiceField(label=_("Answer"), choices=[("", _("Choose an answer")), *RequestAnswer.choices])


class ClosingForm(RevisionForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose a reason")), *Closing.choices])


class TakeForm(RevisionForm):
    appointment = forms.UUIDField(widget=forms.HiddenInput)


class QuestionForm(forms.Form):
    decision = forms.ChoiceField(
        choices=[(each.value, each.label) for each in QuestionDecision if each != QuestionDecision.BACK]
    )
    reason = forms.ChoiceField(
        label=_("Reason, where it is cancelled"),
        choices=CancelReason.choices,
        initial=CancelReason.MOVED_AWAY,
        required=False,
    )


class RequestSettingsForm(forms.Form):
    closed_wings = forms.CharField(
        label=_("Closed wings"),
        required=False,
        max_length=200,
        help_text=_("Buildings or beginnings of cells, separated by commas; * stands for the rest: QD*, QI*."),
    )
    arrivals_asked = forms.BooleanField(label=_("People new on the nominal list are to be seen"), required=False)
    arrival_kind = forms.ModelChoiceField(
        Kind.objects.none(),
        label=_("Kind of consultation on arrival"),
        required=False,
        empty_label=_("General medicine, kind not settled"),
    )
    arrival_days = forms.IntegerField(
        label=_("To be seen within (days of arrival)"), min_value=0, max_value=LONGEST_WAIT
    )

    def __init__(self, *args: Any, unit: CareUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["arrival_kind"]
        assert isinstance(kind, forms.ModelChoiceField)  # noqa: S101 declared above
        # Arrivals are asked for in the unit that sees them.
        kind.queryset = Kind.objects.filter(unit=unit, is_active=True)

    def clean_closed_wings(self) -> str:
        """Refuse a pattern that is every building."""
        text = str(self.cleaned_data["closed_wings"]).replace("\x00", "")
        if any(is_everything(pattern) for pattern in patterns_of(text)):
            raise ValidationError(_("This would make every building a closed wing. Write the beginning of its name."))
        return text


def is_everything(pattern: Iterable[str]) -> bool:
    return all(letter in "*? " for letter in pattern)
