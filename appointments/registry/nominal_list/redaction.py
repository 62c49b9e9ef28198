"""Blanks what CareHub has no use for in a nominal list, so that penal data are never stored; must not read people."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from appointments.registry.nominal_list import text as files
from appointments.registry.nominal_list.columns import Layout, NominalColumn, find_delimiter, find_header

if TYPE_CHECKING:
    from collections.abc import Sequence

# Stands for values beyond the last column: the line stays refused, and what it held is gone.
SURPLUS = "·"
A_DAY = re.compile(r"[0-9][0-9/.\- :T]{5,30}")


def keep_used_columns(data: bytes) -> bytes:
    """Return the list as UTF-8 with every cell blank but those of the used columns and the header.

    It reads the same as `data`, line by line. Raises UnreadableList.
    """
    text, _encoding = files.decode(data)
    delimiter = find_delimiter(text)
    header_line, layout = find_header(text, delimiter=delimiter)
    kept, written = io.StringIO(), 0
    writer = csv.writer(kept, delimiter=delimiter, lineterminator="\r\n")
    if header_line > 1 and files.announced_delimiter(text):
        kept.write(f"sep={delimiter}\r\n")
        written = 1
    for number, cells in files.records(text, delimiter=delimiter):
        # Blank lines count too: a refused line must keep the number by which a person finds it.
        kept.write("\r\n" * (number - 1 - written))
        if number > header_line and files.is_swallowed(cells, delimiter=delimiter):
            # A separator and the line ends stay: the line is refused again, and nothing of what it held is kept.
            used = [delimiter + SURPLUS + "\n" * sum(map(files.line_ends, cells))]
        else:
            used = _used(number, cells, header_line=header_line, layout=layout)
        writer.writerow(used)
        written = number + sum(map(files.line_ends, used))
    # Padding is cut off a file's end: without this mark a last line of a lone comma would be taken for it.
    kept.write('""')
    return kept.getvalue().encode()


def _used(number: int, cells: Sequence[str], *, header_line: int, layout: Layout) -> list[str]:
    if number == header_line or (number > header_line and layout.is_repeated_by(cells)):
        return list(cells)
    if number < header_line:
        return [_blank(cell) for cell in cells]
    if any(cell.strip() for cell in cells[layout.width :]):
        only = {layout.positions[NominalColumn.REGISTER_NUMBER]}
        return [*_blank_but(only, cells[: layout.width]), SURPLUS]
    kept = set(layout.positions.values())
    leaves = layout.positions.get(NominalColumn.LEAVES_ON)
    if leaves is not None and leaves < len(cells) and not A_DAY.fullmatch(cells[leaves].strip()):
        # What is no day may be a word about a sentence.
        kept.discard(leaves)
    return _blank_but(kept, cells)


def _blank_but(kept: set[int], cells: Sequence[str]) -> list[str]:
    return [cell if position in kept else _blank(cell) for position, cell in enumerate(cells)]


def _blank(cell: str) -> str:
    return "\n" * files.line_ends(cell)
