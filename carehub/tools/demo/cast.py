"""The invented accounts of the demonstration: fixed names, one password, fixed second factors. Never in production."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone
from django_otp.plugins.otp_hotp.models import HOTPDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.databases import database_of
from access.enums import Administered, Role, Side, side_of_role
from access.models import Building, Establishment, JointAdministration, Membership, User
from access.policy import give
from appointments.models import Agenda
from appointments.models.enums.planning import Discipline
from appointments.rights import BOOK_AGENDA, LEAD_UNIT, MANAGE_ESCORTS, USE_INTERFACES, VIEW_AGENDA

PASSWORD = "tilleuls-2026-demo"  # noqa: S105 (printed for everybody who tries the demonstration)

EVERYTHING = tuple(Discipline)
SOMATIC = (
    Discipline.NURSING,
    Discipline.GENERAL,
    Discipline.DENTISTRY,
    Discipline.PHYSIOTHERAPY,
    Discipline.ADDICTION,
    Discipline.INFECTIOUS,
)


@dataclass(frozen=True)
class Member:
    username: str
    full_name: str
    role: Role
    places: tuple[str, ...] = ("MA-DEMO",)
    books: tuple[Discipline, ...] = ()
    sees: tuple[Discipline, ...] = ()
    building: str = ""
    # Plans hospital escorts, whose dates are secret from everybody else.
    escorts: bool = False
    # Nobody is enrolled for this account: the first sign-in shows the QR code and asks for a new password.
    enrolled: bool = True
    # Works in the second care unit, which is opened last and gives its own rights (second_unit).
    is_of_second: bool = False
    # Serial numbers of hardware tokens, with a clock and with a button, where no telephone may be carried.
    tokens: tuple[str, str] | None = None

    @property
    def key(self) -> bytes:
        """The secret of the second factor, 20 bytes."""
        return hashlib.sha256(f"CareHub demonstration: {self.username}".encode()).digest()[:20]

    @property
    def secret(self) -> str:
        """The same as an authenticator wants it typed; empty while nobody is enrolled."""
        return base64.b32encode(self.key).decode() if self.enrolled else ""


CAST = (
    Member("infirmiere", "Nadia Ferrand", Role.NURSE, books=SOMATIC, sees=EVERYTHING),
    Member("psychiatre", "Claire Vasseur", Role.CLINICIAN, books=(Discipline.PSYCHIATRY,)),
    Member("secretaire", "Sylvie Morand", Role.SECRETARY, books=EVERYTHING, escorts=True),
    Member("cheffe", "Hélène Brochard", Role.HEAD, escorts=True),
    Member("cheffe.smpr", "Simone Lacaze", Role.HEAD, is_of_second=True),
    Member("infirmiere.smpr", "Noor Benchekroun", Role.NURSE, is_of_second=True),
    Member("nouvelle", "Emma Tessier", Role.NURSE, books=(Discipline.NURSING,), enrolled=False),
    Member("infirmiere.cd", "Lucie Arnoux", Role.NURSE, ("CD-DEMO",), books=EVERYTHING, escorts=True),
    Member("cheffe.cd", "Pauline Delmas", Role.HEAD, ("CD-DEMO",), escorts=True),
    Member("etage.a", "Olivier Renard", Role.FLOOR_OFFICER, building="A"),
    Member("etage.b", "Karine Dubreuil", Role.FLOOR_OFFICER, building="B", tokens=("4711-02", "88-1203")),
    Member("poste.us", "Bruno Castel", Role.UNIT_OFFICER),
    Member("encadrement", "Martine Sorel", Role.SENIOR_OFFICER),
    Member("admin", "Agnès Lefort", Role.ACCOUNT_ADMIN, ("MA-DEMO", "CD-DEMO")),
)
# Whose own diary an agenda is.
OWNERS = {"Dr Vasseur (psychiatre)": "psychiatre"}
# Who records what happens at the health unit's door.
HEALTH_UNIT_OFFICER = "poste.us"
# Head and nurse of the second care unit.
SECOND_HEAD, SECOND_NURSE = "cheffe.smpr", "infirmiere.smpr"
# Who noted a fact of obstructed care.
NURSE = "infirmiere"
# Who writes the reports of it, and who reads them before they go.
UNIT_HEAD, SECOND_READER = "cheffe", "psychiatre"
SEES_ALL_MOVEMENTS = {Role.UNIT_OFFICER, Role.SENIOR_OFFICER, Role.MOVEMENT_OFFICE}


def accounts() -> list[dict[str, str]]:
    """Return the accounts as the demonstration prints them and writes them to demo-accounts.json."""
    return [
        {
            "door": side_of_role(member.role).value,
            "role": member.role.value,
            "username": member.username,
            "password": PASSWORD,
            "totp_secret": member.secret,
            "establishment": member.places[0],
        }
        for member in CAST
    ]


def prison() -> str:
    """Return the name of the database that holds the invented establishments' lists and officers."""
    return str(settings.CAREHUB_PRISONS[0])


