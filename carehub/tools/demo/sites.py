"""The two invented establishments: their walls, their unit's week, and what care people there need. Only data.

Sizes and rates come from published figures on French prisons, and from assumptions where none was found: wards of
2 to 3 men in cells for 2, one follow-up every 2 to 4 weeks in psychiatry, 8 nurse visits a person-year, and so on.
Nothing here was chosen to make the movement list look more neutral than such a week is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from appointments.models.enums.planning import Discipline

ARRIVAL_TIMES = tuple(
    time.fromisoformat(at) for at in ("08:30", "09:15", "10:00", "10:45", "13:45", "14:30", "15:15", "16:00")
)
# When officers' lists go out; the last of a day publishes the next day's list.
PUBLICATION_TIMES = tuple(time.fromisoformat(at) for at in ("06:30", "12:30", "15:30"))
FEWER_PUBLICATIONS = (PUBLICATION_TIMES[0], PUBLICATION_TIMES[-1])
MON, TUE, WED, THU, FRI = WORKING_DAYS = tuple(range(5))
# People whom officers can bring to one arrival time, as the invented prisons agreed.
BROUGHT_AT_MOST = 20
# Opening hours as (first minute, last minute) of the day.
MORNING, LATE_MORNING = (510, 690), (525, 705)
AFTERNOON, LATE_AFTERNOON = (825, 1005), (840, 1020)


@dataclass(frozen=True)
class Wing:
    """One building: its floors, and cells that were built for two."""

    name: str
    prefix: str
    floors: tuple[int, ...]
    cells_per_floor: int
    # People pass some days here after their arrival.
    receives: bool = False


@dataclass(frozen=True)
class WeeklyHalfDay:
    """One half-day of an agenda's week; `every` counts weeks (4: once in four weeks)."""

    weekday: int
    hours: tuple[int, int]
    every: int = 1


@dataclass(frozen=True)
class Diary:
    name: str
    discipline: Discipline
    slot_minutes: int
    openings: tuple[WeeklyHalfDay, ...]
    takes_leave: bool = True
    # The weekdays on which the practitioner could come instead; none of them: the days may not change.
    could_come: tuple[int, ...] = ()


@dataclass(frozen=True)
class Care:
    """A need of care: who has it, how it comes back, and how long it may wait.

    The next visit is wanted `again` days (from, to) after the last one with the chance `keeps`, else after a pause
    of `pause` days on average. `share` of the people have the need at all; `lead` is the wait (from, to) that triage
    allows after a new request.
    """

    kinds: tuple[tuple[str, int], ...]
    share: float
    again: tuple[int, int]
    keeps: float
    pause: float
    lead: tuple[int, int]
    same_practitioner: bool = False

    @property
    def mean_gap(self) -> float:
        """Days between two visits, on average."""
        return self.keeps * sum(self.again) / 2 + (1 - self.keeps) * self.pause


@dataclass(frozen=True)
class Consultation:
    """A kind of consultation. `before` is the last minute of the day at which it may begin (blood is taken fasting)."""

    name: str
    discipline: Discipline
    minutes: int
    before: int = 24 * 60


@dataclass(frozen=True)
class Site:
    code: str
    name: str
    people: int
    wings: tuple[Wing, ...]
    median_stay: float
    spread_of_stay: float
    arrivals_a_day: float
    number_width: int
    diaries: tuple[Diary, ...]
    care: tuple[Care, ...]
    publications: tuple[time, ...] = PUBLICATION_TIMES


def half_days(hours: tuple[int, int], *weekdays: int, every: int = 1) -> tuple[WeeklyHalfDay, ...]:
    return tuple(WeeklyHalfDay(weekday, hours, every) for weekday in weekdays)


CONSULTATIONS = (
    Consultation("Consultation de médecine générale", Discipline.GENERAL, 20),
    Consultation("Examen d’arrivée", Discipline.GENERAL, 30),
    Consultation("Soin infirmier", Discipline.NURSING, 10),
    Consultation("Entretien infirmier d’arrivée", Discipline.NURSING, 20),
    Consultation("Prise de sang", Discipline.NURSING, 10, before=600),
    Consultation("Vaccination", Discipline.NURSING, 10),
    Consultation("Entretien psychiatrique", Discipline.PSYCHIATRY, 30),
    Consultation("Entretien psychologique", Discipline.PSYCHOLOGY, 45),
    Consultation("Soins dentaires", Discipline.DENTISTRY, 30),
    Consultation("Séance de kinésithérapie", Discipline.PHYSIOTHERAPY, 30),
    Consultation("Consultation d’addictologie", Discipline.ADDICTION, 30),
    Consultation("Consultation d’hépatologie", Discipline.INFECTIOUS, 20),
)
ON_ARRIVAL = ("Entretien infirmier d’arrivée", "Examen d’arrivée")

