"""The access log knows one more verb: a list was published."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_factors_without_telephone"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="verb",
            field=models.CharField(
                choices=[
                    ("sign_in", "signed in"),
                    ("sign_out", "signed out"),
                    ("enrol_factor", "enrolled a second factor"),
                    ("rename_factor", "renamed a second factor"),
                    ("remove_factor", "removed a second factor"),
                    ("give_token", "gave a token"),
                    ("change_password", "changed the password"),
                    ("open_account", "opened an account"),
                    ("change_account", "changed an account"),
                    ("grant", "gave a role or a scope"),
                    ("revoke", "took back a role or a scope"),
                    ("reset_factor", "reset a second factor"),
                    ("reset_password", "set a new first password"),
                    ("deactivate", "deactivated an account"),
                    ("reactivate", "reactivated an account"),
                    ("read", "read"),
                    ("search", "searched"),
                    ("export", "exported"),
                    ("print", "printed"),
                    ("import", "imported"),
                    ("book", "booked"),
                    ("move", "moved"),
                    ("cancel", "cancelled"),
                    ("record_outcome", "recorded the outcome"),
                    ("change_planning", "changed the planning"),
                    ("publish", "published a list"),
                    ("open_calendar", "opened a calendar address"),
                    ("revoke_calendar", "revoked a calendar address"),
                ],
                max_length=20,
                verbose_name="verb",
            ),
        ),
    ]
