"""The page of enrolment sheets: whose are to be made, and all of them as one PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access import enrolment, listing
from access.decorators import audience
from access.enums import Role, Side
from access.models import Establishment, User
from access.requests import DoorRequest
from access.views.managed import is_theirs

SHOWN = 100


@dataclass(frozen=True)
class DoorSheets:
    """The sheets of one door: whose are to be made, and who has one that is still good."""

    side: Side
    name: Any
    to_make: list[User]
    handed_out: list[User]

    @property
    def all_of_them(self) -> int:
        return len(self.to_make) + len(self.handed_out)

    @property
    def shown(self) -> list[User]:
        return [*self.to_make, *self.handed_out][:SHOWN]

    @property
    def more(self) -> int:
        return max(0, self.all_of_them - SHOWN)


@audience(Role.ACCOUNT_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def sheets(request: DoorRequest) -> HttpResponseBase:
    """Whose sheets are to be made; POST answers with the PDF, the only place where the codes ever stand."""
    if request.method != "POST":
        return sheets_page(request)
    side = request.POST.get("door", "")
    if side not in {*Side.values, "all"}:
        raise BadRequest
    here, again = request.establishment, "again" in request.POST
    sides = [each for each in Side.values if is_theirs(request, each) and side in {each, "all"}]
    users = [user for each in sides for user in enrolment.to_make(here, each, again=again)]
    if not users:
        messages.error(request, _("No sheet is to be made here: everybody has one, or has signed in."))
        return sheets_page(request, status=409)
    try:
        made, until = enrolment.make(enrolment.next_file(users), by=request.user, establishment=here)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return sheets_page(request, status=409)
    name = _("enrolment-sheets")
    return HttpResponse(
        enrolment.as_pdf(made, here, until=until),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'},
    )


def sheets_page(request: DoorRequest, *, status: int = 200) -> HttpResponse:
    doors = [sheets_of(request.establishment, side) for side in Side if is_theirs(request, side)]
    context = {
        "doors": [door for door in doors if door.to_make or door.handed_out],
        "most": enrolment.MOST_SHEETS,
        "to_make": sum(len(door.to_make) for door in doors),
        "waiting": sum(not user.is_active for door in doors for user in [*door.to_make, *door.handed_out]),
    }
    return render(request, "accounts/sheets.html", context, status=status)


def sheets_of(establishment: Establishment, side: Side) -> DoorSheets:
    everybody = enrolment.to_make(establishment, side, again=True)
    waiting = {user.pk for user in enrolment.to_make(establishment, side)}
    return DoorSheets(
        side,
        listing.DOORS[side],
        [user for user in everybody if user.pk in waiting],
        [user for user in everybody if user.pk not in waiting],
    )
