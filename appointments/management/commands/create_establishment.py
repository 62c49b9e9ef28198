"""manage.py create_establishment: a prison, its buildings, its arrival and publication times. May be run again."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import transaction

from access.models import Building, Establishment
from appointments.models import ArrivalTime, PublicationTime
from appointments.projection import Schedule, reschedule

# Usual movement windows of French establishments: 8:15-11:15 and 13:45-17:15.
USUAL_TIMES = "08:30 09:15 10:00 10:45 13:45 14:30 15:15 16:00"
# Before each relief of the officers (7:00, 13:00), and the afternoon before for the next day's list.
USUAL_PUBLICATIONS = "06:30 12:30 15:30"


class Command(BaseCommand):
    """Create what is missing; change the name and the time zone to what is given; remove nothing."""

    help = "Create an establishment with its buildings, arrival and publication times, or complete it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="short code, letters, digits and hyphens: it appears in file names")
        parser.add_argument("--name", required=True, help="the establishment's name")
        parser.add_argument(
            "--prison",
            metavar="NAME",
            choices=settings.CAREHUB_PRISONS,
            help="the prison's database that gets its lists (CAREHUB_PRISONS); a new establishment gets the first",
        )
        parser.add_argument("--time-zone", default="Europe/Paris", help="for example America/Guadeloupe")
        parser.add_argument(
            "--building", metavar="NAME", action="append", default=[], help="a building; repeat it for several"
        )
        parser.add_argument(
            "--arrival-times",
            metavar="HH:MM",
            nargs="+",
            help=f"the only hours that the prison side ever sees; a new establishment gets {USUAL_TIMES}",
        )
        parser.add_argument(
            "--publication-times",
            metavar="HH:MM",
            nargs="+",
            help=f"when officers' lists go out, from today; a new establishment gets {USUAL_PUBLICATIONS}",
        )

    @no_translations
    def handle(self, *args: Any, code: str, name: str, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        times = [time_of_day(text) for text in options["arrival_times"] or []]
        publications = [time_of_day(text) for text in options["publication_times"] or []]
        try:
            with transaction.atomic():
                establishment, is_new = write_establishment(
                    code, name=name, time_zone=options["time_zone"], prison=options["prison"]
                )
                added = write_buildings(establishment, options["building"])
                added += write_times(establishment, times or (usual(USUAL_TIMES) if is_new else []))
                added += write_publications(
                    establishment, publications or (usual(USUAL_PUBLICATIONS) if is_new else [])
                )
        except ValidationError as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        done = "created" if is_new else "was there already"
        self.stdout.write(
            f"{establishment.name} ({establishment.code}) {done}; added: {', '.join(added) or 'nothing'}."
        )


def usual(times: str) -> list[time]:
    return [time_of_day(text) for text in times.split()]


def time_of_day(text: str) -> time:
    """Return a time of day written HH:MM."""
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise CommandError(f"{text} is not a time of day. Write it like 08:30.") from error


def write_establishment(code: str, *, name: str, time_zone: str, prison: str | None) -> tuple[Establishment, bool]:
    """Return the establishment with that code, made or brought up to date, and whether it is new.

    One that gets another prison's database is moved by the courier (docs/adr/0026).
    """
    found = Establishment.objects.select_for_update(no_key=True).filter(code__iexact=code).first()
    establishment = found or Establishment(code=code, prison=settings.CAREHUB_PRISONS[0])
    establishment.name, establishment.time_zone = name.strip(), time_zone
    establishment.prison = prison or establishment.prison
    establishment.full_clean()
    establishment.save()
    return establishment, found is None


def write_buildings(establishment: Establishment, names: list[str]) -> list[str]:
    """Add the buildings that are missing; return what was added, in words."""
    there = set(establishment.buildings.values_list("name", flat=True))
    missing = [name for name in dict.fromkeys(text.strip() for text in names) if name not in there]
    for name in missing:
        building = Building(establishment=establishment, name=name)
        building.full_clean()
        building.save()
    return [f"building {name}" for name in missing]


def write_times(establishment: Establishment, times: list[time]) -> list[str]:
    """Add the arrival times that are missing; return what was added, in words."""
    there = set(ArrivalTime.objects.filter(establishment=establishment).values_list("at", flat=True))
    missing = sorted(set(times) - there)
    ArrivalTime.objects.bulk_create(ArrivalTime(establishment=establishment, at=at) for at in missing)
    return [f"arrival time {at:%H:%M}" for at in missing]


def write_publications(establishment: Establishment, times: list[time]) -> list[str]:
    """Add the publication times that are missing; return what was added, in words."""
    there = set(PublicationTime.objects.filter(establishment=establishment, until=None).values_list("at", flat=True))
    missing, today = sorted(set(times) - there), establishment.today()
    PublicationTime.objects.bulk_create(
        PublicationTime(establishment=establishment, at=at, since=today) for at in missing
    )
    if missing:
        reschedule(Schedule.of(establishment))
    return [f"publication time {at:%H:%M}" for at in missing]
