"""What a process logs: what failed and where; of the row and the statement, which hold names, nothing."""

from __future__ import annotations

import logging

# PostgreSQL's own words about a refused row or a statement; psycopg adds them to the message of an exception.
OF_THE_ROW = ("DETAIL:", "LINE ", "QUERY:", "STATEMENT:")
COPIED = "CONTEXT:  COPY"
# A value may hold lines of its own; what follows it begins with one of these.
AFTER_THE_ROW = ("CONTEXT:  PL/pgSQL", "CONTEXT:  SQL", "HINT:", "Traceback ", "The above exception", "During handling")


class WithoutRows(logging.Formatter):
    """Leaves out of a trace what PostgreSQL said of the row, and the lines beneath that go on with it."""

    def format(self, record: logging.LogRecord) -> str:
        return without_rows(super().format(record))


def without_rows(text: str) -> str:
    kept, is_of_the_row = [], False
    for line in text.splitlines():
        said = line.strip()
        if said.startswith((*OF_THE_ROW, COPIED)):
            is_of_the_row = True
        elif said.startswith(AFTER_THE_ROW):
            is_of_the_row = False
        if not is_of_the_row:
            kept.append(line)
    return "\n".join(kept)