# Person-year rates: general practice 5, nurse 8, psychiatry 271/1,000 users x 8, psychology x 6, dentist 1.2,
# physiotherapy 1. Addiction medicine and hepatology: assumptions.
CARE = (
    Care((("Consultation de médecine générale", 1),), 1, (7, 21), 0.25, 93, (1, 6)),
    Care((("Soin infirmier", 7), ("Prise de sang", 2), ("Vaccination", 1)), 1, (2, 7), 0.4, 73, (1, 3)),
    Care((("Entretien psychiatrique", 1),), 0.271, (14, 28), 0.8, 145, (5, 14), same_practitioner=True),
    Care((("Entretien psychologique", 1),), 0.271, (14, 21), 0.85, 307, (14, 28), same_practitioner=True),
    Care((("Soins dentaires", 1),), 1, (14, 28), 0.5, 587, (14, 28)),
    Care((("Séance de kinésithérapie", 1),), 0.12, (7, 7), 0.88, 300, (7, 21)),
    Care((("Consultation d’addictologie", 1),), 0.09, (21, 28), 0.85, 100, (3, 10)),
    Care((("Consultation d’hépatologie", 1),), 0.035, (28, 28), 0.7, 200, (7, 28)),
)

REMAND = Site(
    code="MA-DEMO",
    name="Maison d’arrêt des Tilleuls (inventée)",
    people=620,
    # 600 places: 3 x 4 x 24 cells and 12 for those who arrive, all built for two.
    wings=(
        *(Wing(name, name, (0, 1, 2, 3), 24) for name in ("A", "B", "C")),
        Wing("Arrivants", "QA", (0,), 12, receives=True),
    ),
    median_stay=120,
    spread_of_stay=0.95,
    arrivals_a_day=4.6,
    number_width=6,
    diaries=(
        Diary(
            "Infirmerie",
            Discipline.NURSING,
            10,
            (
                *half_days(MORNING, MON, TUE, WED, THU, FRI),
                *half_days(AFTERNOON, MON, TUE, WED, THU, FRI),
            ),
            takes_leave=False,
        ),
        Diary(
            "Dr Leroy",
            Discipline.GENERAL,
            20,
            (
                *half_days(LATE_MORNING, MON, TUE, THU, FRI),
                *half_days(AFTERNOON, MON, TUE, THU),
            ),
            could_come=WORKING_DAYS,
        ),
        Diary(
            "Dr Aubry",
            Discipline.GENERAL,
            20,
            (
                *half_days(LATE_MORNING, TUE, WED, FRI),
                *half_days(AFTERNOON, TUE, WED, FRI),
            ),
            could_come=WORKING_DAYS,
        ),
        Diary(
            "Dr Vasseur (psychiatre)",
            Discipline.PSYCHIATRY,
            30,
            (
                *half_days(LATE_MORNING, MON, TUE, THU),
                *half_days(LATE_AFTERNOON, TUE, THU),
            ),
            could_come=WORKING_DAYS,
        ),
        Diary(
            "Mme Carpentier (psychologue)",
            Discipline.PSYCHOLOGY,
            45,
            (
                *half_days(LATE_MORNING, MON, WED),
                *half_days(LATE_AFTERNOON, MON, WED),
            ),
            could_come=WORKING_DAYS,
        ),
        Diary(
            "M. Texier (psychologue)",
            Discipline.PSYCHOLOGY,
            45,
            (
                *half_days(LATE_MORNING, THU, FRI),
                *half_days(LATE_AFTERNOON, THU),
            ),
            could_come=WORKING_DAYS,
        ),
        Diary(
            "Dr Kaplan (dentiste)",
            Discipline.DENTISTRY,
            30,
            (
                *half_days(LATE_MORNING, TUE, FRI),
                *half_days(LATE_AFTERNOON, TUE),
            ),
            could_come=(TUE, FRI),
        ),
        Diary(
            "M. Roche (kinésithérapeute)",
            Discipline.PHYSIOTHERAPY,
            30,
            (
                *half_days(LATE_AFTERNOON, MON, THU),
                *half_days(MORNING, WED),
            ),
            could_come=(MON, WED, THU),
        ),
        Diary(
            "Dr Amar (addictologue)",
            Discipline.ADDICTION,
            30,
            (
                *half_days(LATE_MORNING, WED),
                *half_days(LATE_AFTERNOON, WED, FRI),
            ),
            could_come=(WED, FRI),
        ),
        Diary(
            "Dr Besson (hépatologue)",
            Discipline.INFECTIOUS,
            20,
            half_days(LATE_AFTERNOON, TUE, every=4),
            takes_leave=False,
            could_come=(TUE, THU),
        ),
    ),
    care=CARE,
)

DETENTION_CENTRE = Site(
    code="CD-DEMO",
    name="Centre de détention des Peupliers (inventé)",
    publications=FEWER_PUBLICATIONS,
    people=60,
    wings=(Wing("Nord", "N", (0, 1), 12), Wing("Sud", "S", (0, 1), 12, receives=True)),
    median_stay=540,
    spread_of_stay=0.5,
    arrivals_a_day=0.14,
    number_width=5,
    diaries=(
        Diary("Soins infirmiers", Discipline.NURSING, 10, half_days(MORNING, MON, TUE, THU, FRI), takes_leave=False),
        Diary("Dr Pasquier", Discipline.GENERAL, 20, half_days(LATE_MORNING, TUE, FRI), could_come=WORKING_DAYS),
        Diary(
            "Dr Lemoine (psychiatre)", Discipline.PSYCHIATRY, 30, half_days(LATE_AFTERNOON, THU), could_come=(TUE, THU)
        ),
        Diary(
            "Mme Gilles (psychologue)",
            Discipline.PSYCHOLOGY,
            45,
            half_days(LATE_AFTERNOON, TUE, WED),
            could_come=WORKING_DAYS,
        ),
    ),
    care=CARE[:4],
)

SITES = (REMAND, DETENTION_CENTRE)
