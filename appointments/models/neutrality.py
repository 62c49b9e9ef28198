"""What the movement list of an establishment tells, as it was last measured. Numbers; no person, no practitioner."""

from __future__ import annotations

from django.db import models


class NeutralityMeasure(models.Model):
    """One establishment's last measure; the nightly work writes it, the head of unit reads it.

    `findings` is the document of appointments.neutrality.plain.as_data, for the weeks before `measured_on`.
    """

    establishment = models.OneToOneField("access.Establishment", on_delete=models.PROTECT, related_name="+")
    measured_on = models.DateField()
    findings = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(findings__has_key="version"), name="neutrality_measure_names_its_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.measured_on}"
