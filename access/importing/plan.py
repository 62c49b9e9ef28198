"""What a file of accounts would do: the fate of each line, in words, and every fault in a sentence. Writes nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.accounts import check_values
from access.enums import Administered, Role, Side, side_of_role
from access.folding import folded
from access.importing.reading import AccountColumn, Row, Table, label
from access.importing.standing import Place, Standing
from access.importing.vocabulary import Levels, administered_by_word, day, roles_by_word, written
from access.in_words import date_format
from access.models import Establishment, User
from access.policy import Scope
from access.roles import over_already
from access.scopes import ADMIN_IN_WORDS, CARRIED_IN_WORDS, CARRIED_RIGHTS, is_asked, unit_to_name


class Fate(models.TextChoices):
    """What an import makes of a line."""

    REFUSED = "refused", gettext_lazy("refused")
    NEW = "new", gettext_lazy("new account")
    CHANGED = "changed", gettext_lazy("changed")
    SAME = "same", gettext_lazy("as it stands")


@dataclass(frozen=True)
class Access:
    """What an account does and sees at one establishment."""

    role: str
    valid_from: date
    valid_until: date | None
    levels: Levels
    # Of an administrator: whose accounts.
    administers: str = ""


@dataclass(frozen=True)
class Fault:
    column: str
    sentence: str


@dataclass(frozen=True)
class StandingAccess:
    """What stands of an account that a line is about, with its access at the line's establishment."""

    full_name: str
    email: str
    access: Access | None = None
    scope: str = ""


@dataclass(frozen=True)
class PreviewCell:
    """One cell of the preview: what the file says, and what stands where that is something else."""

    heading: str
    now: str
    was: str = ""
    is_changed: bool = False
    is_warning: bool = False


@dataclass(frozen=True)
class PlannedLine:
    line: int
    username: str
    full_name: str = ""
    email: str = ""
    side: str = ""
    establishment: Establishment | None = None
    access: Access | None = None
    fate: Fate = Fate.REFUSED
    scope: str = ""
    before: StandingAccess | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def role(self) -> str:
        return role_words(self.access)

    @property
    def name(self) -> PreviewCell:
        return self.cell(_("Name"), self.full_name, self.before.full_name if self.before else "")

    @property
    def mail(self) -> PreviewCell:
        return self.cell(_("E-mail address"), self.email, self.before.email if self.before else "")

    @property
    def cells(self) -> list[PreviewCell]:
        """Return role, scope, first and last day, each with what stands now where the line changes it."""
        access, was = self.access, self.before.access if self.before else None
        scope = self.cell(_("Scope"), self.scope, self.before.scope if self.before else "")
        if self.sees_nothing:
            scope = replace(scope, now=_("sees nothing"), is_warning=True)
        return [
            self.cell(_("Role"), role_words(access), role_words(was)),
            scope,
            self.cell(_("First day"), first_day(access), first_day(was)),
            self.cell(_("Last day"), last_day(access), last_day(was)),
        ]

    @property
    def ends_now(self) -> bool:
        """Whether the line ends a role that has not ended yet."""
        if self.fate != Fate.CHANGED or self.access is None or self.establishment is None:
            return False
        was = self.before.access if self.before else None
        return is_over(self.access, self.establishment) and was is not None and not is_over(was, self.establishment)

    def cell(self, heading: str, now: str, was: str) -> PreviewCell:
        if self.fate != Fate.CHANGED or now == was:
            return PreviewCell(heading, now)
        return PreviewCell(heading, now or _("nothing"), was or _("nothing"), is_changed=True)

    @property
    def sees_nothing(self) -> bool:
        return self.access is not None and self.side != Side.ACCOUNTS and not self.scope


def is_over(access: Access, establishment: Establishment) -> bool:
    return access.valid_until is not None and access.valid_until < establishment.today()


def role_words(access: Access | None) -> str:
    return str(Role(access.role).label) if access else ""


def first_day(access: Access | None) -> str:
    return date_format(access.valid_from, "d/m/Y") if access else ""


def last_day(access: Access | None) -> str:
    return date_format(access.valid_until, "d/m/Y") if access and access.valid_until else ""


