"""Parameters of thresholds, with the notebook's values."""

from __future__ import annotations

share: float = 0.25  # cell 2
seed: int = 7  # cell 2
verbose: bool = True  # cell 2
grid: list[float] = [0.1, 0.5, 0.9]  # cell 2
title: str = 'a "quoted" title: 100 %'  # cell 2
