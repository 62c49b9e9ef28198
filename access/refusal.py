"""What every verb raises when a rule says no, whichever subject the rule is of; and the database's no in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import DatabaseError, IntegrityError

if TYPE_CHECKING:
    from django.utils.functional import Promise


class Refused(Exception):
    """A rule says no. `code` names the rule, `sentence` tells a person why and what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def constraint_of(error: DatabaseError) -> str:
    """Return the name of the constraint that the database upheld, empty when it names none."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


@contextmanager
def sentences_for_constraints(
    known: Mapping[str, tuple[str, Promise]], refused: Callable[[str, str], Refused] = Refused
) -> Iterator[None]:
    """Turn the database's refusal into `refused`: only the database sees a colleague who was a moment quicker.

    `known` has for each constraint the code and the sentence that `refused` is made of; any other error stays what
    it is. Wrap the transaction in it where nothing may stay half-written.
    """
    try:
        yield
    except IntegrityError as error:
        name = constraint_of(error)
        if name not in known:
            raise
        code, sentence = known[name]
        raise refused(code, str(sentence)) from error