def open_accounts() -> dict[str, User]:
    """Create the accounts with their second factors, each on its side; return them by user name."""
    users = {}
    for member in CAST:
        user = User(
            username=member.username,
            full_name=member.full_name,
            side=side_of_role(member.role),
            must_change_password=not member.enrolled,
            second_factor_since=timezone.now() if member.enrolled else None,
        )
        user.set_password(PASSWORD)
        user.save(force_insert=True, using=prison() if user.side == Side.PRISON else DEFAULT_DB_ALIAS)
        if member.enrolled:
            _give_factors(member, user)
        users[member.username] = user
    return users


def give_roles(establishment: Establishment, users: dict[str, User], *, since: date) -> None:
    JointAdministration.objects.create(
        establishment=establishment, decided_by="Directions des deux établissements", decided_on=since
    )
    for member in CAST:
        if establishment.code not in member.places:
            continue
        user = users[member.username]
        administers = Administered.BOTH if member.role == Role.ACCOUNT_ADMIN else ""
        Membership.objects.using(database_of(user)).create(
            user_id=user.pk,
            establishment_id=establishment.pk,
            side=user.side,
            role=member.role,
            valid_from=since,
            administers=administers,
        )
        _give_scope(member, user, establishment)


def bookers(establishment: Establishment, users: dict[str, User], discipline: str) -> list[User]:
    """Return the enrolled accounts that book the `discipline` there."""
    return [
        users[member.username]
        for member in CAST
        if establishment.code in member.places and member.enrolled and discipline in member.books
    ]


def planners_of_escorts(establishment: Establishment, users: dict[str, User]) -> list[User]:
    return [users[member.username] for member in CAST if establishment.code in member.places and member.escorts]


def _give_factors(member: Member, user: User) -> None:
    name = f"Jeton {member.tokens[0]}" if member.tokens else "demonstration"
    TOTPDevice.objects.using(database_of(user)).create(user=user, name=name, key=member.key.hex(), confirmed=True)
    if member.tokens:
        HOTPDevice.objects.using(database_of(user)).create(
            user=user, name=f"Jeton {member.tokens[1]}", key=member.key[::-1].hex(), tolerance=10
        )


def _give_scope(member: Member, user: User, establishment: Establishment) -> None:
    if member.role == Role.HEAD and not member.is_of_second:
        give(user, LEAD_UNIT, establishment)
    if member.role in SEES_ALL_MOVEMENTS:
        give(user, "view_all_movements", establishment)
    if member.escorts:
        give(user, MANAGE_ESCORTS, establishment)
    if member.role == Role.SECRETARY:
        give(user, USE_INTERFACES, establishment)
    for building in Building.objects.filter(establishment=establishment, name=member.building):
        give(user, "view_movements", building)
    if user.side != Side.CARE:
        return
    for agenda in Agenda.objects.filter(establishment=establishment):
        if agenda.discipline in member.books + member.sees:
            give(user, VIEW_AGENDA, agenda)
        if agenda.discipline in member.books:
            give(user, BOOK_AGENDA, agenda)
