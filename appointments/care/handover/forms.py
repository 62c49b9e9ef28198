"""Another unit's key, to whom something is sealed, and a sealed file. Nothing is saved here."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from access.fields import NamedFileField
from appointments.handover.leaving import WEEKS
from appointments.handover.sealing import LARGEST
from appointments.models import PartnerUnit


class WeeksForm(forms.Form):
    weeks = forms.IntegerField(label=_("Within weeks"), min_value=WEEKS[0], max_value=WEEKS[1])


class UnitForm(forms.Form):
    name = forms.CharField(label=_("Unit"), max_length=120, help_text=_("As on its letters, with the prison."))
    key = forms.CharField(
        label=_("Public key"),
        max_length=200,
        help_text=_("It begins with “age1”. It may come by mail: the digits below prove it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    digits = forms.CharField(
        label=_("Last ten digits, as its head of unit reads them aloud"),
        max_length=40,
        help_text=_("Call a number that you know already, not one from the mail that brought the key."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class HandOverForm(forms.Form):
    unit = forms.ModelChoiceField(
        label=_("To which unit"), queryset=PartnerUnit.objects.none(), empty_label=_("Choose")
    )
    end_here = forms.BooleanField(
        label=_("End it here in the same step: cancel what is to come, close the requests as handed over"),
        required=False,
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class SealedFileForm(forms.Form):
    file = NamedFileField(
        endings=(".age",),
        label=_("Sealed file from another unit"),
        allow_empty_file=False,
        error_messages={"required": _("Choose the sealed file."), "empty": _("This file is empty.")},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse a file far larger than any hand-over, before it is read."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > LARGEST:
            raise ValidationError(_("This file is far larger than a hand-over. Check which file it is."))
        return file


class TakeForm(forms.Form):
    """The sealed file once more, as the page of it carries it; for whom; and that its digits were compared."""

    sealed = forms.CharField(widget=forms.HiddenInput, max_length=2 * LARGEST)
    person = forms.CharField(required=False, max_length=40)
    compared = forms.BooleanField(
        label=_("The other unit has read these digits aloud: they are the same"),
        error_messages={"required": _("Compare the digits with the unit that sent the file first.")},
    )
    escorts = forms.TypedMultipleChoiceField(
        required=False, coerce=int, choices=[(str(at), str(at)) for at in range(20)], empty_value=[]
    )

    def clean_sealed(self) -> bytes:
        try:
            return base64.b64decode(self.cleaned_data["sealed"], validate=True)
        except (binascii.Error, ValueError):
            raise ValidationError(_("The file did not come through. Choose it again.")) from None
