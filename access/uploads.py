"""Refuses a form that is larger than any file that a page takes, before a byte of it is kept: behind no proxy, too."""

from __future__ import annotations

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler


class BoundedUploads(MemoryFileUploadHandler):
    """First of the handlers: Django bounds the fields of a form by itself, and its files not at all."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, Any],  # noqa: N803 Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> Any:
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        return super().handle_raw_input(input_data, META, content_length, boundary, encoding)
