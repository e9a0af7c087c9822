"""The version of nb2prod: packages name what wrote them."""

from __future__ import annotations

__version__ = "0.1.0"
