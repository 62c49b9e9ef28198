"""The one error of the embedded server: a sentence for the person at the terminal."""

from __future__ import annotations


class EmbeddedServerError(RuntimeError):
    """The server cannot start or go on; the message says why and what to do."""
