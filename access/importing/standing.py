"""What there is already of the accounts and places that a file names: a number of questions that no line adds to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from django.db.models.functions import Lower

from access import sight
from access.databases import database_for, database_of, databases_of
from access.enums import Administered, Role, Side
from access.folding import folded
from access.importing.reading import AccountColumn, Row
from access.importing.vocabulary import Levels, ScopeReader
from access.models import Establishment, Membership, User
from access.reach import accounts_managed_at
from access.scopes import Table, tables

Account = tuple[str, int]


def account_key(user: User) -> Account:
    return database_of(user), user.pk


class Place:
    """One establishment of the administrator's, with its rows and what the accounts of the file have there."""

    def __init__(self, establishment: Establishment, users: Iterable[User]) -> None:
        self.establishment = establishment
        self.users = list(users)
        self._tables: dict[Side, list[Table]] = {}
        self._readers: dict[Side, ScopeReader] = {}

    def tables(self, side: Side) -> list[Table]:
        if side not in self._tables:
            keys = [user.pk for user in self.users if user.side == side]
            self._tables[side] = tables(self.establishment, side=side, user_ids=keys)
        return self._tables[side]

    def reader(self, side: Side) -> ScopeReader:
        if side not in self._readers:
            self._readers[side] = ScopeReader(self.tables(side))
        return self._readers[side]

    def levels_of(self, user: User) -> Levels:
        return {table.scope.key: dict(table.levels.get(user.pk, {})) for table in self.tables(Side(user.side))}

    def is_beside_role(self, side: Side, key: str) -> bool:
        return any(table.scope.key == key and table.scope.beside_role for table in self.tables(side))


class Standing:
    """The accounts that a file names, as they stand, and the establishments at which `by` may change them."""

    def __init__(self, rows: list[Row], *, by: User, here: Establishment) -> None:
        self.here, self.by = here, by
        sight.stand_for(by)
        roles = Membership.objects.current().filter(user_id=by.pk, role=Role.ACCOUNT_ADMIN)
        mine = list(roles.select_related("establishment").order_by("pk"))
        self.establishments = [role.establishment for role in mine]
        self.administered = {role.establishment_id: Administered(role.administers).sides for role in mine}
        names = {row.cell(column).lower() for row in rows for column in (AccountColumn.USERNAME, AccountColumn.SAME_AS)}
        self.accounts = self.found(names)
        self.places: dict[int, Place] = {}

    @cached_property
    def databases(self) -> list[str]:
        return list(dict.fromkeys(name for place in self.establishments for name in databases_of(place)))

    def found(self, names: set[str]) -> dict[str, User]:
        return {
            user.username.lower(): user
            for database in reversed(self.databases)
            for user in User.objects.using(database).annotate(lower=Lower("username")).filter(lower__in=names)
        }

    @cached_property
    def memberships(self) -> dict[tuple[Account, int], Membership]:
        keys = self.keys_by_database
        return {
            ((database, role.user_id), role.establishment_id): role
            for database in self.databases
            for role in Membership.objects.using(database).filter(user_id__in=keys[database])
        }

    @cached_property
    def keys_by_database(self) -> dict[str, list[int]]:
        keys: dict[str, list[int]] = {database: [] for database in self.databases}
        for user in self.accounts.values():
            keys[database_of(user)].append(user.pk)
        return keys

    @cached_property
    def managed(self) -> set[tuple[Account, int]]:
        return {
            ((database, key), place.pk)
            for place in self.establishments
            for database in databases_of(place)
            for key in accounts_managed_at(place, database=database)
            .filter(pk__in=self.keys_by_database[database])
            .values_list("pk", flat=True)
        }

    @cached_property
    def reached(self) -> set[Account]:
        return {account for account, _place in self.managed}

    @cached_property
    def places_by_name(self) -> dict[str, Establishment]:
        """Return the establishments by code and name; a name that two of them have is none."""
        named: dict[str, Establishment] = {}
        twice = set()
        for place in self.establishments:
            name = folded(place.name)
            twice |= {name} if name in named else set()
            named[name] = place
        codes = {folded(place.code): place for place in self.establishments}
        return {name: place for name, place in named.items() if name not in twice} | codes

    def place(self, name: str) -> Place | None:
        """Return the establishment of that code or name, the present one for none; None when `by` manages no such."""
        found = self.places_by_name.get(folded(name)) if name else self.here
        if found is None or all(found.pk != mine.pk for mine in self.establishments):
            return None
        if found.pk not in self.places:
            self.places[found.pk] = Place(found, self.accounts.values())
        return self.places[found.pk]

    def sides(self, establishment: Establishment) -> frozenset[Side]:
        """Return the sides whose accounts `by` manages there."""
        return self.administered.get(establishment.pk, frozenset())

    def account(self, username: str) -> User | None:
        return self.accounts.get(username)

    def membership(self, user: User, establishment: Establishment) -> Membership | None:
        return self.memberships.get((account_key(user), establishment.pk))

    def is_managed(self, user: User, establishment: Establishment) -> bool:
        return (account_key(user), establishment.pk) in self.managed

    def is_reached(self, user: User) -> bool:
        """Whether the account is managed at any establishment of the administrator's."""
        return account_key(user) in self.reached

    def is_oneself(self, user: User | None) -> bool:
        return user is not None and (user.side, user.pk) == (self.by.side, self.by.pk)

    def is_in_database_of(self, user: User, establishment: Establishment) -> bool:
        return database_of(user) == database_for(user.side, establishment)
