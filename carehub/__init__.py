"""Composes the product: settings, doors, start. It decides nothing about appointments or rights."""

from __future__ import annotations

__version__ = "0.2.0"
