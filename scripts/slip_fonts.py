"""Makes the small fonts with which slips and blank forms are printed in languages that a terminal may have no font for.

Takes the letters of the sentences alone out of the fonts of these npm packages (SIL Open Font License 1.1), unpacked
side by side in a folder as `sc`, `arabic`, `georgian`: @fontsource/noto-sans-sc, @fontsource/noto-sans-arabic and
@fontsource/noto-sans-georgian, version 5.3.0. To be run again when a sentence of appointments/arithmetic/languages.py
changes; a test names the letters that are missing. It needs fonttools and brotli, which nothing else here does.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter, load_font, save_font

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FONTS = {"zh": "sc", "ar": "arabic", "ka": "georgian"}


def main() -> None:
    from appointments.arithmetic.languages import FORM, SLIP

    packages = Path(sys.argv[1])
    for code, package in FONTS.items():
        letters = {ord(letter) for said in (*SLIP, *FORM) if said.code == code for letter in said.words}
        made = ROOT / "carehub" / "static" / "carehub" / "fonts" / f"slips-{code}.woff"
        made.parent.mkdir(exist_ok=True)
        make(sorted((packages / package).rglob("*-400-normal.woff2")), letters, made)
        sys.stdout.write(f"{made.name}: {len(letters)} letters, {made.stat().st_size} bytes\n")


def make(parts: list[Path], letters: set[int], made: Path) -> None:
    """Write the font of these letters, wherever in the parts of the package they stand."""
    options = Options(layout_features="*", name_IDs=[1, 2, 13, 14], hinting=False, notdef_outline=True)
    with TemporaryDirectory() as folder:
        found = []
        for number, part in enumerate(parts):
            font = load_font(str(part), options)
            mine = letters & font.getBestCmap().keys()
            letters = letters - mine
            if mine:
                reduced = Subsetter(options)
                reduced.populate(unicodes=mine)
                reduced.subset(font)
                font.flavor = None
                font.save(f"{folder}/{number}.ttf")
                found.append(f"{folder}/{number}.ttf")
        if letters:
            raise SystemExit(f"no font has {''.join(map(chr, sorted(letters)))}")
        font = Merger().merge(found) if len(found) > 1 else load_font(found[0], options)
        options.flavor = "woff"
        save_font(font, str(made), options)


if __name__ == "__main__":
    main()
