"""A line in front of the sign-in page: strangers come in one after the other, at its pace, and nobody is lost from it.

Knows no server and no clock of its own: who serves asks whose turn it is (carehub.door_worker).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Generic, TypeVar

Waiting = TypeVar("Waiting")

# So many wait in one line; of one address half of it, so that whoever floods from there leaves others their places.
PLACES, OF_ONE_ADDRESS = 64, 32


class Wish(StrEnum):
    """What a stranger comes to the sign-in page for."""

    PAGE = "page"
    PASSWORD = "password"  # noqa: S105 the name of a line
    CODE = "code"


# Seconds from one to the next. A password costs the processes that serve pages some 20 ms, the page alone 7.
PACES = {Wish.PAGE: 0.05, Wish.PASSWORD: 0.125, Wish.CODE: 0.125}


class Line(Generic[Waiting]):
    """Who waits, by address: addresses take turns, and of one address whoever came first. One is inside at a time."""

    def __init__(self, *, pace: float) -> None:
        self.pace = pace
        self.by_address: dict[str, deque[Waiting]] = {}
        self.is_somebody_inside = False
        self.opens_at = 0.0

    @property
    def length(self) -> int:
        return sum(map(len, self.by_address.values()))

    def join(self, who: Waiting, address: str) -> bool:
        """Take a place; False where none is left. "" is an address that nobody knows, and may be anybody's."""
        of_this = len(self.by_address.get(address, ()))
        if self.length >= PLACES or (address and of_this >= OF_ONE_ADDRESS):
            return False
        self.by_address.setdefault(address, deque()).append(who)
        return True

    def clear_of(self, has_gone: Callable[[Waiting], bool]) -> list[Waiting]:
        """Take those out who have gone, for the places that they still hold, and return them."""
        gone = [who for waiting in self.by_address.values() for who in waiting if has_gone(who)]
        left = {
            address: deque(who for who in waiting if who not in gone) for address, waiting in self.by_address.items()
        }
        self.by_address = {address: waiting for address, waiting in left.items() if waiting}
        return gone

    def call(self, now: float) -> Waiting | None:
        """Return whoever comes in now, who is then inside; None where nobody may, or nobody waits."""
        if self.is_somebody_inside or now < self.opens_at or not self.by_address:
            return None
        address = next(iter(self.by_address))
        waiting = self.by_address.pop(address)
        who = waiting.popleft()
        if waiting:
            # Behind all other addresses.
            self.by_address[address] = waiting
        self.is_somebody_inside, self.opens_at = True, now + self.pace
        return who

    def leave(self, now: float, *, was_served: bool = True) -> None:
        """Let the next one in, at the line's pace; at once where nobody was there any more to be served."""
        self.is_somebody_inside = False
        if not was_served:
            self.opens_at = now

    def seconds_left(self, now: float) -> float | None:
        """Return in how many seconds somebody can be called; None while that hangs on somebody's coming or leaving."""
        if self.is_somebody_inside or not self.by_address:
            return None
        return max(0.0, self.opens_at - now)
