"""Reads the upload form of the nominal list. Never saves."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _


class NominalListForm(forms.Form):
    file = forms.FileField(
        label=_("Nominal list exported by the prison"),
        help_text=_(
            "CSV, up to 5 MB. Only the register number, names, date of birth, building, cell and dates are read."
        ),
        error_messages={
            "required": _("Choose the file to import."),
            "empty": _("The file is empty: choose the nominal list exported by the prison."),
        },
        allow_empty_file=False,
    )
    complete = forms.BooleanField(
        label=_("This is the complete list: people who are not on it have left"),
        required=False,
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse a file far larger than any nominal list, before it is read."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > settings.CAREHUB_UPLOAD_LIMIT_BYTES:
            raise ValidationError(_("This file is larger than 5 MB: a nominal list is far smaller. Check the file."))
        return file
