"""To which officer's account files and calendar are opened, and until when. Never saves."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from access.fields import DayField


class ExportPermissionForm(forms.Form):
    username = forms.CharField(
        label=_("User name of the officer’s account"),
        max_length=60,
        help_text=_("As the officer types it to sign in. The prison side says within seconds whether there is one."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    until = DayField(label=_("Until and including"), help_text=_("Three months are usual, a year is the most."))
