"""What people type to sign in, checked and turned into values; never saves anything."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from access.models import User


def rules_in_words() -> SafeString:
    """Return the rules of a new password as list items."""
    return format_html_join("", "<p>{}</p>", ((rule,) for rule in password_validators_help_texts()))


class SignInForm(forms.Form):
    """A name and a password."""

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


class CodeForm(forms.Form):
    """A code of the authenticator, or one of the code sheet."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("6 digits from your authenticator, or one code of your code sheet."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "class": "code"}
        ),
    )


class EnrolForm(CodeForm):
    """The first code of a new authenticator."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("The 6 digits that your authenticator shows now.")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class NewPasswordForm(forms.Form):
    """A new password, twice; `user` is needed because it must not resemble his name."""

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
        """Refuse a weak password, and the one in use."""
        password: str = self.cleaned_data["new_password"]
        validate_password(password, self.user)
        if self.user.check_password(password):
            raise ValidationError(_("This is the password you have now. Choose another."))
        return password

    def clean(self) -> dict[str, Any]:
        """Refuse two different entries."""
        data = super().clean() or self.cleaned_data
        if "new_password" in data and "again" in data and data["new_password"] != data["again"]:
            self.add_error("again", _("The two entries differ. Type the same password twice."))
        return data


class PresentPasswordForm(forms.Form):
    """The password in use, asked again before something that a stranger at an open terminal must not do."""

    password = forms.CharField(
        label=_("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChangePasswordForm(NewPasswordForm):
    """The password in use and a new one."""

    present = forms.CharField(
        label=_("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("present", "new_password", "again")