@dataclass
class Plan:
    lines: list[PlannedLine]
    not_read: list[str]
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.counts = Counter(line.fate.value for line in self.lines)

    def of(self, *fates: Fate) -> list[PlannedLine]:
        return [line for line in self.lines if line.fate in fates]

    @property
    def is_refused(self) -> bool:
        return self.counts[Fate.REFUSED] > 0

    @property
    def changes_nothing(self) -> bool:
        return set(self.counts) <= {Fate.SAME.value}

    @property
    def without_scope(self) -> int:
        return sum(line.sees_nothing for line in self.lines)

    @property
    def waiting(self) -> int:
        """Return how many accounts a second person has to confirm."""
        return sum(line.fate == Fate.NEW and line.side == Side.CARE for line in self.lines)

    @property
    def digest(self) -> str:
        """Return what tells this plan from one that was made before somebody changed an account."""
        told = [(asdict(replace(line, establishment=None)), line.establishment and line.establishment.pk)
                for line in self.lines]  # fmt: skip
        return hashlib.sha256(repr(told).encode()).hexdigest()


class Refusals(Exception):
    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults


def refuse(column: AccountColumn, sentence: str) -> Refusals:
    return Refusals(Fault(label(column), sentence))


def plan_of(table: Table, *, by: User, establishment: Establishment) -> Plan:
    """Return what `by` would do with a file; lines that name no establishment are about `establishment`."""
    planner = Planner(table, Standing(table.rows, by=by, here=establishment))
    return Plan([planner.line(row) for row in table.rows], table.not_read)


