"""People, one at a time: by our key, or by the register number. Nobody is listed."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from access.enums import InterfaceScope, Verb
from appointments.care.fhir.asking import Asking, interface, search
from appointments.care.fhir.bundles import bundle, cut
from appointments.care.fhir.outcomes import Problem, answer
from appointments.care.fhir.query import Query, code_in
from appointments.care.fhir.resources import REGISTER_NUMBER, patient
from appointments.models import Detainee
from appointments.rights import detainees_visible_to

PEOPLE = InterfaceScope.PEOPLE


@search(PEOPLE)
def search_people(asking: Asking) -> HttpResponse:
    query = Query.of(asking.request, "_id", "identifier")
    keys, numbers = query.all("_id"), query.all("identifier")
    if len(keys) + len(numbers) != 1:
        raise Problem(400, _("Ask for one person: by “identifier” or by “_id”."), code="required")
    person = person_with(asking, keys[0]) if keys else person_numbered(asking, numbers[0])
    shown, _next = cut([person] if person else [], query, lambda one: (str(one.pk),))
    asking.noted(Verb.SEARCH, person or Detainee)
    return answer(bundle(asking.request, map(patient, shown), query=query))


@interface(GET=PEOPLE)
def read_person(asking: Asking, key: str) -> HttpResponse:
    person = person_with(asking, key)
    if person is None:
        require_not_joined(asking, key)
        raise Http404
    asking.noted(Verb.READ, person)
    return answer(patient(person))


def person_with(asking: Asking, key: str) -> Detainee | None:
    try:
        known = UUID(key)
    except ValueError:
        return None
    found: Detainee | None = detainees_visible_to(asking.rights).filter(pk=known).first()
    return found


def require_not_joined(asking: Asking, key: str) -> None:
    """Say which record a joined one went into: another system may have kept its key. Raises Problem."""
    try:
        known = UUID(key)
    except ValueError:
        return
    row = Detainee.objects.filter(establishment=asking.establishment, pk=known, joined_into__isnull=False).first()
    if row is not None:
        said = _("This record was joined into Patient/%(key)s.") % {"key": row.joined_into_id}
        raise Problem(410, said, code="deleted")


def person_numbered(asking: Asking, said: str) -> Detainee | None:
    """Return whoever is held under that register number; of those who left, the last one, for numbers come again."""
    number = code_in(said, REGISTER_NUMBER)
    if not number:
        return None
    rows = detainees_visible_to(asking.rights).filter(register_number=number)
    found: Detainee | None = rows.order_by("-released_on", "pk").first()
    return rows.present().first() or found
