"""What a plan should keep in a unit that calls few people, all of it at once. Pure."""

from __future__ import annotations

from appointments.plans.figures import Figures

# Calls for something sensitive alone; bits that one list tells; bits of the best single guess; area under the curve of
# a sensitive line for whoever keeps the lists.
LIMITS: dict[str, float] = {"alone": 0, "information": 0.20, "min_entropy": 0.15, "kept_auc": 0.82}


def missed(figures: Figures) -> list[str]:
    """Return the limits that are not kept; what could not be measured is none of them."""
    found = {name: getattr(figures, name) for name in LIMITS}
    return [name for name, limit in LIMITS.items() if found[name] is not None and found[name] > limit]
