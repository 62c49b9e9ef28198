"""Asks the password again before something that a stranger at an open terminal must not do."""

from __future__ import annotations

from django.http import HttpRequest

from access import password_check
from access.requests import account_of


def is_present_password(request: HttpRequest, password: str) -> bool:
    """Whether this is the password in use; wrong answers count, so that nobody guesses on. Raises Slowed, Busy."""
    return password_check.is_present(request, user=account_of(request), password=password)
