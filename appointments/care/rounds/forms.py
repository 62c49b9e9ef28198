"""What is typed about rounds, turned into values. Never saves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.fields import DayField, TimeOfDayField
from access.models import Membership
from appointments.care.fields import RowChoice
from appointments.care.rounds.words import weekday_names
from appointments.models import RoundKind
from appointments.models.enums.rounds import LEGAL_MINIMUM, RoundRhythm, RoundTeam, VisitOutcome, VisitReason
from appointments.models.rounds import DAYS_BETWEEN, TIMES_A_WEEK
from appointments.rounds import Line, Said

WEEK = 7
OUTCOMES = (VisitOutcome.SEEN, VisitOutcome.REFUSED, VisitOutcome.PREVENTED)


class NoteForm(forms.Form):
    """One press on the page of a day."""

    stay = forms.UUIDField()
    outcome = forms.ChoiceField(choices=[(one.value, one.label) for one in OUTCOMES])
    reason = forms.ChoiceField(choices=[("", ""), *VisitReason.choices], required=False)
    last = forms.UUIDField(required=False)

    @property
    def said(self) -> dict[str, Any]:
        outcome = VisitOutcome(self.cleaned_data["outcome"])
        # The list of reasons stands beside every button; it speaks for one of them.
        reason = self.cleaned_data["reason"] if outcome == VisitOutcome.PREVENTED else ""
        return {"outcome": outcome, "reason": reason, "seen_last": self.cleaned_data["last"]}


class TeamChoice(RowChoice):
    def label_of(self, row: Membership) -> str:
        return f"{row.user} · {row.get_role_display()}"


class EnterForm(forms.Form):
    """A paper of one round: who made it, when, and a word for each person."""

    made_by = TeamChoice(label=_("Who made the round"), empty_label=_("Choose somebody"))
    at = TimeOfDayField(label=_("At about"), required=False, help_text=_("May stay empty."))

    def __init__(self, *args: Any, lines: Sequence[Line], team: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        made_by = self.fields["made_by"]
        assert isinstance(made_by, TeamChoice)  # noqa: S101 declared above
        made_by.offer(lambda: team)
        for line in lines:
            self.fields[said_name(line)] = forms.ChoiceField(
                required=False, choices=said_choices(), initial=said_value(line), label=line.stay.detainee.display_name
            )
            self.fields[last_name(line)] = forms.UUIDField(
                required=False, widget=forms.HiddenInput, initial=line.last_word.pk if line.last_word else None
            )

    def words(self) -> list[tuple[Line, Said]]:
        """Return what was said of each person of whom something was said."""
        found = []
        for line in self.lines:
            value = self.cleaned_data[said_name(line)]
            # What stands already is nobody's new word.
            if value and value != said_value(line):
                outcome, _colon, reason = value.partition(":")
                last: UUID | None = self.cleaned_data[last_name(line)]
                found.append((line, Said(VisitOutcome(outcome), reason, last, self.cleaned_data["at"])))
        return found

    def rows(self) -> list[tuple[Line, forms.BoundField, forms.BoundField]]:
        return [(line, self[said_name(line)], self[last_name(line)]) for line in self.lines]


def said_name(line: Line) -> str:
    return f"said-{line.stay.pk}"


def last_name(line: Line) -> str:
    return f"last-{line.stay.pk}"


def said_value(line: Line) -> str:
    if line.visit is None:
        return ""
    return f"{line.visit.outcome}:{line.visit.reason}" if line.visit.reason else line.visit.outcome


def said_choices() -> list[tuple[str, Any]]:
    prevented = gettext("Prevented: %(reason)s")
    return [
        ("", "–"),
        *((one.value, one.label) for one in OUTCOMES[:2]),
        *((f"prevented:{reason.value}", prevented % {"reason": reason.label}) for reason in VisitReason),
    ]


class KindForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    places = forms.CharField(
        label=_("Wings and cells"),
        max_length=200,
        required=False,
        help_text=_(
            "Buildings or beginnings of cells, separated by commas; * stands for the rest: QD*, QI*. Whoever lives"
            " there is on the round. Empty: carers put people on it one by one."
        ),
    )
    rhythm = forms.ChoiceField(label=_("How often"), choices=RoundRhythm.choices, widget=forms.RadioSelect)
    times_a_week = forms.IntegerField(
        label=_("Times a week"), min_value=TIMES_A_WEEK[0], max_value=TIMES_A_WEEK[1], initial=LEGAL_MINIMUM
    )
    least_days = forms.IntegerField(
        label=_("Days between two visits, at least"), min_value=DAYS_BETWEEN[0], max_value=DAYS_BETWEEN[1], initial=1
    )
    most_days = forms.IntegerField(
        label=_("Days between two visits, at most"), min_value=DAYS_BETWEEN[0], max_value=DAYS_BETWEEN[1], initial=4
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Weekdays"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    team = forms.ChoiceField(label=_("Made by"), choices=RoundTeam.choices)
    is_legal = forms.BooleanField(
        label=_("Counts for the two visits a week that the law asks"),
        required=False,
        help_text=_("Disciplinary and isolation wings: article R. 115-21 of the prison code."),
    )

    def __init__(self, *args: Any, kind: RoundKind | None = None, **kwargs: Any) -> None:
        if kind is not None:
            kwargs["initial"] = {name: getattr(kind, name) for name in self.base_fields} | {
                "weekdays": list(kind.weekdays)
            }
        super().__init__(*args, **kwargs)
        weekdays = self.fields["weekdays"]
        assert isinstance(weekdays, forms.MultipleChoiceField)  # noqa: S101 declared above
        weekdays.choices = [(str(number), name) for number, name in enumerate(weekday_names())]

    def clean_places(self) -> str:
        parts = [part for each in self.cleaned_data["places"].split(",") if (part := each.strip())]
        if any(not part.strip("*? ") for part in parts):
            raise ValidationError(_("Write at least one letter or digit before each *."))
        return ", ".join(parts)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        rhythm, days = data.get("rhythm"), data.get("weekdays") or []
        if rhythm == RoundRhythm.WEEKDAYS and not days:
            self.add_error("weekdays", _("Choose at least one weekday."))
        data["weekdays"] = "".join(sorted(days)) if rhythm == RoundRhythm.WEEKDAYS else ""
        least, most, times = data.get("least_days"), data.get("most_days"), data.get("times_a_week")
        if least and most and most < least:
            self.add_error("most_days", _("Choose as many days as at least, or more."))
        if least and times and rhythm == RoundRhythm.WEEKLY and (times - 1) * least >= WEEK:
            self.add_error("times_a_week", _("So many visits, so far apart, find no room in a week."))
        return data


class OnRoundForm(forms.Form):
    """Who is on the round from when to when."""

    kind = RowChoice(label=_("Round"), empty_label=_("Choose a round"))
    since = DayField(label=_("From"))
    last_day = DayField(label=_("Until and including"), required=False, help_text=_("Empty: until somebody ends it."))

    def __init__(self, *args: Any, kinds: Sequence[RoundKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, RowChoice)  # noqa: S101 declared above
        kind.offer(lambda: kinds)
