"""One line of the doctor's report: how it stands, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Verdict:
    """What was looked at, how it stands, and what to do (empty when nothing is to be done)."""

    level: Level
    sentence: str
    remedy: str = ""

    def of(self, place: str) -> Verdict:
        """Return the same, said of the database `place`."""
        return replace(self, sentence=f"{place}: {self.sentence}")


def judge(holds: object, sentence: str, otherwise: str, remedy: str, *, bad: Level = Level.PROBLEM) -> Verdict:
    """Return "ok: sentence" when `holds`, else `bad` with the sentence `otherwise` and what to do."""
    return Verdict(Level.OK, sentence) if holds else Verdict(bad, otherwise, remedy)
