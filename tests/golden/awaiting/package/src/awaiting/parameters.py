"""Parameters of awaiting, with the notebook's values."""

from __future__ import annotations

count: int = 3  # cell 3
