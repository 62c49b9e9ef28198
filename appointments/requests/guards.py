"""What every verb of requests asks first. The lock on the person guards their requests: every verb takes it first.

So nobody waits in a circle with a booking, which locks the person before the agendas.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from access.models import User
from access.refusal import Refused
from appointments.booking.guards import lock_person
from appointments.models import Kind, Request
from appointments.models.enums.request import RequestStatus
from appointments.rights import Rights, requests_visible_to


class RequestChanged(Refused):
    """Somebody else changed the request after it was read."""

    def __init__(self) -> None:
        super().__init__(
            "changed", _("Somebody else changed this request meanwhile. Look at it again before you change it.")
        )


class AlreadyAsked(Refused):
    """The same person asks for the same again: the carer joins the letters or enters it anyway."""

    def __init__(self, known: Request) -> None:
        super().__init__(
            "asked",
            _("Already asked on %(asked)s, to be seen by %(due)s. Join it to that request, or enter it anyway.")
            % {"asked": f"{known.received_on:%d/%m/%Y}", "due": f"{known.due_on:%d/%m/%Y}"},
        )
        self.known = known


def hold(request: Request, *, by: User, revision: int) -> Request:
    """Lock the person and return the request as it is now; refuse a revision that is no longer the present one."""
    lock_person(request.detainee_id)
    visible = requests_visible_to(Rights(by, request.establishment)).select_related(
        "detainee", "establishment", "kind", "appointment"
    )
    held = visible.filter(pk=request.pk).first()
    if held is None or held.revision != revision or held.detainee_id != request.detainee_id:
        raise RequestChanged
    # Whatever is done next, this unit deals with it: what forwarding left behind is nobody's any longer.
    held.forwarded_as, held.left_behind = None, {}
    return held


def require_open(request: Request) -> None:
    if request.status != RequestStatus.OPEN:
        raise Refused(
            "status",
            _("This request is no longer in the queue: %(status)s.") % {"status": request.get_status_display().lower()},
        )


def readdress(request: Request, unit: int) -> None:
    """Address the request to another unit, which learns nothing of an appointment with the former one."""
    request.unit_id, request.returned_from, request.forwarded_from = unit, None, None


def set_wanted(request: Request, *, kind: Kind | None, discipline: str) -> None:
    """Say what the request is for: a kind of consultation, else a discipline, else neither yet.

    A kind of another unit addresses the request to that unit.
    """
    if kind is not None and request.unit_id != kind.unit_id:
        readdress(request, kind.unit_id)
    request.kind = kind
    request.discipline = "" if kind else discipline
