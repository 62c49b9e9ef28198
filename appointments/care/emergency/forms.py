"""What somebody says to reach an agenda or a person out of their scope. Never saves."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.care.fields import RowByKey, RowChoice
from appointments.emergency import agendas_out_of_scope
from appointments.models import Detainee
from appointments.models.emergency import SHORTEST_REASON
from appointments.rights import Rights, detainees_visible_to


class EmergencyForm(forms.Form):
    person = RowByKey(queryset=Detainee.objects.none(), required=False, widget=forms.HiddenInput)
    agenda = RowChoice(label=_("Agenda"), empty_label=_("Choose an agenda"), required=False)
    reason = forms.CharField(
        label=_("Why it cannot wait"),
        min_length=SHORTEST_REASON,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A few words: the head of unit reads them tomorrow morning, with your name. No diagnosis."),
        error_messages={"min_length": _("Say in a few words why it cannot wait: somebody reads it tomorrow.")},
    )

    def __init__(self, *args: Any, rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person, agenda = self.fields["person"], self.fields["agenda"]
        assert isinstance(person, RowByKey) and isinstance(agenda, RowChoice)  # noqa: S101, PT018 declared above
        person.queryset = detainees_visible_to(rights)
        person.error_messages["invalid_choice"] = _("This person is not registered here.")
        agenda.offer(cache(lambda: list(agendas_out_of_scope(rights))))
        # Sent or shown without a person, the page asks for the agenda, and does not call it optional.
        agenda.required = not (self.data.get("person") or self.initial.get("person"))
        agenda.error_messages["required"] = _("Choose the agenda that you need.")

    def clean(self) -> dict[str, Any]:
        """Want exactly one thing: an agenda, or the person whose page it was."""
        data = super().clean() or {}
        if data.get("person"):
            data["agenda"] = None
        elif not data.get("agenda") and "person" not in self.errors and "agenda" not in self.errors:
            self.add_error("agenda", _("Choose the agenda that you need."))
        return data
