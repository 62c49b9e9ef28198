"""What is measured: the hot pages and polls of every door, each with its floor in SQL and what it may cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from access.models import Establishment
from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Appointment
from appointments.models.enums.appointment import Status


@dataclass(frozen=True)
class Place:
    """The establishment whose pages are opened, and rows of it that pages show."""

    establishment: Establishment
    # A day that is over, as full as days are.
    day: date
    appointment: Appointment

    @classmethod
    def of(cls, establishment: Establishment) -> Place:
        today = establishment.today()
        past = Appointment.objects.filter(
            establishment=establishment, starts_at__lt=local_midnights(today, establishment.zone)[0]
        )
        last = past.order_by("-starts_at").first()
        assert last is not None  # noqa: S101 generated houses have a past
        day = establishment.day_of(last.starts_at)
        start, end = local_midnights(day, establishment.zone)
        seen = past.filter(starts_at__gte=start, starts_at__lt=end, status=Status.SEEN)
        return cls(establishment, day, seen.order_by("starts_at", "id")[0])

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        return local_midnights(self.day, self.establishment.zone)

    @property
    def week(self) -> tuple[datetime, datetime]:
        monday = self.day - timedelta(days=self.day.weekday())
        zone = self.establishment.zone
        return local_midnights(monday, zone)[0], local_midnights(monday + timedelta(days=6), zone)[1]


@dataclass(frozen=True)
class Scene:
    """One page as one person opens it."""

    name: str
    door: str
    who: str
    path: Callable[[Place], str]
    # How often the empty page of the same door it may cost in processor time.
    most: float
    # Asked again with the tag of the answer before, as an open page does by itself.
    is_poll: bool = False
    floor: str = ""


EMPTY = "empty page"
ROWS_OF_DAY = (
    "SELECT a.id, a.starts_at, a.ends_at, a.status, a.agenda_id, d.last_name, d.first_name, d.cell, b.name, k.name"
    " FROM appointments_appointment a JOIN appointments_detainee d ON d.id = a.detainee_id"
    " LEFT JOIN access_building b ON b.id = d.building_id JOIN appointments_kind k ON k.id = a.kind_id"
    " WHERE a.establishment_id = %(place)s AND a.starts_at >= %(start)s AND a.starts_at < %(end)s"
    " ORDER BY a.starts_at, a.id"
)
ROWS_OF_WEEK = ROWS_OF_DAY.replace("%(start)s", "%(monday)s").replace("%(end)s", "%(sunday)s")
ROWS_OF_QUEUE = (
    "SELECT r.id, r.due_on, d.last_name, d.first_name FROM appointments_request r"
    " JOIN appointments_detainee d ON d.id = r.detainee_id"
    " WHERE r.establishment_id = %(place)s AND r.status = 'open' ORDER BY r.due_on LIMIT 50"
)
ONE_ROW = "SELECT * FROM appointments_appointment WHERE id = %(appointment)s"
COUNTS = (
    "SELECT status, count(*) FROM appointments_appointment WHERE establishment_id = %(place)s"
    " AND starts_at >= %(quarter)s AND starts_at < %(end)s GROUP BY status"
)


def fixed(path: str) -> Callable[[Place], str]:
    return lambda _place: path


SCENES = (
    Scene(EMPTY, "care", "infirmiere", fixed("/my-account"), 1),
    Scene("home", "care", "infirmiere", fixed("/"), 2.5, floor=ROWS_OF_DAY),
    Scene("a past day", "care", "infirmiere", lambda place: f"/day/{place.day:%Y-%m-%d}", 2.5, floor=ROWS_OF_DAY),
    Scene("week", "care", "infirmiere", lambda place: f"/week/{place.day:%Y-%m-%d}", 2.5, floor=ROWS_OF_WEEK),
    Scene("waiting room", "care", "infirmiere", fixed("/waiting-room"), 2.5, floor=ROWS_OF_DAY),
    Scene("requests to sort", "care", "infirmiere", fixed("/triage"), 2, floor=ROWS_OF_QUEUE),
    Scene("appointment", "care", "infirmiere", lambda place: f"/appointment/{place.appointment.pk}", 2, floor=ONE_ROW),
    Scene("person", "care", "infirmiere", lambda place: f"/people/{place.appointment.detainee_id}", 2.5, floor=ONE_ROW),
    Scene("not come", "care", "infirmiere", fixed("/missed"), 2.5, floor=ROWS_OF_WEEK),
    Scene("officers’ lists", "care", "infirmiere", fixed("/lists"), 2.5, floor=ROWS_OF_DAY),
    Scene("neutrality", "care", "cheffe", fixed("/neutrality/"), 2, floor=COUNTS),
    Scene("statistics", "care", "cheffe", fixed("/statistics/"), 2, floor=COUNTS),
    Scene("poll: urgent alerts", "care", "infirmiere", fixed("/now"), 0.3, is_poll=True),
    Scene(
        "poll: home",
        "care",
        "infirmiere",
        lambda place: f"/now?place={place.establishment.pk}&day={place.establishment.today():%Y-%m-%d}&on=home&agenda=",
        0.3,
        is_poll=True,
    ),
    Scene(EMPTY, "prison", "poste", fixed("/my-account"), 1),
    Scene("list", "prison", "poste", fixed("/"), 2.5),
    Scene("board", "prison", "poste", fixed("/board"), 2.5),
    Scene("poll: board", "prison", "poste", fixed("/board/lines"), 0.3, is_poll=True),
    Scene("poll: list", "prison", "etage", fixed("/lines"), 0.3, is_poll=True),
    Scene(EMPTY, "accounts", "admin", fixed("/my-account"), 1),
    Scene("accounts", "accounts", "admin", fixed("/"), 2.5),
)
