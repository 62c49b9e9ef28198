"""What officers may take out of the screen: opens files and calendar to an account, withdraws them, reads the uses.

The only writer of permissions on this side. What is opened holds once the courier has taken it to the prison's
database (appointments.courier.exports); what that database answered, and what was taken, it brings back.
"""

from __future__ import annotations

from appointments.exports.permissions import ExportRefused, last_day, open_exports, usual_end, withdraw_exports
from appointments.exports.reading import permissions_at, uses_at

__all__ = [
    "ExportRefused",
    "last_day",
    "open_exports",
    "permissions_at",
    "uses_at",
    "usual_end",
    "withdraw_exports",
]
