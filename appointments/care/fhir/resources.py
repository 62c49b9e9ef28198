"""Our rows as resources of FHIR R4: an agenda is a Schedule and its Practitioner, a free time a Slot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from appointments.care.fhir.outcomes import Resource
from appointments.models import Agenda, Appointment, Detainee, Kind
from appointments.models.enums.appointment import CancelReason, Status
from appointments.openings.availability import FreeSlot

REGISTER_NUMBER = "urn:x-carehub:register-number"
KIND, DISCIPLINE = "urn:x-carehub:kind", "urn:x-carehub:discipline"
CANCEL_REASON = "urn:x-carehub:cancel-reason"
STATUS = {
    Status.BOOKED: "booked",
    Status.ARRIVED: "arrived",
    Status.IN_CONSULTATION: "checked-in",
    Status.SEEN: "fulfilled",
    Status.NOT_COME: "noshow",
    Status.CANCELLED: "cancelled",
}
SLOT = re.compile(r"([0-9]{1,18})\.([0-9]{8}T[0-9]{4}Z)\.([0-9]{1,3})")


def schedule(agenda: Agenda, kinds: Sequence[Kind]) -> Resource:
    """Return an agenda as a Schedule, with what is done in it."""
    return {
        "resourceType": "Schedule",
        "id": str(agenda.pk),
        "active": True,
        "serviceType": [service_type(kind) for kind in kinds],
        "specialty": [concept(DISCIPLINE, agenda.discipline, agenda.get_discipline_display())],
        "actor": [practitioner_reference(agenda)],
    }


def practitioner(agenda: Agenda) -> Resource:
    """Return whoever keeps an agenda, by the agenda's name: nothing else is known of them here."""
    return {"resourceType": "Practitioner", "id": str(agenda.pk), "active": True, "name": [{"text": agenda.name}]}


def patient(person: Detainee) -> Resource:
    """Return a person with what tells them from another: number, name, birth; not where they are held."""
    told: Resource = {
        "resourceType": "Patient",
        "id": str(person.pk),
        "active": person.is_present,
        "identifier": [register_number(person)],
        "name": [{"use": "official", "family": person.last_name, "given": [person.first_name]}],
    }
    if person.birth_date or person.birth_year:
        told["birthDate"] = person.birth_date.isoformat() if person.birth_date else f"{person.birth_year:04d}"
    return told


def slot(found: FreeSlot, *, status: str = "free") -> Resource:
    return {
        "resourceType": "Slot",
        "id": slot_key(found.agenda.pk, found.starts_at, found.ends_at - found.starts_at),
        "schedule": {"reference": f"Schedule/{found.agenda.pk}", "display": found.agenda.name},
        "specialty": [concept(DISCIPLINE, found.agenda.discipline, found.agenda.get_discipline_display())],
        "status": status,
        "start": instant(found.starts_at),
        "end": instant(found.ends_at),
    }


def appointment(row: Appointment, *, changed_at: datetime | None) -> Resource:
    """Return an appointment with its person and its practitioner; its version is our revision."""
    person: Resource = {
        "reference": f"Patient/{row.detainee_id}",
        "identifier": register_number(row.detainee),
        "display": row.detainee.display_name,
    }
    told: Resource = {
        "resourceType": "Appointment",
        "id": str(row.pk),
        "meta": {"versionId": str(row.revision), "lastUpdated": instant(changed_at or row.booked_at)},
        "status": STATUS[Status(row.status)],
        "serviceType": [service_type(row.kind)],
        "specialty": [concept(DISCIPLINE, row.agenda.discipline, row.agenda.get_discipline_display())],
        **times(row.agenda.pk, row.starts_at, row.ends_at),
        "created": instant(row.booked_at),
        "participant": [
            {"actor": person, "required": "required", "status": "accepted"},
            {"actor": practitioner_reference(row.agenda), "required": "required", "status": "accepted"},
        ],
    }
    if row.status == Status.CANCELLED:
        reason = CancelReason(row.cancel_reason)
        told["cancelationReason"] = concept(CANCEL_REASON, reason.value, str(reason.label))
    return told


def proposed(found: FreeSlot, kind: Kind) -> Resource:
    """Return a free time as an Appointment that anybody may book who adds the person."""
    return {
        "resourceType": "Appointment",
        "status": "proposed",
        "serviceType": [service_type(kind)],
        "specialty": [concept(DISCIPLINE, found.agenda.discipline, found.agenda.get_discipline_display())],
        **times(found.agenda.pk, found.starts_at, found.ends_at),
        "participant": [
            {"actor": practitioner_reference(found.agenda), "required": "required", "status": "needs-action"}
        ],
    }


def times(agenda: int, starts_at: datetime, ends_at: datetime) -> Resource:
    length = ends_at - starts_at
    return {
        "start": instant(starts_at),
        "end": instant(ends_at),
        "minutesDuration": max(1, round(length.total_seconds() / 60)),
        "slot": [{"reference": f"Slot/{slot_key(agenda, starts_at, length)}"}],
    }


def concept(system: str, code: str, display: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def service_type(kind: Kind) -> Resource:
    return concept(KIND, str(kind.pk), kind.name)


def practitioner_reference(agenda: Agenda) -> Resource:
    return {"reference": f"Practitioner/{agenda.pk}", "display": agenda.name}


def register_number(person: Detainee) -> Resource:
    return {"use": "usual", "system": REGISTER_NUMBER, "value": person.register_number}


def instant(at: datetime) -> str:
    """Return an instant as FHIR writes one: UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class SlotKey(NamedTuple):
    """Whose time it is, from when, for how long: a free time is no row, its key says all of it."""

    agenda: int
    starts_at: datetime
    length: timedelta

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.length


def slot_key(agenda: int, starts_at: datetime, length: timedelta) -> str:
    minutes = min(999, max(1, round(length.total_seconds() / 60)))
    return f"{agenda}.{starts_at.astimezone(UTC):%Y%m%dT%H%MZ}.{minutes}"


def read_slot_key(key: str) -> SlotKey | None:
    found = SLOT.fullmatch(key)
    if found is None:
        return None
    try:
        starts_at = datetime.strptime(found[2], "%Y%m%dT%H%MZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return SlotKey(int(found[1]), starts_at, timedelta(minutes=int(found[3])))
