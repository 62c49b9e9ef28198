"""One index tells the roles of a place and the role of a person there, where two did."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0008_what_was_confirmed")]

    operations = [
        migrations.RemoveConstraint("membership", "one_role_per_establishment"),
        migrations.AddConstraint(
            "membership",
            models.UniqueConstraint(fields=("establishment", "user"), name="one_role_per_establishment"),
        ),
        migrations.AlterField(
            "membership",
            "establishment",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="memberships",
                to="access.establishment",
            ),
        ),
    ]
