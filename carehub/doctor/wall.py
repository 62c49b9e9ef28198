"""The doctor's look at the wall: what each login may do, and the database's own rules, compared in both directions.

Two pairs of eyes for each thing: what the files of `appointments/wall/` made of the database is compared with what is
declared by hand in `grants.py` and `rules.py`, and word for word with the `schema.sql` of each database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from appointments.wall import dump, of_alias, schema_file
from carehub.doctor import grants, rules
from carehub.doctor.database import rows
from carehub.doctor.grants import Opening
from carehub.doctor.verdict import Level, Verdict, judge

AGAIN = "Run manage.py migrate with the owner's login; if it stays, see docs/operations.md, “The five logins”."

# Extensions bring functions of their own, which compute and read nothing.
NOT_OF_AN_EXTENSION = "NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = o.oid AND e.deptype = 'e')"
OPENED = """
    SELECT coalesce(r.rolname, 'PUBLIC'), a.privilege_type, o.relname, ''
    FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace,
         aclexplode(o.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE a.grantee <> o.relowner AND {OURS}
    UNION ALL
    SELECT coalesce(r.rolname, 'PUBLIC'), a.privilege_type, o.relname, t.attname
    FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace JOIN pg_attribute t ON t.attrelid = o.oid,
         aclexplode(t.attacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE a.grantee <> o.relowner AND {OURS}
    UNION ALL
    SELECT coalesce(r.rolname, 'PUBLIC'), a.privilege_type, o.proname, ''
    FROM pg_proc o JOIN pg_namespace n ON n.oid = o.pronamespace,
         aclexplode(coalesce(o.proacl, acldefault('f', o.proowner))) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE a.grantee <> o.proowner AND {OURS}
""".replace("{OURS}", f"n.nspname !~ '^(pg_|information_schema)' AND {NOT_OF_AN_EXTENSION}")
COLUMNS = """
    SELECT c.relname, t.attname FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (%(tables)s)
      AND t.attnum > 0 AND NOT t.attisdropped
"""
NEEDED_EXTENSIONS = {"plpgsql", "btree_gist", "pg_trgm"}

POLICY = re.compile(r"CREATE POLICY (\w+) ON (\w+)( AS RESTRICTIVE)? FOR (\w+) TO ([\w, ]+)")
# Checks, unique keys and plain foreign keys are the models'; schema.sql alone tells them.
OF_THE_MODELS = re.compile(r"ALTER TABLE \w+ ADD CONSTRAINT \w+\s+(PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY \(\w+\))")
NOT_IN_FORCE = re.compile(r"; -- (SWITCHED OFF|FIRES AT OTHER TIMES|NOT VALIDATED)$")


def verdicts(alias: str) -> Iterator[Verdict]:
    yield from openings(alias)
    yield from the_rules(alias)
    yield extensions(alias)


def openings(alias: str) -> Iterator[Verdict]:
    """What a login other than the owner's may do is what is declared: nothing more, nothing less."""
    found = {
        Opening(grantee.removeprefix("carehub_"), privilege, thing, column)
        for grantee, privilege, thing, column in rows(alias, OPENED)
    }
    declared = grants.declared(of_alias(alias))
    wanted = column_by_column(alias, declared)
    too_much, missing = sorted(found - wanted), sorted(wanted - found)
    yield judge(
        not too_much,
        f"The doors may do what is declared ({len(declared)} grants) and nothing else",
        "Opened too far: " + "; ".join(map(str, too_much)),
        "Revoke it, and find out who granted it.",
    )
    yield judge(not missing, "Nothing that a door needs is closed", "Closed: " + "; ".join(map(str, missing)), AGAIN)


def column_by_column(alias: str, declared: AbstractSet[Opening]) -> set[Opening]:
    """Name the columns of what the prison's login reads as a whole: the system columns are not among them."""
    whole = {each.thing for each in declared if each._replace(thing="") == Opening("prison", "SELECT", "")}
    found = rows(alias, COLUMNS, tables=sorted(whole))
    columns = {Opening("prison", "SELECT", table, column) for table, column in found}
    return {each for each in declared if each != Opening("prison", "SELECT", each.thing)} | columns


def the_rules(alias: str) -> Iterator[Verdict]:
    """Every rule is one that is declared, is in force, and says what it should."""
    database = of_alias(alias)
    written = dump.named(schema_file(database).read_text(encoding="utf-8"))
    found = dump.named(dump.text(lambda sql: rows(alias, sql)))
    wanted = rules.declared(database) | {name for name, statement in written.items() if OF_THE_MODELS.match(statement)}
    strange = sorted(found.keys() - wanted)
    off = sorted(name for name in wanted if name not in found or NOT_IN_FORCE.search(found[name]))
    other = sorted(
        name
        for name in (found.keys() & wanted) - set(off)
        if dump.as_restored(found[name]) != dump.as_restored(written.get(name, ""))
        or not allows_as_declared(database, found[name])
    )
    yield judge(
        not strange,
        f"The database's own rules ({len(wanted)}) are those that are declared, and no others",
        "Rules that nobody declared: " + "; ".join(strange),
        "Find out who made them. manage.py migrate takes triggers, policies and grants away that no file says.",
    )
    yield judge(
        not off,
        "The database's own rules are on",
        "Rules switched off or missing: " + "; ".join(off),
        "Run manage.py migrate, then manage.py verify_integrity; if one is still missing, restore from a backup.",
    )
    yield judge(
        not other,
        "Each rule says what it should",
        "Rules that say something else: " + "; ".join(other),
        "manage.py wall shows the difference. Find out who made it, then run manage.py migrate.",
    )


def allows_as_declared(database: str, statement: str) -> bool:
    """Whether a policy is for those and for that which is declared by hand; True of anything else."""
    if not (policy := POLICY.match(statement)):
        return True
    name, table, restrictive, command, logins = policy.groups()
    said = f"{'only ' if restrictive else ''}{command} to {logins.replace('carehub_', '')}"
    return rules.policies(database).get(table, {}).get(name) == said


def extensions(alias: str) -> Verdict:
    """Whoever adds an extension opens its functions to every login."""
    more = sorted({str(name) for (name,) in rows(alias, "SELECT extname FROM pg_extension")} - NEEDED_EXTENSIONS)
    return judge(
        not more,
        "No extension is installed that CareHub does not need",
        f"Extensions that CareHub does not need, open to every login: {', '.join(more)}",
        "As a database administrator: DROP EXTENSION …; unless you know what each of them lets a login do.",
        bad=Level.WARNING,
    )
