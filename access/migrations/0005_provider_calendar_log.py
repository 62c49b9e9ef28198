"""Links with an identity provider, calendar addresses that end, indexes by which the log is narrowed.

An address that is in force goes on for its whole time from now.
"""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import access.models.calendar_address
from access.enums import Side
from access.models.user import JUSTICE_MAIL


class Migration(migrations.Migration):
    dependencies = [("access", "0004_sides_and_second_words")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="last_establishment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="access.establishment",
            ),
        ),
        migrations.AddField(
            model_name="calendaraddress",
            name="expires_at",
            field=models.DateTimeField(default=access.models.calendar_address.default_end),
        ),
        migrations.CreateModel(
            name="ProviderLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="The human-readable name of this device.", max_length=64)),
                ("confirmed", models.BooleanField(default=True, help_text="Is this device ready for use?")),
                ("side", models.CharField(choices=Side.choices, default="care", max_length=10)),
                ("issuer", models.CharField(max_length=255)),
                ("subject", models.CharField(max_length=255)),
                (
                    "linked_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="since"),
                ),
                ("last_used_at", models.DateTimeField(null=True, verbose_name="last used")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "link with the identity provider",
                "verbose_name_plural": "links with the identity provider",
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "subject"), name="one_account_per_identity"),
                    models.CheckConstraint(condition=models.Q(("side", "care")), name="provider_link_of_care"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject__iregex", JUSTICE_MAIL), _negated=True),
                            models.Q(("subject", ""), _negated=True),
                            models.Q(("issuer", ""), _negated=True),
                        ),
                        name="provider_link_without_justice",
                    ),
                ],
            },
        ),
        migrations.AddIndex("auditentry", models.Index(fields=["user_id", "-id"], name="audit_user")),
        migrations.AddIndex(
            "auditentry", models.Index(fields=["target_type", "target_id", "-id"], name="audit_target")
        ),
        migrations.AddIndex("auditentry", models.Index(fields=["establishment_id", "verb", "-id"], name="audit_verb")),
        migrations.AddIndex("auditentry", models.Index(fields=["at"], name="audit_at")),
    ]
