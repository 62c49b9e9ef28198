"""Says on each view who may open it; a view that says nothing stays closed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from access.enums import Role

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

# Marks that the middleware and the URL table of the tests read.
SIGNED_OUT = "signed out"
SIGNED_IN = "signed in"
PASSWORD_ONLY = "password only"  # noqa: S105 a mark
SECOND_FACTOR_GIVEN = "second factor given"


def audience(*roles: Role) -> Callable[[View], View]:
    """Open a view to people who hold one of `roles` at the present establishment, second factor verified.

    With no role given the view is open to everybody who is fully signed in at this door.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            membership = getattr(request, "membership", None)
            if roles and (membership is None or membership.role not in roles):
                raise PermissionDenied(_("Your profile does not open this page."))
            return view(request, *args, **kwargs)

        guarded.audience = roles or (SIGNED_IN,)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def open_to_anyone(view: View) -> View:
    """Open a view to people who are not signed in: the sign-in pages and secret calendar addresses only."""
    view.audience = (SIGNED_OUT,)  # type: ignore[attr-defined]
    return view


def open_before_second_factor(view: View) -> View:
    """Open a view to somebody whose password was right and whose code is still to come."""
    view.audience = (PASSWORD_ONLY,)  # type: ignore[attr-defined]
    return view


def open_before_new_password(view: View) -> View:
    """Open a view to somebody whose second factor is verified and who may still have to replace a first password."""
    view.audience = (SECOND_FACTOR_GIVEN,)  # type: ignore[attr-defined]
    return view


def background(view: View) -> View:
    """Mark a view that pages ask for by themselves: such a request does not keep the session alive."""
    view.is_background = True  # type: ignore[attr-defined]
    return view
