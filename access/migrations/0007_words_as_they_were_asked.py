"""What waits for a second person's word is kept as it was asked; changes of names and roles wait, too."""

from __future__ import annotations

from django.db import migrations, models

# Who is named in a word that was asked before stands there with the name of today.
TELL_NAMES = (
    "UPDATE access_secondword w SET told = jsonb_build_object('username', u.username, 'full_name', u.full_name,"
    " 'side', u.side) FROM access_user u WHERE u.id = w.account_id"
)
# The function that knew no change.
FORGET_BEGIN_WORD = "DROP FUNCTION IF EXISTS access_begin_word(bigint, bigint, bigint, text, boolean)"
WHAT = [
    ("open_account", "open an account"),
    ("change_account", "change an account"),
    ("reset_factor", "take second factors away"),
]
ANSWERS = [
    ("confirmed", "confirmed"),
    ("refused", "refused"),
    ("late", "not answered in time"),
    ("nobody", "first head of the unit: there was nobody to ask"),
    ("replaced", "replaced before an answer"),
]


class Migration(migrations.Migration):
    dependencies = [("access", "0006_log_forgotten")]

    operations = [
        migrations.RemoveConstraint("secondword", "word_asked_once"),
        migrations.RemoveConstraint("secondword", "word_known"),
        migrations.AlterField("secondword", "what", models.CharField(choices=WHAT, max_length=20)),
        migrations.AlterField(
            "secondword", "answer", models.CharField(blank=True, choices=ANSWERS, default="", max_length=10)
        ),
        migrations.AddField("secondword", "change", models.JSONField(default=dict)),
        migrations.AddField("secondword", "told", models.JSONField(default=dict)),
        migrations.RunSQL(TELL_NAMES, migrations.RunSQL.noop),
        migrations.RunSQL(FORGET_BEGIN_WORD, migrations.RunSQL.noop),
        # What waits for the commit is asked now: a table with such checks is not altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            "secondword",
            models.UniqueConstraint(
                fields=["establishment", "account", "what"], condition=models.Q(("answer", "")), name="word_asked_once"
            ),
        ),
        migrations.AddConstraint(
            "secondword",
            models.CheckConstraint(
                condition=models.Q(("answer__in", ["", "confirmed", "refused", "late", "nobody", "replaced"])),
                name="word_known",
            ),
        ),
    ]
