"""The tables of access, gathered for Django."""

from __future__ import annotations

from access.models.attempt import AccountEvent, FailedAttempts
from access.models.audit import AuditChain, AuditEntry
from access.models.calendar_address import CalendarAddress
from access.models.establishment import Building, Establishment
from access.models.interface_token import InterfaceSending, InterfaceToken
from access.models.provider_link import ProviderLink
from access.models.review import AccessReview, ReviewLine
from access.models.second_word import Custodian, JointAdministration, SecondWord
from access.models.session import Session
from access.models.user import Membership, UsedPassword, User

__all__ = [
    "AccessReview",
    "AccountEvent",
    "AuditChain",
    "AuditEntry",
    "Building",
    "CalendarAddress",
    "Custodian",
    "Establishment",
    "FailedAttempts",
    "InterfaceSending",
    "InterfaceToken",
    "JointAdministration",
    "Membership",
    "ProviderLink",
    "ReviewLine",
    "SecondWord",
    "Session",
    "UsedPassword",
    "User",
]
