"""manage.py second_word: what waits for a second person's word, and the installer's where there is nobody else."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.utils import timezone

from access import second_words
from access.models import SecondWord


class Command(BaseCommand):
    help = (
        "List what waits for a second person's word, or answer it at the console: where a unit has one administrator"
        " and nobody else who could, after the person was seen and the IT service was told who asks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", nargs="?", type=int, help="the number in the list")
        answer = parser.add_mutually_exclusive_group()
        answer.add_argument("--confirm", action="store_true")
        answer.add_argument("--refuse", action="store_true")

    @no_translations
    def handle(self, *args: Any, number: int | None, confirm: bool, refuse: bool, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        asked = SecondWord.objects.filter(answer="", until__gte=timezone.now()).select_related(
            "account", "establishment"
        )
        if number is None:
            for word in second_words.tell(asked):
                said = "; ".join([word.name, *word.lines])
                self.stdout.write(
                    f"{word.pk}: {word.what} {word.username} ({said}), {word.establishment},"
                    f" asked by {word.asked_by_name} on {word.asked_at:%Y-%m-%d}"
                )
            return
        found = asked.filter(pk=number).first()
        if found is None:
            raise CommandError("Nothing with this number waits for a second word.")
        if confirm == refuse:
            raise CommandError("Say --confirm or --refuse.")
        try:
            second_words.answer(found, by=None, is_confirmed=confirm)
        except ValidationError as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        self.stdout.write("Confirmed." if confirm else "Refused.")
