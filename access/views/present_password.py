"""Asks the password again before something that a stranger at an open terminal must not do."""

from __future__ import annotations

from django.http import HttpRequest

from access import signing_in


def is_present_password(request: HttpRequest, password: str) -> bool:
    """Whether this is the password in use; wrong answers count as failed sign-ins, so that nobody guesses on."""
    return signing_in.check_password(request, username=request.user.get_username(), password=password) is not None
