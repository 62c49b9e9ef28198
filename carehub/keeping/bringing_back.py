"""Brings a backup back into empty databases: all of one database or nothing of it, counted and looked at afterwards."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader

from appointments.prison.models import Heartbeat
from carehub.doctor import database, integrity, limits, wall
from carehub.doctor.verdict import Level, Verdict, judge
from carehub.keeping import folder, postgres, sealing
from carehub.keeping.backup import FORMAT, counted
from carehub.keeping.sealing import NotKept

# What an empty database holds none of. The extensions' own things are theirs.
IN_THE_WAY = """
    SELECT 'the table ' || c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind = ANY ('{r,p,v,m,f,S}')
      AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')
    UNION ALL
    SELECT 'the function ' || p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e')
    UNION ALL
    SELECT 'the schema ' || quote_ident(nspname) FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')
    ORDER BY 1 LIMIT 5
"""


@dataclass(frozen=True)
class Backup:
    """One backup, opened and found whole."""

    path: Path
    key: Any
    told: dict[str, Any]

    def feed(self, alias: str, program: IO[bytes]) -> None:
        sealing.unseal(self.path / self.told[alias]["file"], program, self.key)


def opened(path: Path, key: Any, *, fingerprint: str = "") -> Backup:
    """Read what a backup says of itself, and see that each file is the one that it speaks of. Raises NotKept."""
    manifest = path / folder.MANIFEST
    if not manifest.is_file():
        raise NotKept(f"{path} is no finished backup: {folder.MANIFEST} is missing.")
    if fingerprint and sealing.digest_of(manifest) != fingerprint:
        raise NotKept(f"{path} is not the backup with this fingerprint: somebody has put another in its place.")
    said = io.BytesIO()
    sealing.unseal(manifest, said, key)
    try:
        told = json.loads(said.getvalue())
        files, version = told["databases"], told["format"]
        digests = {alias: (str(about["file"]), str(about["sha256"])) for alias, about in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotKept(f"{folder.MANIFEST} says nothing that this version understands.") from None
    if version != FORMAT:
        raise NotKept(f"This backup is of form {version}, and this version of CareHub reads form {FORMAT}.")
    for file, digest in digests.values():
        if Path(file).name != file or sealing.digest_of(path / file) != digest:
            raise NotKept(f"{file} is not as it was written: changed, cut off or exchanged. Take another backup.")
    return Backup(path, key, files)


def refuse(backup: Backup, aliases: Sequence[str]) -> None:
    """Raise NotKept where the backup lacks a database or is of a later version, or where the target holds anything."""
    for alias in aliases:
        if alias not in backup.told:
            raise NotKept(f"This backup holds no database of {alias}, only {', '.join(sorted(backup.told))}.")
        known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
        later = sorted(set(backup.told[alias]["migrations"]) - known)
        if later:
            raise NotKept(f"This backup was made by a later version, which knows {later[0]}. Install that version.")
        with connections[alias].cursor() as cursor:
            cursor.execute(IN_THE_WAY)
            there = [name for (name,) in cursor.fetchall()]
        if there:
            raise NotKept(
                f"The database of {alias} is not empty: it holds {', '.join(there)}. Nothing was touched. "
                "Rename it, make an empty one in its place, and try again."
            )


def bring_back(backup: Backup, aliases: Sequence[str]) -> Iterator[str]:
    """Restore the databases and say what was done, line by line. Raises NotKept."""
    for alias in aliases:
        postgres.restore(alias, lambda program, alias=alias: backup.feed(alias, program))  # type: ignore[misc]
        with connections[alias].cursor() as cursor:
            there = counted(cursor)
        wanted = backup.told[alias]["rows"]
        differing = sorted(name for name in there.keys() | wanted.keys() if there.get(name) != wanted.get(name))
        if differing:
            raise NotKept(f"The database of {alias} has other rows than were kept, in: {', '.join(differing)}.")
        yield f"{alias}: {len(wanted)} tables, {sum(wanted.values())} rows, all as they were kept."
    for alias in aliases:
        if alias != DEFAULT_DB_ALIAS:
            # Without its last sign of life the courier takes this database for what it is: a backup. It compares all.
            Heartbeat.objects.using(alias).all().delete()
        # Rules, grants and who may connect; and what a later version changes.
        call_command("migrate", database=alias, interactive=False, verbosity=0)


def looked_at(aliases: Sequence[str]) -> Iterator[Verdict]:
    """Say how what was restored stands: the wall, the limits, the integrity of each side by itself."""
    for alias in aliases:
        for verdict in chain(database.verdicts(alias), wall.verdicts(alias), limits.verdicts(alias)):
            yield verdict if alias == DEFAULT_DB_ALIAS else verdict.of(alias)
    found = list(integrity.findings()) if DEFAULT_DB_ALIAS in aliases else []
    found += [each for alias in aliases if alias != DEFAULT_DB_ALIAS for each in integrity.chains(alias)]
    for rule, keys in found:
        bad = Level.WARNING if rule.only_warns else Level.PROBLEM
        yield judge(not keys, rule.sentence, f"Broken: {rule.sentence}", "manage.py verify_integrity", bad=bad)


def wanted(only: Sequence[str] | None) -> list[str]:
    """Return the databases to restore, prisons first. Raises NotKept for a name that nobody knows."""
    known = [*settings.CAREHUB_PRISONS, DEFAULT_DB_ALIAS]
    for alias in only or ():
        if alias not in known:
            raise NotKept(f"There is no database {alias} here, only {', '.join(known)}.")
    return [alias for alias in known if not only or alias in only]
