"""Applies a planned import, all or nothing, and carries new cells to the movements already planned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField
from django.db.models.functions import Cast, Left
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Building, Establishment, User
from access.refusal import Refused
from appointments import projection
from appointments.models import Detainee, FormerNumber, Hold, RegistryChange, RegistryImport
from appointments.registry.consequences import consequences_of, write_consequences
from appointments.registry.plan import ImportPlan, LineOutcome, PlannedLine
from appointments.registry.sameness import Answers

# For so many days what a list changed of whom is kept, so that the list may be taken back.
UNDO_DAYS = 7
# In the order of the statement below.
UPDATED = (
    "register_number",
    "last_name",
    "first_name",
    "birth_date",
    "birth_year",
    "building_id",
    "cell",
    "arrived_on",
    "released_on",
    "leaves_on",
    "provisional_since",
    "search_text",
    "name_key",
)
# What of them is kept of each change; the rest follows from these.
KEPT = tuple(name for name in UPDATED if name not in {"search_text", "name_key"})


class StalePlan(Refused):
    """The registry changed after the preview."""

    def __init__(self) -> None:
        super().__init__(
            "stale", _("The registry has changed since this preview, so nothing was applied. Look at the new preview.")
        )


class TooManyMissing(Refused):
    """A complete list that would mark suspiciously many people as gone needs a second confirmation."""

    def __init__(self, missing: int, present: int) -> None:
        super().__init__(
            "missing",
            _(
                "%(missing)s of %(present)s people are not on this list: it looks like a part of the list. "
                "Confirm that it is complete, or import it without marking missing people as gone."
            )
            % {"missing": missing, "present": present},
        )


class AlteredList(Refused):
    """A spreadsheet cut the zeros off register numbers: whoever is new on such a list comes under a wrong number."""

    def __init__(self, lines: int) -> None:
        super().__init__(
            "altered",
            _(
                "A spreadsheet has altered this list: %(lines)s numbers lost their zeros. Nothing was applied. "
                "Take the file as the prison’s software wrote it, or open it with this column as text."
            )
            % {"lines": lines},
        )


class Unanswered(Refused):
    """A line may be somebody whom the registry knows, and nobody has said whether it is."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__(
            "asked",
            _("Say of each line whether it is the same person, and name nobody twice: lines %(lines)s.")
            % {"lines": ", ".join(map(str, numbers[:20]))},
        )


def apply_import(
    make_plan: Callable[[], ImportPlan],
    *,
    establishment: Establishment,
    by: User | None,
    file_digest: str,
    expected_digest: str | None = None,
    confirm_missing: bool = False,
    answers: Answers | None = None,
) -> RegistryImport:
    """Apply the plan that `make_plan` returns once the registry of `establishment` holds still.

    `expected_digest` is the plan's as it was previewed, `answers` what somebody said to its questions. Raises
    StalePlan, AlteredList, Unanswered, TooManyMissing; then nothing is written.
    """
    with transaction.atomic():
        hold_registry(establishment)
        plan = make_plan()
        if expected_digest is not None and plan.digest != expected_digest:
            raise StalePlan
        if answers is not None and plan.again is not None and (plan.questions or plan.buildings_asked):
            plan = plan.again(answers)
        require_applicable(plan, confirm_missing=confirm_missing)
        consequences = consequences_of(plan)
        done = write_import(plan, by=by, file_digest=file_digest)
        changed = write_people(plan, done)
        projection.renumber(changed)
        projection.follow(changed)
        write_consequences(consequences, by=by, done=done)
        record(by=by, verb=Verb.IMPORT, target=done, establishment=establishment)
    return done


def require_applicable(plan: ImportPlan, *, confirm_missing: bool) -> None:
    if plan.altered:
        raise AlteredList(len(plan.altered))
    if asked := plan.of(LineOutcome.ASKED):
        raise Unanswered([line.line for line in asked])
    if plan.looks_partial and not confirm_missing:
        raise TooManyMissing(plan.counts["missing"], plan.present)


def hold_registry(establishment: Establishment) -> None:
    """Let one import at a time touch an establishment, and no booking touch its people meanwhile."""
    Hold.take(establishment, Hold.Subject.REGISTRY)
    people = Detainee.objects.select_for_update(no_key=True).filter(establishment=establishment)
    list(people.order_by("pk").values_list("pk"))


