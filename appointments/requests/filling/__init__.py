"""Fills a half-day from the queue: who may come, who gets which time, all of them booked or nobody (docs/adr/0047).

`candidates` reads who waits and who cannot come then, `proposal` gives the times, `steps` books.
"""

from __future__ import annotations

from appointments.requests.filling.candidates import Candidate, LeftOut, Waiting, read_waiting
from appointments.requests.filling.proposal import Proposal, ProposedLine, propose
from appointments.requests.filling.steps import FillLine, FillRefused, fill

__all__ = [
    "Candidate",
    "FillLine",
    "FillRefused",
    "LeftOut",
    "Proposal",
    "ProposedLine",
    "Waiting",
    "fill",
    "propose",
    "read_waiting",
]
