"""What people type to sign in, checked and turned into values; never saves anything."""

from __future__ import annotations

import re
from base64 import b32decode
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from access.enums import FactorKind
from access.models import User

# A secret of at least 128 bits (RFC 4226, section 4), and of no more than a device may have here.
SECRET_BYTES = range(16, 41)
KEY_ANSWER_LENGTH = 20_000


def rules_in_words() -> SafeString:
    return format_html_join("", "<p>{}</p>", ((rule,) for rule in password_validators_help_texts()))


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    # Asked only where strangers' failures would make the person wait (access.password_check).
    code = forms.CharField(
        label=_("Code, so as not to wait"),
        max_length=20,
        required=False,
        help_text=_("The digits that your authenticator or token shows, or one code of your code sheet."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "class": "code"}
        ),
    )
    asks_code = False


class CodeForm(forms.Form):
    """A code of the authenticator, or one of the code sheet."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("The digits that your authenticator or token shows, or one code of your code sheet."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "class": "code"}
        ),
    )


class PresentPasswordForm(forms.Form):
    """The password in use, asked again before something that a stranger at an open terminal must not do."""

    password = forms.CharField(
        label=_("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class FactorForm(PresentPasswordForm):
    """A new second factor; the password is not asked of somebody who has typed it a step before."""

    field_order = ("kind", "secret", "digits", "step", "name", "code", "password")

    def __init__(self, *args: Any, is_first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_first:
            del self.fields["password"]


class EnrolForm(FactorForm, CodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("The 6 digits that your authenticator shows now.")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class NameForm(forms.Form):
    """What a factor is called: its owner tells keys and tokens apart by it."""

    name = forms.CharField(
        label=_("Name or serial number"),
        max_length=64,
        help_text=_("As written on the back, or a name by which you know it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class TokenFields(NameForm):
    """What the maker's sheet says of a hardware token, and a code that it shows."""

    kind = forms.ChoiceField(
        label=_("Kind of token"),
        choices=[
            (FactorKind.TIME.value, _("shows another code every 30 or 60 seconds (TOTP)")),
            (FactorKind.BUTTON.value, _("shows a code when its button is pressed (HOTP)")),
        ],
        initial=FactorKind.TIME.value,
        widget=forms.RadioSelect,
    )
    secret = forms.CharField(
        label=_("Secret"),
        max_length=160,
        help_text=_("From the maker’s sheet: base32 (letters and 2 to 7) or hexadecimal, SHA-1."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    digits = forms.TypedChoiceField(label=_("Digits"), choices=[(6, "6"), (8, "8")], coerce=int, initial=6)
    step = forms.TypedChoiceField(
        label=_("Seconds between two codes"),
        choices=[(30, "30"), (60, "60")],
        coerce=int,
        initial=30,
        help_text=_("Only for a token with a clock."),
    )
    code = forms.CharField(
        label=_("Code it shows now"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "inputmode": "numeric", "class": "code"}
        ),
    )
    field_order = FactorForm.field_order

    def clean_secret(self) -> str:
        return secret_in_hex(self.cleaned_data["secret"])


class TokenForm(FactorForm, TokenFields):
    """A hardware token of one's own."""


class GivenTokenForm(TokenFields):
    """A hardware token that an account administrator hands out; it may still lie in its box."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = False
        self.fields["code"].help_text = _(
            "With the token in hand: checks the secret and sets the counter or the clock."
        )
        self.fields["name"].help_text = _("As written on the back of the token.")


class KeyForm(FactorForm, NameForm):
    answer = forms.CharField(required=False, max_length=KEY_ANSWER_LENGTH, widget=forms.HiddenInput)


class KeyAnswerForm(forms.Form):
    answer = forms.CharField(max_length=KEY_ANSWER_LENGTH, widget=forms.HiddenInput)


def secret_in_hex(typed: str) -> str:
    """Return a token's secret in hexadecimal. Raises ValidationError when it is no secret that can be used."""
    text = re.sub(r"[\s-]", "", typed).rstrip("=").lower()
    if re.fullmatch("([0-9a-f]{2})+", text):
        secret = text
    elif re.fullmatch("[a-z2-7]+", text):
        try:
            secret = b32decode(text.upper() + "=" * (-len(text) % 8)).hex()
        except ValueError as error:
            raise ValidationError(_("A letter or digit is missing, or one is too many.")) from error
    else:
        raise ValidationError(_("Write the secret in base32 (A to Z, 2 to 7) or in hexadecimal (0 to 9, A to F)."))
    if len(secret) // 2 not in SECRET_BYTES:
        raise ValidationError(_("A secret has 16 to 40 bytes: 26 to 64 characters in base32, 32 to 80 in hexadecimal."))
    return secret


class NewPasswordForm(forms.Form):
    """A new password, twice; `user` is needed because it must not resemble their name."""

    new_password = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        help_text=lazy(rules_in_words, str)(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password, once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        validate_password(password, self.user)
        if self.user.check_password(password):
            raise ValidationError(_("This is the password you have now. Choose another."))
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "new_password" in data and "again" in data and data["new_password"] != data["again"]:
            self.add_error("again", _("The two entries differ. Type the same password twice."))
        return data


class ChangePasswordForm(NewPasswordForm):
    present = forms.CharField(
        label=_("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("present", "new_password", "again")
