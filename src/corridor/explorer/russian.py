"""Russian names of groups, and Russian titles and descriptions of the shipped scenarios."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from corridor.seals import shipped


@cache
def russian() -> dict[str, Any]:
    """Return the tables `groups` (English name -> Russian name) and `scenarios` (name -> title, description)."""
    return tomllib.loads(shipped("explorer/russian.toml").decode())
