"""The day on paper, for when nothing works: a unit’s lists, day sheets and telephone numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from access.in_words import date_format
from access.models import Building, Establishment
from access.sorting import FrenchKey
from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Agenda, Appointment, CareUnit
from appointments.models.enums.movement import Mark
from appointments.papers import Heading, Paper, Paragraph, Table
from appointments.papers.paper import Block
from appointments.projection import Schedule
from appointments.projection.list_content import contents
from carehub.keeping.sealing import NotKept

DAYS = 2


def paper_of(unit: CareUnit, *, now: datetime, numbers: Sequence[str]) -> Paper:
    """Return what a unit needs to go on without a screen. Queries: a constant number, and one a day."""
    place = unit.establishment
    schedule = Schedule.of(place, now=now)
    days = [schedule.today + timedelta(days=days) for days in range(DAYS)]
    blocks: list[Block] = [Paragraph(_("Mark on this paper what happens. Afterwards it is entered again by hand."))]
    blocks += [*day_sheets(unit, days), *officers_lists(schedule, days), *telephone(numbers)]
    at = date_format(now.astimezone(place.zone), "d/m/Y H:i")
    secret = _("Confidential – medical secrecy")
    return Paper(
        title=_("%(unit)s: the day on paper, as it was on %(at)s") % {"unit": unit.name, "at": at},
        blocks=blocks,
        foot=f"{secret} · {place.name} · {at}",
    )


def day_sheets(unit: CareUnit, days: Sequence[date]) -> Iterator[Block]:
    """Give each practitioner's day, those on whom nobody is expected left out."""
    agendas = list(Agenda.objects.filter(unit=unit, is_active=True).order_by("position", "pk"))
    zone = unit.establishment.zone
    head = [
        _("Time"),
        _("Called at"),
        _("Name"),
        _("Register number"),
        _("Cell"),
        _("Kind of consultation"),
        _("State"),
    ]
    for day in days:
        found = list(Appointment.objects.shown_between(agendas, *local_midnights(day, zone)))
        for agenda in agendas:
            rows = [_row(one, unit.establishment) for one in found if one.agenda_id == agenda.pk]
            if rows:
                yield Heading(f"{agenda.name} – {_in_words(day)}")
                yield Table("", head, rows, is_words=True)


def _row(one: Appointment, place: Establishment) -> list[str]:
    person, zone = one.detainee, place.zone
    called = f"{one.called_at.astimezone(zone):%H:%M}" if one.called_at else ""
    where = f"{person.building.name} {person.cell}" if person.building else person.cell
    time = f"{one.starts_at.astimezone(zone):%H:%M}"
    return [time, called, person.display_name, person.register_number, where, one.kind.name, one.get_status_display()]


def officers_lists(schedule: Schedule, days: Sequence[date]) -> Iterator[Block]:
    """Give the officers' lists as they are to be read now, a table a building."""
    buildings = list(Building.objects.filter(establishment=schedule.establishment).order_by(FrenchKey("name"), "pk"))
    head = [_("Called at"), _("Name"), _("Register number"), _("Cell"), _("State")]
    for content in contents(schedule, days):
        for building in buildings:
            rows = [_line(line, schedule) for line in content.lines if line["building"] == building.pk]
            if rows:
                title = _("Officers’ list, %(building)s, %(day)s")
                yield Heading(title % {"building": building.name, "day": _in_words(content.day)})
                yield Table("", head, rows, is_words=True)


def _line(line: dict[str, str], schedule: Schedule) -> list[str]:
    at = datetime.fromisoformat(line["expected_at"]).astimezone(schedule.grid.zone)
    name = f"{line['last_name'].upper()} {line['first_name']}"
    mark = str(Mark(line["mark"]).label) if line["mark"] else ""
    return [f"{at:%H:%M}", name, line["register_number"], line["cell"], mark]


def telephone(numbers: Sequence[str]) -> Iterator[Block]:
    """Give the telephone numbers that the hospital's IT wrote into a file, as they stand there."""
    if numbers:
        yield Heading(_("Telephone numbers"))
        rows = [[part.strip() for part in (*line.split(":", 1), "")[:2]] for line in numbers]
        yield Table("", [_("Who"), _("Number")], rows, is_words=True)


def numbers() -> list[str]:
    """Return the lines of CAREHUB_PAPER_NUMBERS. Raises NotKept where that file cannot be read."""
    if not settings.CAREHUB_PAPER_NUMBERS:
        return []
    try:
        text = Path(settings.CAREHUB_PAPER_NUMBERS).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise NotKept(f"CAREHUB_PAPER_NUMBERS names {settings.CAREHUB_PAPER_NUMBERS}, which cannot be read.") from None
    return [line for line in text.splitlines() if line.strip()]


def name_of(unit: CareUnit, units: Sequence[CareUnit]) -> str:
    """Return how a unit's files are called: the establishment's code, from its second unit on with a number."""
    code = unit.establishment.code
    first = min(each.pk for each in units if each.establishment_id == unit.establishment_id)
    return code if unit.pk == first else f"{code}-{unit.pk}"


def recipients_of(name: str, written: Sequence[str]) -> list[str]:
    """Return the public keys for one unit's files: those for all, and those written as NAME:age1…."""
    found = [text for text in written if ":" not in text]
    return found + [text.split(":", 1)[1] for text in written if text.startswith(f"{name}:")]


def _in_words(day: date) -> str:
    return str(date_format(day, "l j F Y"))