class Planner:
    """Goes through the lines in their order, and remembers what those before have said."""

    def __init__(self, table: Table, standing: Standing) -> None:
        self.columns, self.standing = table.columns, standing
        self.roles = roles_by_word()
        self.lines_of: dict[tuple[str, int], int] = {}
        self.people: dict[str, PlannedLine] = {}
        self.accesses: dict[tuple[str, int], tuple[str, Access]] = {}

    def line(self, row: Row) -> PlannedLine:
        blank = PlannedLine(row.line, row.cell(AccountColumn.USERNAME).lower(), self.full_name(row))
        try:
            return self.planned(row, blank)
        except Refusals as refusals:
            return replace(blank, faults=refusals.faults)

    def full_name(self, row: Row) -> str:
        return " ".join(filter(None, (row.cell(AccountColumn.FIRST_NAME), row.cell(AccountColumn.LAST_NAME))))

    def planned(self, row: Row, blank: PlannedLine) -> PlannedLine:
        place = self.place_of(row)
        role = self.role_of(row, place)
        side = side_of_role(role)
        self.require_side(side, place)
        person = self.person(row, blank, side, place)
        existing = self.standing.account(person.username)
        if existing is not None:
            self.require_reached(existing, side, place)
        before = self.before(existing, place)
        access = self.access(row, role, place, before)
        planned = replace(person, establishment=place.establishment, access=access, scope=scope_words(access, place))
        self.remember(planned, place)
        if existing is None:
            return replace(planned, fate=Fate.NEW)
        fate = fate_of(planned, existing, before)
        if fate == Fate.CHANGED and self.standing.is_oneself(existing):
            raise refuse(AccountColumn.USERNAME, _("This is your own account: another administrator changes it."))
        require_same_person(planned, existing)
        stands = scope_words(before, place) if before else ""
        return replace(planned, fate=fate, before=StandingAccess(existing.full_name, existing.email, before, stands))

    def place_of(self, row: Row) -> Place:
        name = row.cell(AccountColumn.ESTABLISHMENT)
        place = self.standing.place(name)
        if place is None:
            raise refuse(
                AccountColumn.ESTABLISHMENT,
                _("You manage no establishment “%(name)s”. Write its code or its name, or leave the cell empty.")
                % {"name": name[:60]},
            )
        return place

    def role_of(self, row: Row, place: Place) -> Role:
        """Return the role that is written, or that of whom the person is to be like."""
        word, model = row.cell(AccountColumn.ROLE), row.cell(AccountColumn.SAME_AS)
        role = self.roles.get(folded(word))
        if word and role is None:
            known = ", ".join(str(known.label) for known in Role)
            sentence = _("“%(word)s” is no role. Write one of: %(known)s.") % {"word": word[:40], "known": known}
            raise refuse(AccountColumn.ROLE, sentence)
        if not model:
            if role is None:
                raise refuse(AccountColumn.ROLE, _("Write a role, or like whom this person is to be."))
            return role
        other = self.model(model, place)
        if role is not None and role != other.role:
            sentence = _("%(name)s has another role. Leave the role empty, or write the same.") % {"name": model[:60]}
            raise refuse(AccountColumn.ROLE, sentence)
        return Role(other.role)

    def model(self, name: str, place: Place) -> Access:
        """Return what somebody has whom the file names: in a line above, or here already."""
        key = (name.lower(), place.establishment.pk)
        if key in self.accesses:
            return self.accesses[key][1]
        account = self.standing.account(name.lower())
        access = self.before(account, place) if account is not None else None
        if account is None or access is None or not self.standing.is_managed(account, place.establishment):
            sentence = _("Nobody here has the user name “%(name)s”, nor a line above this one.") % {"name": name[:60]}
            raise refuse(AccountColumn.SAME_AS, sentence)
        return access

    def person(self, row: Row, blank: PlannedLine, side: Side, place: Place) -> PlannedLine:
        """Return who it is, checked as any account is, and the same in each line of theirs."""
        twice = self.lines_of.setdefault((blank.username, place.establishment.pk), row.line)
        if twice != row.line:
            sentence = _("This user name has a line already at this establishment: line %(line)s. Keep one.")
            raise refuse(AccountColumn.USERNAME, sentence % {"line": twice})
        email = row.cell(AccountColumn.EMAIL)
        existing = self.standing.account(blank.username)
        if existing is not None and AccountColumn.EMAIL not in self.columns:
            email = existing.email
        person = replace(blank, email=email, side=side.value)
        first = self.people.get(person.username)
        if first is not None and (first.full_name, first.email, first.side) != (person.full_name, email, side.value):
            sentence = _("Line %(line)s has this user name for somebody else. Give each person a user name.")
            raise refuse(AccountColumn.USERNAME, sentence % {"line": first.line})
        values = {"username": person.username, "full_name": person.full_name, "email": email, "side": side.value}
        faults = check_values(is_new=existing is None, **values)
        if faults:
            raise Refusals(*(Fault(column_of(name), sentence) for name, sentence in faults))
        return person

    def require_side(self, side: Side, place: Place) -> None:
        """Refuse lines of a side that another administrator manages: one file, then, is of one side."""
        mine = self.standing.sides(place.establishment)
        if side == Side.ACCOUNTS or side in mine:
            return
        sentence = _("You manage the accounts of one side here, and this role is of the other. Take the line out.")
        raise refuse(AccountColumn.ROLE, sentence)

    def require_reached(self, existing: User, side: Side, place: Place) -> None:
        if existing.side != side or not self.standing.is_reached(existing):
            raise refuse(AccountColumn.USERNAME, _("This user name is taken. Choose another."))
        if not self.standing.is_in_database_of(existing, place.establishment):
            sentence = _("This account stands in another prison’s database. Open another one for this establishment.")
            raise refuse(AccountColumn.ESTABLISHMENT, sentence)

    def before(self, account: User | None, place: Place) -> Access | None:
        membership = self.standing.membership(account, place.establishment) if account is not None else None
        if account is None or membership is None:
            return None
        levels = place.levels_of(account)
        return Access(membership.role, membership.valid_from, membership.valid_until, levels, membership.administers)

    def access(self, row: Row, role: Role, place: Place, before: Access | None) -> Access:
        valid_from, valid_until = self.days(row, place, before)
        levels = self.levels(row, role, place, before)
        return Access(role.value, valid_from, valid_until, levels, self.administers(row, role, place, before))

    def administers(self, row: Row, role: Role, place: Place, before: Access | None) -> str:
        """Return whose accounts an administrator is to manage: what is written, what stands, or what its giver does."""
        cell, model = row.cell(AccountColumn.ADMINISTERS), row.cell(AccountColumn.SAME_AS)
        if role != Role.ACCOUNT_ADMIN:
            if cell:
                raise refuse(AccountColumn.ADMINISTERS, _("Only an account administrator manages accounts."))
            return ""
        mine = self.standing.sides(place.establishment)
        if cell:
            wanted = administered_by_word().get(folded(cell))
            if wanted is None:
                known = ", ".join(str(each.label) for each in Administered)
                sentence = _("“%(word)s” is nobody’s accounts. Write one of: %(known)s.")
                raise refuse(AccountColumn.ADMINISTERS, sentence % {"word": cell[:40], "known": known})
        else:
            like = self.model(model, place) if model else before
            if not (like and like.administers) and len(mine) > 1:
                # Nobody is given both sides by an empty cell.
                known = ", ".join(str(each.label) for each in Administered)
                sentence = _("Write whose accounts this administrator manages: %(known)s.") % {"known": known}
                raise refuse(AccountColumn.ADMINISTERS, sentence)
            own = next((each for each in Administered if each.sides == mine), Administered.CARE)
            wanted = Administered(like.administers) if like and like.administers else own
        if not wanted.sides <= mine:
            sentence = _("You cannot give away a side that you do not manage yourself.")
            raise refuse(AccountColumn.ADMINISTERS, sentence)
        return wanted.value

    def days(self, row: Row, place: Place, before: Access | None) -> tuple[date, date | None]:
        found: dict[AccountColumn, date | None] = {}
        for column in (AccountColumn.VALID_FROM, AccountColumn.VALID_UNTIL):
            try:
                found[column] = day(row.cell(column))
            except ValidationError as error:
                raise refuse(column, error.messages[0]) from error
        begins = found[AccountColumn.VALID_FROM] or (before.valid_from if before else place.establishment.today())
        ends = found[AccountColumn.VALID_UNTIL]
        if before is not None and AccountColumn.VALID_UNTIL not in self.columns:
            ends = before.valid_until
        if ends is not None and ends < begins:
            raise refuse(
                AccountColumn.VALID_UNTIL, _("The last day comes before the first. Check both dates.")
            )  # fmt: skip
        if before is None and ends is not None and ends < place.establishment.today():
            raise refuse(AccountColumn.VALID_UNTIL, over_already())
        return begins, ends

    def levels(self, row: Row, role: Role, place: Place, before: Access | None) -> Levels:
        """Return the rows and levels; what a role carries by itself is neither read nor touched."""
        cell, model = row.cell(AccountColumn.SCOPE), row.cell(AccountColumn.SAME_AS)
        side = side_of_role(role)
        known = before.levels if before else {}
        if model and cell:
            raise refuse(AccountColumn.SCOPE, _("Leave the scope empty: it comes from whom the person is to be like."))
        if model:
            read: Levels = self.model(model, place).levels
        elif AccountColumn.SCOPE not in self.columns:
            read = known
        else:
            try:
                read = place.reader(side).read(cell)
            except ValidationError as error:
                raise refuse(AccountColumn.SCOPE, error.messages[0]) from error
        tables = place.tables(side)
        refuse_unit(role, [table.scope for table in tables], read)
        carried = {table.scope.key for table in tables if not is_asked(table.scope, role)}
        if not model and any(read.get(key) and read[key] != known.get(key) for key in carried):
            sentence = _("This role sees everything by itself: name nothing here.")
            raise refuse(AccountColumn.SCOPE, sentence)
        return {
            table.scope.key: dict((known if table.scope.key in carried else read).get(table.scope.key, {}))
            for table in tables
        }

    def remember(self, planned: PlannedLine, place: Place) -> None:
        self.people.setdefault(planned.username, planned)
        if planned.access is not None:
            self.accesses[planned.username, place.establishment.pk] = (planned.side, planned.access)


