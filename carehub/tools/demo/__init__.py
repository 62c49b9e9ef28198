"""Two invented establishments with half a year of appointments, for demonstrations, measures and trials.

Everything is drawn from a fixed seed and dated from today, so that two loads of one day agree. Nobody is real.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction

from access.models import Establishment, User
from carehub.tools.demo import cast, desk, letters, planning, rows, waiting_room
from carehub.tools.demo.cast import accounts
from carehub.tools.demo.days import Calendar
from carehub.tools.demo.escorts import write_escorts
from carehub.tools.demo.nominal_file import nominal_file
from carehub.tools.demo.series import write_series
from carehub.tools.demo.simulation import Simulation
from carehub.tools.demo.sites import REMAND, SITES, Site

__all__ = ["accounts", "is_loaded", "load", "nominal_list"]

# Share of the whole load that the first, large establishment takes, and of it the share of the simulation.
SHARE_OF_FIRST, SHARE_OF_SIMULATION = 90, 25


def is_loaded() -> bool:
    """Whether the invented establishments are there. A load that was interrupted left nothing."""
    return Establishment.objects.filter(code=REMAND.code).exists()


def load(*, progress: Callable[[str], None]) -> list[dict[str, str]]:
    """Write the invented establishments and accounts in one transaction; return the accounts.

    `progress` is called now and then with a line: how far, and what is being done.
    """
    with transaction.atomic():
        users = cast.open_accounts()
        _load_site(SITES[0], users, lambda percent, what: progress(f"{percent * SHARE_OF_FIRST // 100:3d} %  {what}"))
        for site in SITES[1:]:
            _load_site(site, users, lambda _percent, _what: None)
            progress(f"{SHARE_OF_FIRST + 5:3d} %  {site.name}")
        learn_sizes()
        progress("100 %  letting the database check everything")
    return accounts()


def learn_sizes() -> None:
    """Let the database count its rows: it planned its checks while the tables were empty, and would keep to that."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def nominal_list() -> bytes:
    place = Establishment.objects.get(code=REMAND.code)
    return nominal_file(place, today=place.today())


def _load_site(site: Site, users: dict[str, User], say: Callable[[int, str], None]) -> None:
    calendar = Calendar(Establishment(code=site.code).today())
    told = -1

    def simulated(share: float) -> None:
        nonlocal told
        if int(share * 4) > told:
            told = int(share * 4)
            say(int(share * SHARE_OF_SIMULATION), f"{site.name}: half a year of consultations")

    outcome = Simulation(site, calendar).run(progress=simulated)
    say(SHARE_OF_SIMULATION, f"{len(outcome.people)} people, {len(outcome.sessions)} sessions")
    frame = rows.write_frame(site, calendar, users)
    people = rows.write_people(frame, outcome.people)
    patterns = planning.write_patterns(site, calendar, frame.establishment, frame.agendas, outcome.sessions)
    sessions = rows.write_sessions(frame, outcome.sessions, patterns)
    say(45, f"{len(outcome.visits)} appointments")
    rows.write_appointments(frame, outcome, people, sessions, today=calendar.today)
    learn_sizes()
    rows.write_imports(frame, outcome)
    write_escorts(frame, list(people.values()), calendar)
    planning.write_what_is_to_come(site, calendar, frame.establishment, users)
    write_series(frame, site, people.values(), today=calendar.today)
    if site is REMAND:
        officer, buildings = users[cast.HEALTH_UNIT_OFFICER], frame.buildings.values()
        desk.write_desk(frame.establishment, today=calendar.today, officer=officer, buildings=buildings)
    waiting_room.write_waiting_room(frame.establishment, today=calendar.today)
    if site is REMAND:
        letters.write_requests(frame, calendar)
