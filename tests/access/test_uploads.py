"""A form larger than any file that a page takes is refused, also where no proxy stands before."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from access.models import User
from tests.doors import AtDoor

MOST = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


@pytest.mark.parametrize("address", ["/registry/", "/hand-over/open"])
def test_form_larger_than_any_file_is_refused(alice: User, at_door: AtDoor, address: str) -> None:
    answer = at_door(alice).post(address, {"file": SimpleUploadedFile("liste.csv", b"a" * MOST)})

    assert answer.status_code == 400
    assert "This request cannot be understood" in answer.content.decode()


def test_file_that_a_page_refuses_with_a_sentence_still_reaches_it(alice: User, at_door: AtDoor) -> None:
    large = SimpleUploadedFile("liste.csv", b"a" * (settings.CAREHUB_UPLOAD_LIMIT_BYTES + 1))

    answer = at_door(alice).post("/registry/", {"file": large})

    assert "This file is larger than 5 MB" in answer.content.decode()
