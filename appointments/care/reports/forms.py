"""Turns what is typed on the pages of reports into typed values. Never saves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.fields import DayField, NamedFileField
from access.in_words import date_format
from appointments.care.fields import RowChoice
from appointments.models import Obstruction
from appointments.models.enums.report import AddresseeKey, ConsentForm, ReportKind, SendingMode
from appointments.obstruction.reports.drafting import TABLES
from appointments.obstruction.reports.freezing import CAPTIONS
from appointments.obstruction.sentences import sentence_of

SHOWN_OF_A_FACT = 160
LONG = forms.Textarea(attrs={"rows": 5})


class RevisedForm(forms.Form):
    """Which state of the report or complaint the user saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class ReportPeriodForm(forms.Form):
    first_day = DayField(label=_("From"))
    last_day = DayField(label=_("To"), help_text=_("At the latest yesterday."))


class NewReportForm(ReportPeriodForm):
    kind = forms.ChoiceField(
        label=_("What for"),
        choices=[(kind.value, kind.label) for kind in (ReportKind.COLLECTIVE, ReportKind.YEARLY)],
        initial=ReportKind.COLLECTIVE,
    )
    field_order = ["kind", "first_day", "last_day"]


class ChangePeriodForm(RevisedForm, ReportPeriodForm):
    pass


