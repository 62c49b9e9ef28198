"""One morning at one establishment, the same to the letter in every run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from access.models import User
from access.policy import give
from appointments.models import Alert, Appointment, Detainee
from appointments.models.enums.movement import Urgency
from appointments.registry.uploads import keep_upload
from appointments.statistics.kept import count_night
from tests.conftest import Unit
from tests.doors import carry
from tests.factories import DetaineeFactory, RequestFactory, appointment, local, open_session
from tests.test_who_opens_what import noted_fact

NAMES = (
    "Adam",
    "Bernard",
    "Caron",
    "Dubois",
    "Émery",
    "Fabre",
    "Garnier",
    "Hamidi",
    "Isnard",
    "Jacquet",
    "Klein",
    "Leroux",
)
# Two who are known, one in another cell, two who are new, one who cannot be read; the others of the house have left.
LIST = """Écrou;Nom;Prénom;Né(e) le;Bâtiment;Cellule;Entré(e) le
004217;DURAND;Paul;17/05/1990;B;B-2-207;05/01/2026
012345;BENALI;Karim;03/02/1985;B;B-1-101;05/01/2026
000815;N'DIAYE;Aïssatou;29/02/1992;A;A-0-007;08/03/2027
000816;NOUVEAU;Noé;01/01/1995;A;A-0-008;08/03/2027
;SANS NUMÉRO;Luc;01/01/1990;A;A-1-001;08/03/2027
"""


@dataclass(frozen=True)
class World:
    """What stands for the names in an address."""

    day: date
    unit: Unit
    person: Detainee
    booked: Appointment
    upload: str

    def filled(self, path: str) -> str:
        return path.format(
            day=self.day,
            tomorrow=self.day + timedelta(days=1),
            person=self.person.pk,
            booked=self.booked.pk,
            upload=self.upload,
            agenda=self.unit.doctor.pk,
            building=self.unit.building.pk,
        )


def build(unit: Unit, head: User, now: datetime) -> World:
    place, day = unit.establishment, now.date()
    people = [
        DetaineeFactory(
            establishment=place,
            building=unit.building if number % 2 else unit.other_building,
            cell=f"{'A' if number % 2 else 'B'}-1-{number:03d}",
            last_name=name,
            first_name="Paul",
            register_number=f"{5000 + number:06d}",
        )
        for number, name in enumerate(NAMES)
    ]
    today = expected(unit, people, day)
    expected(unit, people[::-1][:5], day + timedelta(days=1))
    for number, person in enumerate(people[:4]):
        RequestFactory(detainee=person, received_on=day - timedelta(days=number))
    Alert.objects.create(
        establishment=place,
        building=unit.building,
        register_number=unit.paul.register_number,
        last_name="Durand",
        first_name="Paul",
        urgency=Urgency.TODAY,
    )
    noted_fact(unit)
    give(head, "manage_escorts", place)
    upload = keep_upload(LIST.encode(), by=head, establishment=place, complete=True)
    count_night(place)
    carry()
    return World(day, unit, unit.paul, today[0], str(upload.pk))


def expected(unit: Unit, people: list[Detainee], day: date) -> list[Appointment]:
    """From 8:30 on two of three see the doctor for a quarter of an hour, every third the psychiatrist for a half."""
    first = local(unit.establishment, day, 8, 30)
    doctor, psychiatrist = open_session(unit.doctor, day), open_session(unit.psychiatrist, day, slot_minutes=30)
    seen = [person for number, person in enumerate(people) if number % 3 != 2]
    return [
        appointment(person, doctor, unit.consultation, first + timedelta(minutes=15 * number), minutes=15)
        for number, person in enumerate(seen)
    ] + [
        appointment(person, psychiatrist, unit.psychiatry, first + timedelta(minutes=30 * number), minutes=30)
        for number, person in enumerate(people[2::3])
    ]
