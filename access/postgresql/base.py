"""Django's PostgreSQL connection, which keeps the lines of the access log back until just before the commit.

Who writes a line locks the end of its chain until the commit (docs/adr/0007), and must not wait for anything else
meanwhile. Here that lock is taken last, whatever the order in which the code wrote its lines.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from datetime import UTC
from typing import Any, NamedTuple

import psycopg
import psycopg._queries
from django.db import DatabaseError, OperationalError
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus
from psycopg.types.datetime import TimestamptzLoader

# One statement for all lines, in their order. The function says whose name and which door they bear; nothing is read
# back, since the prison and care logins may not read the log.
WRITE = "SELECT access_write_lines(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[])"
# The end of a transaction, in one go: nobody of the house waits for the log while this process is busy otherwise.
# Checks that wait for the commit lock the rows that they look at: not under the log's locks, but just before them.
COMMIT = f"SET CONSTRAINTS ALL IMMEDIATE; {WRITE}; COMMIT"

# Names and values of settings, until the end of the transaction or of the connection.
SAY = "SELECT set_config(name, value, %s) FROM unnest(%s::text[], %s::text[]) AS given (name, value)"
# What policies ask for (access.sight). A pooled connection says them all each time: somebody else's may stand there.
STANDING = ("carehub.administrator", "carehub.places")
# For how long what was said counts: the database's setting STANDS (carehub.env).
CONNECTION, EACH_TRANSACTION = "connection", "each transaction"
# A statement with more values comes once: they are written into it. A prepared one may have 65,535.
MOST_VALUES = 1_000
# psycopg remembers how it read a statement only where that is short and has few values. What our pages count at once is
# longer and comes with each of them: a tenth of an empty page's time went into reading it again.
psycopg._queries.MAX_CACHED_STATEMENT_LENGTH = 65_536  # noqa: SLF001
psycopg._queries.MAX_CACHED_STATEMENT_PARAMS = MOST_VALUES  # noqa: SLF001
# For so long a server that has answered is taken to be there while nothing on its connection tells otherwise.
TRUSTED_SECONDS = 20
UNTOLD = "This address leads through a connection pooler: set CAREHUB_POOLED=1 for this door (docs/operations.md)."


def is_pooled(link: psycopg.Connection[Any]) -> bool:
    """Whether a program in between lends this connection's server process to others: it cannot name the process."""
    told: Any = link.execute("SELECT pg_backend_pid()").fetchone()
    return bool(told[0] != link.info.backend_pid)


def is_quiet(link: psycopg.Connection[Any]) -> bool:
    """Whether nothing stands unread on a connection: a server that ends says so, and one that is gone has hung up."""
    if link.closed or link.info.transaction_status != TransactionStatus.IDLE:
        return False
    unread = select.poll()
    unread.register(link.fileno(), select.POLLIN | select.POLLPRI)
    return not unread.poll(0)


