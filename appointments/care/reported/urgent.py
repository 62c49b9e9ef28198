"""The red band of an urgent alert, which every open page of the care door asks for by itself."""

from __future__ import annotations

from django.template.loader import render_to_string

from access.requests import DoorRequest
from appointments.models.enums.movement import Urgency
from appointments.requests.alerts import alerts_visible_to, people_of

# In the session: whether urgent alerts are heard. A terminal is shared, a session is not.
SOUND = "alert_sound"


def urgent_content(request: DoorRequest) -> str:
    """Return the band, "" when nothing is urgent. One query, and two more while an alert waits."""
    waiting = list(alerts_visible_to(request.user, request.establishment).waiting().filter(urgency=Urgency.NOW))
    if not waiting:
        return ""
    first = waiting[0]
    context = {
        "alert": first,
        "person": people_of([first], by=request.user, establishment=request.establishment).get(first.pk),
        "number": len(waiting),
        "sound": request.session.get(SOUND, False),
        "zone": request.establishment.zone,
    }
    return render_to_string("care/reported/_urgent.html", context)
