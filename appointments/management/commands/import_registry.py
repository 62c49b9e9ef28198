"""Imports the prison's nominal list from the command line, with the same rules as the browser."""

from __future__ import annotations

import hashlib
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from access.models import Establishment, Membership, User
from access.refusal import Refused
from appointments.registry import (
    IMPORTERS,
    SOMEBODY_ELSE,
    Answers,
    ImportPlan,
    LineOutcome,
    apply_import,
    plan_import,
)
from appointments.registry.nominal_list import NominalList, UnreadableList, read_nominal_list


class Command(BaseCommand):
    help = "Import the prison's nominal list (CSV), all or nothing. FILE may be - for the standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--establishment", required=True, metavar="CODE")
        parser.add_argument("--complete", action="store_true", help="people who are not in the file have left")
        parser.add_argument(
            "--confirm-missing", action="store_true", help="also when more than a fifth of the people is missing"
        )
        parser.add_argument(
            "--answer",
            action="append",
            default=[],
            metavar="LINE=NUMBER",
            help="line LINE is the person known under register number NUMBER; LINE=new: somebody else",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")
        parser.add_argument("--by", metavar="USERNAME", help="the care account in whose name the import is recorded")

    def handle(self, *args: Any, **options: Any) -> None:
        establishment = Establishment.objects.filter(code=options["establishment"]).first()
        if establishment is None:
            raise CommandError(
                _("There is no establishment with the code “%(code)s”.") % {"code": options["establishment"]}
            )
        content = read_content(options["file"])
        today = establishment.today()
        try:
            read = read_nominal_list(content, today=today)
        except UnreadableList as error:
            raise CommandError(str(error)) from error

        def make_plan() -> ImportPlan:
            return plan_import(establishment, read, today=today, complete=options["complete"])

        plan = make_plan()
        self.report(plan, read)
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
            return
        if not plan.changes_anything:
            self.finish_unchanged(plan)
            return
        try:
            apply_import(
                make_plan,
                establishment=establishment,
                by=account(options["by"], establishment),
                file_digest=hashlib.sha256(content).hexdigest(),
                confirm_missing=options["confirm_missing"],
                answers=answers_to(plan, options["answer"]),
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_("Applied."))

    def report(self, plan: ImportPlan, read: NominalList) -> None:
        self.stdout.write(_("Encoding %(name)s.") % {"name": read.encoding})
        for change in LineOutcome:
            self.stdout.write(f"{plan.counts[change.value]:6d}  {change.label}")
        for question in plan.questions:
            known = ", ".join(
                f"{one.name} {one.register_number} ({', '.join(one.words)})" for one in question.candidates
            )
            self.stdout.write(
                _("Line %(line)s asks: is %(name)s the same person as %(known)s? Answer with --answer.")
                % {"line": question.line, "name": question.name, "known": known}
            )
        for line in plan.of(LineOutcome.REFUSED):
            self.stdout.write(_("Line %(line)s refused: %(reason)s") % {"line": line.line, "reason": line.reason})
        if plan.new_buildings:
            self.stdout.write(_("New buildings: %(names)s") % {"names": ", ".join(plan.new_buildings)})

    def finish_unchanged(self, plan: ImportPlan) -> None:
        """Say that there was nothing to apply; that is a failure only when every line was refused."""
        if plan.counts["unchanged"] == 0:
            raise CommandError(_("Every line was refused: nothing was applied."))
        self.stdout.write(_("There is nothing to apply: the registry already says what this list says."))


def answers_to(plan: ImportPlan, given: list[str]) -> Answers:
    """Return what was said on the command line; only what was said, for nobody looks at a default there."""
    questions = {question.line: question for question in plan.questions}
    people = {}
    for text in given:
        line, _equals, number = text.partition("=")
        question = questions.get(int(line)) if line.isdigit() else None
        if question is None:
            raise CommandError(_("No line asks what “%(answer)s” answers.") % {"answer": text})
        known = {one.register_number: one.key for one in question.candidates}
        if number != SOMEBODY_ELSE and number not in known:
            raise CommandError(_("No line asks what “%(answer)s” answers.") % {"answer": text})
        people[question.line] = known.get(number, SOMEBODY_ELSE)
    return Answers(people)


def read_content(name: str) -> bytes:
    """Return the bytes of the file, at most one more than allowed. Raises CommandError with a sentence."""
    limit = settings.CAREHUB_UPLOAD_LIMIT_BYTES + 1
    try:
        if name == "-":
            return sys.stdin.buffer.read(limit)
        with Path(name).open("rb") as file:
            return file.read(limit)
    except OSError as error:
        raise CommandError(
            _("The file %(name)s cannot be read: %(why)s.") % {"name": name, "why": error.strerror}
        ) from error


def account(username: str | None, establishment: Establishment) -> User | None:
    """Return the account of that name that may import there; raise CommandError when there is none."""
    if username is None:
        return None
    roles = Membership.objects.current().filter(establishment=establishment, role__in=IMPORTERS)
    user = User.objects.filter(pk__in=roles.values("user"), username__iexact=username, is_active=True).first()
    if user is None:
        raise CommandError(_("No account named “%(name)s” may import a list here.") % {"name": username})
    return cast("User", user)
