"""What every verb of requests asks first. The lock on the person guards their requests: every verb takes it first.

So nobody waits in a circle with a booking, which locks the person before the agendas.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from access.models import User
from appointments.models import Detainee, Kind, Request
from appointments.models.enums.request import RequestStatus
from appointments.rights import Rights, requests_visible_to


class RequestRefused(Exception):
    """A rule of requests says no: `sentence` tells why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class RequestChanged(RequestRefused):
    """Somebody else changed the request after it was read."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else changed this request meanwhile. Look at it again before you change it."))


class AlreadyAsked(RequestRefused):
    """The same person asks for the same again: the carer joins the letters or enters it anyway."""

    def __init__(self, known: Request) -> None:
        super().__init__(
            _("Already asked on %(asked)s, to be seen by %(due)s. Join it to that request, or enter it anyway.")
            % {"asked": f"{known.received_on:%d/%m/%Y}", "due": f"{known.due_on:%d/%m/%Y}"}
        )
        self.known = known


def hold_person(detainee: Detainee) -> Detainee:
    """Lock the person, and with them all their requests, until the transaction ends."""
    return Detainee.objects.select_for_update(of=("self",), no_key=True).get(pk=detainee.pk)


def hold(request: Request, *, by: User, revision: int) -> Request:
    """Lock the person and return the request as it is now; refuse a revision that is no longer the present one."""
    hold_person(request.detainee)
    visible = requests_visible_to(Rights(by, request.establishment)).select_related(
        "detainee", "establishment", "kind", "appointment"
    )
    held = visible.filter(pk=request.pk).first()
    if held is None or held.revision != revision:
        raise RequestChanged
    return held


def require_open(request: Request) -> None:
    """Refuse to settle a request that is settled already."""
    if request.status != RequestStatus.OPEN:
        raise RequestRefused(
            _("This request is no longer in the queue: %(status)s.") % {"status": request.get_status_display().lower()}
        )


def require_present(person: Detainee) -> None:
    """Refuse to enter a request of somebody who has left."""
    if not person.is_present:
        raise RequestRefused(_("%(name)s has left the establishment.") % {"name": person.display_name})


def set_wanted(request: Request, *, kind: Kind | None, discipline: str) -> None:
    """Say what the request is for: a kind of consultation, else a discipline, else neither yet."""
    request.kind = kind
    request.discipline = "" if kind else discipline


def save_change(request: Request) -> None:
    """Save and count the change."""
    request.revision += 1
    request.save()
