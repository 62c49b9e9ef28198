"""Pages of signing in, of one's own account, and of the accounts door."""

from __future__ import annotations