class LogLine(NamedTuple):
    """One line of the access log, before the database signs, numbers and chains it."""

    user_id: int | None
    verb: str
    target_type: str
    target_id: str
    establishment_id: int | None


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions end with their lines of the access log."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines: list[LogLine] = []
        self.lines_before: dict[str, int] = {}  # savepoint -> how many lines there were
        self.trusted_until = 0.0  # by the monotonic clock
        self.standing: dict[str, str] = {}  # for whom policies show rows (access.sight)
        self.stands = str(self.settings_dict.get("STANDS", ""))
        if self.settings_dict["OPTIONS"].get("server_side_binding"):
            self.execute_wrappers.append(self.write_into)
        if self.stands == EACH_TRANSACTION:
            self.execute_wrappers.append(self.say_first)

    def log(self, line: LogLine) -> None:
        """Write `line` with the transaction that is open; at once when there is none."""
        waits = self.is_at_work
        self.lines.append(line)
        if not waits:
            self.write_lines()

    @property
    def is_at_work(self) -> bool:
        """Whether a transaction is open. The one that Django puts around a test is nobody's work."""
        if not self.atomic_blocks:
            return not self.get_autocommit()
        return not all(getattr(block, "_from_testcase", False) for block in self.atomic_blocks)

    def write_lines(self) -> None:
        """Write the lines that wait. What is refused stays unwritten, and the transaction with it."""
        if columns := self.taken_lines():
            with self.cursor() as cursor:
                cursor.execute(WRITE, columns)

    def write_lines_and_commit(self) -> None:
        """The same in one message with the commit, which only a cursor that writes values into the text can send."""
        columns = self.taken_lines()
        with self.wrap_database_errors:
            plain: Any = base.Cursor(self.connection)  # type: ignore[call-arg]
        with self._prepare_cursor(plain) as cursor:  # type: ignore[attr-defined]
            cursor.execute(COMMIT, columns)

    def taken_lines(self) -> list[list[Any]]:
        """Return the lines that wait, column by column; they wait no longer."""
        lines, self.lines, self.lines_before = self.lines, [], {}
        return [list(column) for column in zip(*lines, strict=True)]

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open a connection that reads instants by psycopg's compiled reader: Django's own takes twice as long.

        A page of a day has six hundred. Both give the same where instants are read in UTC.
        """
        connection = super().get_new_connection(conn_params)
        if self.timezone == UTC:
            connection.adapters.register_loader("timestamptz", TimestamptzLoader)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor as Django does, which looks each time whether the connection reads in its time zone."""
        if self.timezone != UTC:
            return super().create_cursor(name)
        if name is None:
            return self.connection.cursor()
        return self.connection.cursor(name, scrollable=False, withhold=self.connection.autocommit)

    def connect(self) -> None:
        """Open the connection: what an earlier one left unwritten was undone with it."""
        self.lines, self.lines_before = [], {}
        super().connect()
        self.trusted_until = time.monotonic() + TRUSTED_SECONDS
        if self.stands == CONNECTION and self.leads_through_a_pooler():
            self.close()
            raise OperationalError(UNTOLD)
        if self.standing and self.stands != EACH_TRANSACTION:
            self.say(self.standing)

    def close_if_health_check_failed(self) -> None:
        """Ask the server whether it is there, as Django does before each request, only where it does not look so.

        A machine that lost its power hangs up on nobody: once in a while it is asked all the same.
        """
        if not self.health_check_enabled or self.health_check_done or self.connection is None:  # type: ignore[attr-defined, has-type]
            return
        now = time.monotonic()
        if now < self.trusted_until and is_quiet(self.connection):
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self.trusted_until = now + TRUSTED_SECONDS

    def leads_through_a_pooler(self) -> bool:
        self.ensure_connection()
        with self.wrap_database_errors:
            return is_pooled(self.connection)

    def stand_for(self, settings: dict[str, str]) -> None:
        """Ask with these settings from now on, and with none of those before; also when the connection is opened anew.

        Said again each time: a transaction that is undone takes along what was said in it.
        """
        ended = dict.fromkeys(self.standing, "")
        self.standing = settings
        if self.connection is None or not (ended or settings):
            return
        if self.stands == EACH_TRANSACTION and self.connection.info.transaction_status == TransactionStatus.IDLE:
            # Said with the first statement of each transaction, and gone with it.
            return
        try:
            self.say({**ended, **settings})
        except DatabaseError:
            # It is said when the connection is opened anew; whoever needs it hears then that nobody answers.
            if not self.in_atomic_block:
                self.close()

    def say(self, settings: dict[str, str]) -> None:
        with self.cursor() as cursor:
            cursor.execute(SAY, [self.stands == EACH_TRANSACTION, list(settings), list(settings.values())])

    def write_into(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001 as Django calls it
        context: dict[str, Any],
    ) -> Any:
        """Write very many values into their statement instead of sending them beside it."""
        if many or not params or len(params) <= MOST_VALUES:
            return execute(sql, params, many, context)
        with self.wrap_database_errors:
            written = psycopg.ClientCursor(context["cursor"].connection).mogrify(sql, params)
        return execute(written, None, many, context)

    def say_first(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001 as Django calls it
        context: dict[str, Any],
    ) -> Any:
        """Begin each transaction by saying for whom it asks: the server's connection is another's before and after.

        A statement outside of a transaction gets one of its own.
        """
        link = self.connection
        if link is None or link.info.transaction_status != TransactionStatus.IDLE:
            return execute(sql, params, many, context)
        if not link.autocommit:
            self.say_here(link)
            return execute(sql, params, many, context)
        with self.wrap_database_errors, link.transaction():
            self.say_here(link)
            return execute(sql, params, many, context)

    def say_here(self, link: Any) -> None:
        said = {**dict.fromkeys(STANDING, ""), **self.standing}
        with self.wrap_database_errors:
            link.execute(SAY, [True, list(said), list(said.values())])

    def commit(self) -> None:
        if self.lines:
            self.write_lines_and_commit()
        self.lines_before = {}
        super().commit()

    def rollback(self) -> None:
        self.lines, self.lines_before = [], {}
        super().rollback()

    def savepoint(self) -> str | None:
        sid = super().savepoint()
        if sid:
            self.lines_before[sid] = len(self.lines)
        return sid

    def savepoint_rollback(self, sid: str) -> None:
        super().savepoint_rollback(sid)
        del self.lines[self.lines_before.get(sid, 0) :]

    def savepoint_commit(self, sid: str) -> None:
        """Keep what was done since. In a test the outermost one stands for the commit."""
        if not self.is_at_work:
            self.write_lines()
        super().savepoint_commit(sid)
