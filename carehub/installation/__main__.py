"""The installer's command line: python -m carehub.installation [--dry-run] [--remove] [--care NAME …] …"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from carehub.installation import place, plan, sealed
from carehub.installation.steps import NotInstalled, carry_out


def main(arguments: list[str] | None = None) -> int:
    """Install, upgrade or remove; return 1, with a sentence, where it cannot be done."""
    chosen = options().parse_args(arguments)
    try:
        if chosen.remove:
            carry_out(plan.remove(), say, is_dry=chosen.dry_run)
            tell(plan.LEFT)
            return 0
        names, kept = plan.names_of(vars(chosen)), sealed.settings(vars(chosen))
        if not chosen.without_backup:
            plan.refuse_without_backup(kept)
        plan.refuse_another_system()
        steps = plan.steps(names, kept, without_backup=chosen.without_backup)
        changed = carry_out(steps, say, is_dry=chosen.dry_run)
    except NotInstalled as error:
        sys.stderr.write(f"{error}\n")
        return 1
    say(f"CareHub {place.version()}: {changed} steps {'to do' if chosen.dry_run else 'done'}.")
    if not chosen.dry_run:
        tell(plan.tell_where(names, kept))
    return 0


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="install.sh", description="Puts CareHub on this Debian host, or upgrades it.")
    for door in place.DOORS:
        parser.add_argument(f"--{door}", metavar="NAME", help=f"what people type to reach the {door} door")
    for kind in sealed.KINDS:
        option = f"--{kind.option.replace('_', '-')}"
        about = f"a public key (age1…) to which to seal {kind.name}; several: the option again"
        parser.add_argument(option, metavar="KEY", action="append", help=about)
    parser.add_argument("--without-backup", action="store_true", help="upgrade without a backup of what is there")
    parser.add_argument("--dry-run", action="store_true", help="say each step, and do none")
    parser.add_argument("--remove", action="store_true", help="remove programs and services, and say what is left")
    return parser


def tell(lines: Iterable[str]) -> None:
    for line in lines:
        say(line)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
