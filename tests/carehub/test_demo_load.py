"""A load of the invented establishments happens whole or not at all."""

from __future__ import annotations

import pytest

from access.models import Establishment, User
from carehub.tools import demo


def test_interrupted_load_leaves_nothing(db: None) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(line: str) -> None:
        if "appointments" in line:
            raise Interrupted

    with pytest.raises(Interrupted):
        demo.load(progress=interrupt)

    assert not demo.is_loaded()
    assert not User.objects.exists()
    assert not Establishment.objects.exists()