def refuse_unit(role: str, scopes: Iterable[Scope], read: Levels) -> None:
    """Refuse a head who is named to no unit where there are several, and anybody else who is named to one."""
    for scope in (scope for scope in scopes if scope.only_role):
        if scope.only_role == role and not any(read.get(scope.key, {}).values()):
            raise refuse(AccountColumn.SCOPE, unit_to_name())
        if scope.only_role != role and any(read.get(scope.key, {}).values()):
            raise refuse(AccountColumn.SCOPE, _("Only a head of unit is named to a unit."))


def column_of(name: str) -> str:
    return label({"username": AccountColumn.USERNAME, "email": AccountColumn.EMAIL}.get(name, AccountColumn.LAST_NAME))


def scope_words(access: Access, place: Place) -> str:
    if access.administers:
        return str(ADMIN_IN_WORDS[Administered(access.administers)])
    carried = CARRIED_RIGHTS.get(access.role)
    side = side_of_role(access.role)
    shown = {key: levels for key, levels in access.levels.items() if not carried or place.is_beside_role(side, key)}
    words = [str(CARRIED_IN_WORDS[carried])] if carried else []
    return " | ".join(filter(None, [*words, written(place.tables(side), shown)]))


def require_same_person(planned: PlannedLine, existing: User) -> None:
    """Refuse a line that would make another person of an account: its owner would lose it with all their rights.

    The names may stand in another order, and be written with other accents and capitals.
    """
    if set(folded(planned.full_name).split()) != set(folded(existing.full_name).split()):
        sentence = _(
            "This user name is already of “%(name)s” here. Choose another one for somebody else. Whoever has a new name"
            " gets it on the page of their account, not from a file."
        )
        raise refuse(AccountColumn.USERNAME, sentence % {"name": existing.full_name})


def fate_of(planned: PlannedLine, existing: User, before: Access | None) -> Fate:
    same = (existing.full_name, existing.email) == (planned.full_name, planned.email)
    return Fate.SAME if same and before == planned.access else Fate.CHANGED
