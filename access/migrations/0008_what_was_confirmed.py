"""A review keeps what an account had when its line was confirmed, beside what it had when the review opened."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0007_words_as_they_were_asked")]

    operations = [
        migrations.AddField("reviewline", "stood", models.JSONField(default=dict)),
    ]