class TablesForm(RevisedForm):
    tables = forms.MultipleChoiceField(
        label=_("Tables in the report"),
        choices=[(key, CAPTIONS[key]) for key in TABLES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class FactsForm(RevisedForm):
    """One box and one sentence for each fact of the log."""

    def __init__(self, *args: Any, facts: Iterable[Obstruction], words: Mapping[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = list(facts)
        for fact in self.facts:
            self.fields[f"tell_{fact.pk.hex}"] = forms.BooleanField(required=False, label=_("Tell it"))
            self.fields[f"words_{fact.pk.hex}"] = forms.CharField(
                label=_("In the letter"),
                max_length=600,
                required=False,
                initial=words[fact.pk],
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a fact that is told without words."""
        data = super().clean() or {}
        for fact in self.facts:
            if data.get(f"tell_{fact.pk.hex}") and not data.get(f"words_{fact.pk.hex}", "-"):
                self.add_error(f"words_{fact.pk.hex}", _("Write how the letter tells this fact."))
        return data

    @property
    def wordings(self) -> dict[UUID, str]:
        return {
            fact.pk: self.cleaned_data[f"words_{fact.pk.hex}"]
            for fact in self.facts
            if self.cleaned_data.get(f"tell_{fact.pk.hex}")
        }

    def lines(self) -> list[tuple[Obstruction, Any, Any]]:
        """Return each fact with its box and its sentence."""
        return [(fact, self[f"tell_{fact.pk.hex}"], self[f"words_{fact.pk.hex}"]) for fact in self.facts]


class TextsForm(RevisedForm):
    steps_taken = forms.CharField(
        label=_("Steps already taken"),
        max_length=2000,
        required=False,
        widget=LONG,
        help_text=_("Whom the unit told, when, and what was answered. In French: it goes into the letter."),
    )
    demand = forms.CharField(
        label=_("What is asked for"), max_length=2000, required=False, widget=LONG, help_text=_("A meeting, by when?")
    )


class AddresseesForm(RevisedForm):
    addressees = forms.MultipleChoiceField(
        label=_("Addressees"), widget=forms.CheckboxSelectMultiple, required=False, choices=AddresseeKey.choices
    )


class UrgentForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput)
    wording = forms.CharField(
        label=_("The fact, in the letter"), max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )
    steps_taken = forms.CharField(label=_("Steps already taken"), max_length=2000, required=False, widget=LONG)
    demand = forms.CharField(label=_("What is asked for"), max_length=2000, required=False, widget=LONG)
    addressees = forms.MultipleChoiceField(
        label=_("Addressees"),
        widget=forms.CheckboxSelectMultiple,
        choices=AddresseeKey.choices,
        error_messages={"required": _("Choose at least one addressee.")},
    )


class SendBackForm(forms.Form):
    reason = forms.CharField(label=_("What is to be changed"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class LetterForm(forms.Form):
    """About the letter to one addressee; the page offers those of `offered`."""

    addressee = forms.ChoiceField(label=pgettext_lazy("letter", "To"), choices=AddresseeKey.choices)

    def __init__(self, *args: Any, offered: Iterable[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if offered is not None:
            choice = self.fields["addressee"]
            assert isinstance(choice, forms.ChoiceField)  # noqa: S101 declared above
            choice.choices = [(key, AddresseeKey(key).label) for key in offered]


class SignedForm(LetterForm):
    file = NamedFileField(endings=(".pdf",), label=_("Signed letter (PDF, up to 5 MB)"))

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse a file that is too large, before it is read."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > settings.CAREHUB_UPLOAD_LIMIT_BYTES:
            raise ValidationError(_("This file is larger than 5 MB. Scan it in black and white, or in fewer dots."))
        return file


class SentForm(LetterForm):
    mode = forms.ChoiceField(label=_("How"), choices=SendingMode.choices)
    sent_on = DayField(label=_("Sent on"))
    proof = forms.CharField(label=_("Number of the proof"), max_length=80, required=False)
    follow_up_on = DayField(label=_("Look again on"), required=False)


class AnswerForm(forms.Form):
    sending = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    answered_on = DayField(label=_("Answered on"), required=False)
    answer = forms.CharField(label=_("Answer, in short"), max_length=1000, required=False)
    follow_up_on = DayField(label=_("Look again on"), required=False)


class FactChoice(RowChoice):
    def label_of(self, row: Obstruction) -> str:
        day = date_format(row.day, "j F Y")
        told = Truncator(sentence_of(row)).chars(SHOWN_OF_A_FACT)
        return f"{day}, {row.get_half_day_display()} · {row.get_kind_display()} · {told}"


class ComplaintForm(forms.Form):
    """A complaint about one of `facts`, or about none of them."""

    addressee = forms.ChoiceField(
        label=pgettext_lazy("letter", "To"),
        choices=[
            (key.value, key.label)
            for key in (
                AddresseeKey.DEFENDER,
                AddresseeKey.CGLPL,
                AddresseeKey.JUDGE,
                AddresseeKey.ORDER,
                AddresseeKey.ARS,
            )
        ],
    )
    body = forms.CharField(
        label=_("What happened, as the person wants it told"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    fact = FactChoice(
        label=_("Fact of the log"),
        required=False,
        empty_label=_("None of the log"),
        widget=forms.RadioSelect,
        help_text=_("A fact that is chosen here is told in no report."),
    )
    field_order = ["addressee", "fact", "body"]

    def __init__(self, *args: Any, facts: Sequence[Obstruction], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["fact"]
        assert isinstance(choice, FactChoice)  # noqa: S101 declared above
        choice.offer(lambda: facts)
        if not facts:
            # Nothing to choose from; what is posted all the same is nobody's fact.
            choice.widget = forms.HiddenInput()


class NewComplaintForm(ComplaintForm):
    consent_on = DayField(label=_("Consent given on"))
    consent_form = forms.ChoiceField(label=_("How it was given"), choices=ConsentForm.choices)
    field_order = ["consent_on", "consent_form", "addressee", "fact", "body"]


class ChangeComplaintForm(RevisedForm, ComplaintForm):
    pass


class ComplaintSentForm(RevisedForm):
    letter = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    mode = forms.ChoiceField(label=_("How"), choices=SendingMode.choices)
    sent_on = DayField(label=_("Sent on"))
    follow_up_on = DayField(label=_("Look again on"), required=False)


class ComplaintAnswerForm(RevisedForm):
    letter = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    answered_on = DayField(label=_("Answered on"))


class WithdrawnForm(RevisedForm):
    withdrawn_on = DayField(label=_("Consent taken back on"))


class AddresseeForm(forms.Form):
    salutation = forms.CharField(label=_("Salutation"), max_length=120)
    address = forms.CharField(label=_("Name and address"), max_length=500, widget=forms.Textarea(attrs={"rows": 5}))
    ground = forms.CharField(
        label=_("Legal ground"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_offered = forms.BooleanField(label=_("Ticked for each new report"), required=False)


class WordingForm(forms.Form):
    body = forms.CharField(label=_("Text of the letter"), max_length=6000, widget=forms.Textarea(attrs={"rows": 24}))


class ReportSettingsForm(forms.Form):
    hospital = forms.CharField(label=_("Hospital"), max_length=120, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=120, required=False)
    address = forms.CharField(
        label=_("Address"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    town = forms.CharField(label=_("Town, before the date"), max_length=80, required=False)
    signatory = forms.CharField(label=_("Signed by"), max_length=120, required=False)
    capacity = forms.CharField(label=_("Capacity"), max_length=120, required=False)
    reports_years = forms.IntegerField(label=_("Reports, years"), min_value=1, max_value=30)
    complaints_years = forms.IntegerField(label=_("Individual complaints, years"), min_value=1, max_value=30)
    facts_years = forms.IntegerField(label=_("Facts of the log, years"), min_value=1, max_value=30)
