"""What production serves to a browser: every file under a name that changes with its content."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

IMPORTED = re.compile(r'from "([^"]+)"')
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")


@pytest.mark.slow
def test_collected_scripts_import_each_other_by_names_that_change_with_their_content(
    settings: Any, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "carehub.static_files.HashedStaticFiles"},
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    scripts = [path for path in (tmp_path / "carehub").rglob("*.js") if HASHED.search(path.name)]
    imports = [(path, name) for path in scripts for name in IMPORTED.findall(path.read_text(encoding="utf-8"))]
    assert len(imports) > 10
    assert [name for _path, name in imports if not HASHED.search(name)] == []
    assert [name for path, name in imports if not (path.parent / name).exists()] == []
