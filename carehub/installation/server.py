"""The steps at PostgreSQL: logins without passwords, two databases, and how far each login comes.

Everything runs on one host here, so that a login is a system user: PostgreSQL asks the kernel who is at the other end
of the socket (peer), and no password exists that could be read, guessed or sent. Over the network they are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from carehub.installation.place import DATABASES, PARTS
from carehub.installation.steps import Block, Commands, NotInstalled, Step, Written, call

OLDEST = 15
# What all doors, their restarts and the owner take together (appointments/wall/installer/roles.sql).
CONNECTIONS = 150
ADMINISTRATOR = ["runuser", "-u", "postgres", "--"]
PSQL = [*ADMINISTRATOR, "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "-v", "ON_ERROR_STOP=1"]
INSTALLER = Path(__file__).parents[2] / "appointments" / "wall" / "installer"
# All that the two files may change. Compared before and after, in a transaction that is rolled back.
FINGERPRINT = """
    SELECT md5(string_agg(line, chr(10) ORDER BY line)) FROM (
        SELECT 'proc ' || oid::text || coalesce(proacl::text, '') AS line FROM pg_catalog.pg_proc
        UNION ALL SELECT 'class ' || oid::text || coalesce(relacl::text, '') FROM pg_catalog.pg_class
        UNION ALL SELECT 'column ' || attrelid::text || attnum::text || attacl::text
            FROM pg_catalog.pg_attribute WHERE attacl IS NOT NULL
        UNION ALL SELECT 'role ' || rolname || rolconnlimit::text FROM pg_catalog.pg_roles
        UNION ALL SELECT 'setting ' || setrole::text || setdatabase::text || setconfig::text
            FROM pg_catalog.pg_db_role_setting
        UNION ALL SELECT 'database ' || datname || coalesce(datacl::text, '') FROM pg_catalog.pg_database
    ) AS lines;
"""


def ask(sql: str, database: str = "postgres") -> str:
    """Return what the server answers its administrator."""
    return call([*PSQL, f"--dbname={database}"], stdin=sql).strip()


def setting(name: str) -> str:
    return ask(f"SHOW {name};")


def address(part: str, database: str) -> str:
    """Return the address by which a part's system user comes to a database: through the socket, without a password."""
    folder = setting("unix_socket_directories").split(",")[0].strip()
    return f"postgresql://carehub_{part}@{folder.replace('/', '%2F')}:{setting('port')}/{database}"


def refuse_an_old_server() -> None:
    """Raise NotInstalled where no PostgreSQL answers, or one that is too old."""
    try:
        number = int(setting("server_version_num")) // 10_000
    except NotInstalled as error:
        raise NotInstalled(f"PostgreSQL does not answer here: apt-get install postgresql.\n{error}") from None
    if number < OLDEST:
        raise NotInstalled(f"PostgreSQL {number} is too old: CareHub needs {OLDEST} or newer.")


def steps() -> Iterator[Step]:
    """Everything before the tables are made."""
    folder = Path(setting("config_file")).parent
    restart = ["systemctl", "restart", "postgresql.service"]
    content = f"# Written by CareHub's installer.\nmax_connections = {CONNECTIONS}\nmax_prepared_transactions = 0\n"
    yield Written(folder / "conf.d" / "carehub.conf", content, owner="postgres:postgres", then=[restart])
    pairs = [f"carehub  carehub-{part}  carehub_{part}" for part in PARTS]
    yield Block(Path(setting("ident_file")), pairs, "postgres:postgres")
    yield Block(Path(setting("hba_file")), list(who_may_come()), "postgres:postgres")
    yield Commands(
        "PostgreSQL knows who may come",
        [[*PSQL, "--dbname=postgres", "--command=SELECT pg_reload_conf()"]],
        lambda: is_loaded(Path(setting("hba_file")), Path(setting("ident_file"))),
    )
    for part in PARTS:
        yield login(part)
    for database in DATABASES:
        options = ["--owner=carehub_owner", "--encoding=UTF8", "--template=template0"]
        yield Commands(
            f"The database {database} is there",
            [[*ADMINISTRATOR, "createdb", *options, database]],
            partial(is_there, "pg_database WHERE datname", database),
        )
    # Both of PostgreSQL's own databases are closed to the logins.
    yield Commands(
        "No login comes into PostgreSQL's own databases",
        [[*PSQL, "--dbname=postgres", "--command=REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC"]],
        lambda: ask("SELECT has_database_privilege('carehub_owner', 'postgres', 'CONNECT');") == "f",
    )


def is_loaded(*files: Path) -> bool:
    """Whether the server has read its files since they were written."""
    newest = max(file.stat().st_mtime for file in files)
    return ask(f"SELECT pg_conf_load_time() > to_timestamp({newest});") == "t"


def is_there(where: str, name: str) -> bool:
    return ask(f"SELECT 1 FROM {where} = '{name}';") == "1"  # noqa: S608 names of ours


def who_may_come() -> Iterator[str]:
    """Each login through the socket into its own databases, as the system user of its name, and nowhere else."""
    for database, parts in DATABASES.items():
        yield f"local  {database}  {','.join(f'carehub_{part}' for part in parts)}  peer  map=carehub"
    everybody = ",".join(f"carehub_{part}" for part in PARTS)
    yield f"local  all  {everybody}  reject"
    yield f"host  all  {everybody}  all  reject"


def login(part: str) -> Step:
    name = f"carehub_{part}"
    return Commands(
        f"The login {name} is there, without a password",
        [[*ADMINISTRATOR, "createuser", "--no-superuser", "--no-createdb", "--no-createrole", name]],
        partial(is_there, "pg_roles WHERE rolcanlogin AND rolname", name),
    )


def limits() -> Iterator[Step]:
    """How much of the server each login may take, and what of PostgreSQL's own it may look at."""
    for database, file in [("postgres", "roles.sql"), *((database, "limits.sql") for database in DATABASES)]:
        path = INSTALLER / file
        yield Commands(
            f"{file} holds in {database}",
            [[*PSQL, f"--dbname={database}"]],
            partial(holds, path, database),
            stdin=path.read_text(encoding="utf-8"),
        )


def holds(path: Path, database: str) -> bool:
    """Whether running the file would change nothing."""
    said = ask(f"BEGIN; {FINGERPRINT} {path.read_text(encoding='utf-8')} {FINGERPRINT} ROLLBACK;", database)
    before, after = said.split()
    return before == after
