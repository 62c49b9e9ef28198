"""Some invented people, accounts and days, written by the programs of one version: what `make keep-version` keeps.

Run beside an empty, migrated pair of databases. Uses what every version's tests have; runs in a checkout of an old one.
"""

from __future__ import annotations

import os
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carehub.settings")
django.setup()

from access.enums import Role  # noqa: E402 (models need the applications to be loaded)
from access.models import Establishment  # noqa: E402
from appointments.courier import rounds  # noqa: E402
from tests.factories import (  # noqa: E402
    AgendaFactory,
    BuildingFactory,
    DetaineeFactory,
    EstablishmentFactory,
    KindFactory,
    RequestFactory,
    appointment,
    escort,
    local,
    member,
    open_session,
    pattern_of,
    workday,
)

PEOPLE = (("Le Gall", "Yann"), ("Őrsi", "Béla"), ("N’Diaye", "Moussa"), ("d’Aubigné", "Françoise"), ("Ngô", "Đức"))
ROLES = {
    "alice": Role.NURSE,
    "helene": Role.HEAD,
    "emma": Role.SECRETARY,
    "ada": Role.ACCOUNT_ADMIN,
    "olga": Role.UNIT_OFFICER,
    "oscar": Role.FLOOR_OFFICER,
}


def fill() -> None:
    """Write a week of a small unit."""
    place = EstablishmentFactory(code="MA-KERGOAT", name="Maison d’arrêt de Kergoat")
    rounds.go("prison")
    for username, role in ROLES.items():
        member(role, place, username=username)
    building = BuildingFactory(establishment=place, name="Bâtiment Est")
    kind = KindFactory(establishment=place, name="Consultation")
    agenda = AgendaFactory(establishment=place, name="Dr Kermarrec")
    pattern_of(agenda)
    for number, (last_name, first_name) in enumerate(PEOPLE, start=1):
        person = DetaineeFactory(
            establishment=place,
            building=building,
            register_number=f"{4100 + number:06d}",
            last_name=last_name,
            first_name=first_name,
            cell=f"E-{number:03d}",
        )
        session = open_session(agenda, workday(number))
        appointment(person, session, kind, local(place, workday(number), 9, 20))
        RequestFactory(detainee=person)
    escort(person, local(place, workday(3), 10) + timedelta(minutes=15))
    Establishment.objects.get(code=place.code)
    rounds.go("prison")


if __name__ == "__main__":
    fill()
