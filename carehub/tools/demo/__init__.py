"""Two invented establishments with half a year of appointments, for demonstrations, measures and trials.

Everything is drawn from a fixed seed and dated from today, so that two loads of one day agree. Nobody is real.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone
from psycopg import sql

from access.models import Establishment, User
from appointments.courier import rounds
from appointments.exports import open_exports, usual_end
from appointments.models import NeutralityMeasure
from carehub.tools.demo import (
    cast,
    desk,
    handovers,
    letters,
    obstructions,
    planning,
    reports,
    rows,
    second_unit,
    visits,
    waiting_room,
)
from carehub.tools.demo.cast import accounts, prison
from carehub.tools.demo.days import Calendar
from carehub.tools.demo.escorts import write_escorts
from carehub.tools.demo.nominal_file import nominal_file
from carehub.tools.demo.series import write_series
from carehub.tools.demo.simulation import Simulation
from carehub.tools.demo.sites import REMAND, SITES, Site
from carehub.tools.tables import learn_rows

__all__ = ["PartLostError", "accounts", "is_loaded", "is_measured", "load", "nominal_list", "publish"]

# Share of the whole load that the first, large establishment takes, and of it the share of the simulation.
SHARE_OF_FIRST, SHARE_OF_SIMULATION = 90, 25
WRITTEN_BY_MIGRATIONS = {"auth_permission", "django_content_type", "django_migrations"}


class PartLostError(RuntimeError):
    """The hospital's database holds the invented establishments, and the prison's does not."""


def is_loaded() -> bool:
    """Whether the invented establishments are there, on both sides. A load that was interrupted has to begin again.

    Raises PartLostError when the prison's database has lost them.
    """
    is_at_care = Establishment.objects.filter(code=REMAND.code).exists()
    if is_at_care and not Establishment.objects.using(prison()).filter(code=REMAND.code).exists():
        raise PartLostError("The prison side's database has lost the invented establishments.")
    return is_at_care


def load(*, progress: Callable[[str], None]) -> list[dict[str, str]]:
    """Write the invented establishments and accounts into both databases; return the accounts.

    An error leaves nothing in either. The prison's part is committed first: when the process is killed between the two,
    the hospital's database knows nothing, and the next load takes away what stands there. `progress` is called now
    and then with a line: how far, and what is being done.
    """
    with transaction.atomic(), transaction.atomic(using=prison()):
        clear_half()
        users = cast.open_accounts()
        _load_site(SITES[0], users, lambda percent, what: progress(f"{percent * SHARE_OF_FIRST // 100:3d} %  {what}"))
        for site in SITES[1:]:
            _load_site(site, users, lambda _percent, _what: None)
            progress(f"{SHARE_OF_FIRST + 5:3d} %  {site.name}")
        places = [Establishment.objects.get(code=site.code) for site in SITES]
        handovers.write_leavers(places[0])
        handovers.write_transferred(places[0], places[1])
        handovers.write_partners(places, users["cheffe"])
        learn_rows()
        open_one_export(users)
        publish(now=timezone.now())
        progress("100 %  letting the databases check everything")
    return accounts()


def is_measured() -> bool:
    """Whether what the lists tell was measured today."""
    today = Establishment(code=REMAND.code).today()
    return NeutralityMeasure.objects.filter(measured_on=today).count() == len(SITES)


def open_one_export(users: dict[str, User]) -> None:
    """Open files and calendar to the officer at the health unit's door, as the head would; to nobody else."""
    place, head = Establishment.objects.get(code=REMAND.code), users["cheffe"]
    open_exports(place, by=head, username=cast.HEALTH_UNIT_OFFICER, until=usual_end(place.today()))


def clear_half() -> None:
    """Delete the prison's part of a load that was killed between its two commits. Nobody has used it yet."""
    there = connections[prison()]
    tables = set(there.introspection.django_table_names(only_existing=True)) - WRITTEN_BY_MIGRATIONS
    with there.cursor() as cursor:
        # What refers to a building comes before the buildings; the rest is checked at the end.
        for table in sorted(tables, key=lambda table: not table.startswith("prison_")):
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


def publish(*, now: datetime | None = None) -> None:
    """Let the courier make one round, so that the lists of this hour stand at the prison door before it opens."""
    for name in settings.CAREHUB_PRISONS:
        rounds.go(name, now=now)


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
    obstructions.obstruct(site, outcome, calendar)
    say(SHARE_OF_SIMULATION, f"{len(outcome.people)} people, {len(outcome.sessions)} sessions")
    frame = rows.write_frame(site, calendar, users)
    people = rows.write_people(frame, outcome.people)
    patterns = planning.write_patterns(site, calendar, frame.establishment, frame.agendas, outcome.sessions)
    sessions = rows.write_sessions(frame, outcome.sessions, patterns)
    say(45, f"{len(outcome.visits)} appointments")
    rows.write_appointments(frame, outcome, people, sessions, today=calendar.today)
    learn_rows()
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
        visits.write_rounds(frame, calendar)
    obstructions.write_obstructions(frame, site, outcome, calendar, users[cast.NURSE])
    if site is REMAND:
        reports.write_reports(frame, calendar)
        second_unit.write_second_unit(frame, calendar)
