"""Deny by default: a page opens to a signed-in, second-factor-verified person with a role, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from access import audit, sight
from access.arrival import put_account_itself, roles_of
from access.decorators import PASSWORD_ONLY, SECOND_FACTOR_GIVEN, SIGNED_OUT
from access.models import Membership, User
from access.notices import as_notice
from access.other_place import CHANGE_BACK, place_said, refuse_place
from access.sorting import FrenchKey
from access.unsent import KEPT, keep, take_back

# Every door's URLs carry these names in the namespace `access`.
CODE_URL = "access:code"
ENROL_URL = "access:enrol"
PASSWORD_URL = "access:password"  # noqa: S105 the name of a page
CHOSEN_ESTABLISHMENT = "establishment"


class DenyByDefault:
    """Send each request to the step of signing in that is still missing, and find the establishment it is about."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with sight.nobody_afterwards():
            return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: Sequence[Any],
        kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Return the missing step, or None to let the view answer."""
        marks = getattr(view, "audience", None)
        if marks is None:
            raise PermissionDenied(_("This page is not open to anybody."))
        if SIGNED_OUT in marks:
            return None
        if not request.user.is_authenticated:
            return ask_to_sign_in(request, view)
        put_account_itself(request)
        changes_back = request.method == "POST" and CHANGE_BACK in request.POST
        if request.method == "POST" and KEPT in request.POST and not take_back(request):
            return render(request, "errors/somebody_else.html", {"is_old": True}, status=409)
        if PASSWORD_ONLY in marks:
            return None
        missing = missing_step(request)
        if SECOND_FACTOR_GIVEN in marks and missing in {None, PASSWORD_URL}:
            return None
        if missing is not None:
            return send(request, reverse(missing))
        return attach_establishment(request, view, changes_back=changes_back)


def missing_step(request: HttpRequest) -> str | None:
    """Return the URL name of what a person with the right password must still do, or None."""
    user: Any = request.user
    if not user.is_verified():
        return CODE_URL if user.second_factor_since else ENROL_URL
    if user.must_change_password:
        return PASSWORD_URL
    return None


def ask_to_sign_in(request: HttpRequest, view: Callable[..., HttpResponseBase]) -> HttpResponseBase:
    """Redirect a page to the sign-in form; answer anything that would write with a sentence instead of dropping it."""
    if request.method in {"GET", "HEAD"} and not is_fragment(request):
        return redirect_to_login(request.get_full_path(), reverse(settings.LOGIN_URL))
    unsent = keep(request, view) if request.method == "POST" and not is_fragment(request) else None
    return as_notice(render(request, "errors/session_ended.html", {"unsent": unsent}, status=401))


def is_fragment(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def send(request: HttpRequest, url: str) -> HttpResponseBase:
    """Redirect the whole page, also when only a part was asked for."""
    if is_fragment(request):
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    return redirect(url)


def change_to(request: HttpRequest, establishment: int) -> None:
    """Let the session, and the next one, be about that establishment."""
    request.session[CHOSEN_ESTABLISHMENT] = establishment
    User.objects.filter(pk=request.user.pk).update(last_establishment=establishment)


def current_roles(request: HttpRequest) -> list[Membership]:
    arrived = roles_of(request)
    if arrived is not None:
        return list(arrived)
    return list(
        Membership.objects.current()
        .filter(user=request.user.pk)
        .select_related("establishment")
        .order_by(FrenchKey("establishment__name"), "id")
    )


def attach_establishment(
    request: HttpRequest, view: Callable[..., HttpResponseBase], *, changes_back: bool
) -> HttpResponseBase | None:
    """Set request.memberships, .membership and .establishment; refuse an account that has no role anywhere.

    Refuse a form of another establishment's page, too, unless its sender asks to change back to that one.
    """
    sight.stand_for(cast("User", request.user))
    memberships = current_roles(request)
    if not memberships:
        audit.record_refusal(request)
        return render(request, "errors/no_role.html", status=403)
    said = place_said(request, view)
    if changes_back and any(str(each.establishment_id) == said for each in memberships):
        change_to(request, int(said))
    # A session begins where the account worked last.
    chosen = request.session.get(CHOSEN_ESTABLISHMENT, getattr(request.user, "last_establishment_id", None))
    membership = next((m for m in memberships if m.establishment_id == chosen), memberships[0])
    request.memberships = memberships  # type: ignore[attr-defined]
    request.membership = membership  # type: ignore[attr-defined]
    request.establishment = membership.establishment  # type: ignore[attr-defined]
    if said and said != str(membership.establishment_id):
        return refuse_place(request, view, said, memberships)
    return None
