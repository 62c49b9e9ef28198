"""What the head of unit types into the forms of the planning."""

from __future__ import annotations

from tests.factories import workday

AGENDA = {"name": "Dr Rey", "discipline": "dentistry", "position": "4", "owner": ""}


KIND = {"name": "Extraction", "discipline": "dentistry", "default_minutes": "30"}


def weekly(**fields: object) -> dict[str, object]:
    typed = {
        "weekdays": [str(number) for number in range(7)],
        "start": "09:00",
        "end": "12:00",
        "slot_minutes": "20",
        "mode": "fixed",
        "overbooking": "0",
        "rhythm": "every-1",
        "on_holidays": "on",
        "first": f"{workday(1)}",
        "last": f"{workday(14)}",
    }
    return {**typed, **fields}
