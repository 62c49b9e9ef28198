"""Requests to be seen: entered, sorted, answered, closed. The only writer of Request, with booking's help.

Knows no form and no HTML. One file a group of verbs; `guards` holds what they all ask first.
"""

from __future__ import annotations

from appointments.requests.alerts import enter_alert
from appointments.requests.entering import enter, join, known_requests
from appointments.requests.forwarding import bring_back, forward
from appointments.requests.guards import AlreadyAsked, RequestChanged
from appointments.requests.settling import (
    answer_without,
    close,
    close_those_who_left,
    plan,
    reopen,
    take_appointment,
    take_back,
)
from appointments.requests.triage import accept, triage
from appointments.requests.undoing import undo_step
from appointments.requests.unplanned import see_now

__all__ = [
    "AlreadyAsked",
    "RequestChanged",
    "accept",
    "answer_without",
    "bring_back",
    "close",
    "close_those_who_left",
    "enter",
    "enter_alert",
    "forward",
    "join",
    "known_requests",
    "plan",
    "reopen",
    "see_now",
    "take_appointment",
    "take_back",
    "triage",
    "undo_step",
]
