"""Reports of obstructed care: begun, judged, read by another, written as letters, followed up. Their one writer.

Figures leave the unit reduced (reduction), texts judged (judging), letters from frozen versions (freezing, letters).
"""

from __future__ import annotations