def write_people(plan: ImportPlan, done: RegistryImport) -> list[Detainee]:
    """Write new people and changes, and what stood there before; return the people who were there and changed."""
    Building.objects.bulk_create(Building(establishment=plan.establishment, name=name) for name in plan.new_buildings)
    buildings = {b.name: b for b in Building.objects.filter(establishment=plan.establishment)}
    touched = {line.person_id: line for line in plan.lines if line.person_id and line.values}
    people = list(Detainee.objects.filter(pk__in=list(touched)).select_related("building", "establishment"))
    before = {person.pk: kept(person) for person in people}
    for person in people:
        take_values(person, touched[person.pk].values, buildings)
    renumbered = [p for p in people if p.register_number != before[p.pk]["register_number"]]
    free_numbers(renumbered)
    write_changed(people)
    FormerNumber.objects.bulk_create(
        FormerNumber(
            establishment=plan.establishment,
            detainee=person,
            register_number=before[person.pk]["register_number"],
            found_by=done,
        )
        for person in renumbered
    )
    new = Detainee.objects.bulk_create(new_person(plan, line, buildings) for line in plan.of(LineOutcome.NEW))
    keep_changes(done, [(person, before.get(person.pk, {})) for person in [*people, *new]])
    return people


def kept(person: Detainee) -> dict[str, Any]:
    """Return what of `person` a list may change, as it is written down."""
    values = {name: getattr(person, name) for name in KEPT}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def keep_changes(done: RegistryImport, people: list[tuple[Detainee, dict[str, Any]]]) -> None:
    """Note what the import changed of whom, for as long as it may be taken back."""
    RegistryChange.objects.bulk_create(
        RegistryChange(
            establishment=done.establishment, registry_import=done, detainee=person, before=before, after=kept(person)
        )
        for person, before in people
    )


def forget_changes(*, now: datetime) -> None:
    """Forget what lists changed of whom that cannot be taken back any longer."""
    RegistryChange.objects.filter(registry_import__applied_at__lt=now - timedelta(days=UNDO_DAYS)).delete()


def free_numbers(people: list[Detainee]) -> None:
    """Let go of the numbers that change: two people may exchange theirs, which no single statement could write."""
    keys = [person.pk for person in people]
    Detainee.objects.filter(pk__in=keys).update(register_number=Left(Cast("pk", CharField()), 20))


def write_changed(people: list[Detainee]) -> None:
    """Write what an import may change of `people`, in one statement: Django's own takes seconds for 5,000 rows."""
    columns = [[getattr(person, name) for person in people] for name in ("id", *UPDATED)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE appointments_detainee d
            SET register_number = n.register_number, last_name = n.last_name, first_name = n.first_name,
                birth_date = n.birth_date, birth_year = n.birth_year, building_id = n.building_id, cell = n.cell,
                arrived_on = n.arrived_on, released_on = n.released_on, leaves_on = n.leaves_on,
                provisional_since = n.provisional_since, search_text = n.search_text, name_key = n.name_key
            FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::date[], %s::int[], %s::bigint[], %s::text[],
                        %s::date[], %s::date[], %s::date[], %s::timestamptz[], %s::text[], %s::text[])
                AS n (id, register_number, last_name, first_name, birth_date, birth_year, building_id, cell, arrived_on,
                      released_on, leaves_on, provisional_since, search_text, name_key)
            WHERE d.id = n.id
            """,
            columns,
        )


def new_person(plan: ImportPlan, line: PlannedLine, buildings: dict[str, Building]) -> Detainee:
    """Return the row of somebody new, not written yet."""
    person = Detainee(establishment=plan.establishment)
    take_values(person, line.values, buildings)
    return person


def take_values(person: Detainee, values: dict[str, Any], buildings: dict[str, Building]) -> None:
    for name, value in values.items():
        setattr(person, name, buildings.get(value) if name == "building" else value)
    person.fill_search_text()


def write_import(plan: ImportPlan, *, by: User | None, file_digest: str) -> RegistryImport:
    """Keep the counts of this import; the file itself is not kept."""
    counts = plan.counts
    return RegistryImport.objects.create(
        establishment=plan.establishment,
        applied_by=by,
        file_digest=file_digest,
        new=counts["new"] + counts["returned"],
        moved=counts["moved"] + counts["corrected"] + counts["renumbered"] + counts["confirmed"],
        released=counts["released"] + counts["missing"],
        unchanged=counts["unchanged"],
        refused=counts["refused"],
    )
