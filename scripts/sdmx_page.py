"""Write docs/reference/sdmx.md from the code."""

from __future__ import annotations

from pathlib import Path

from corridor.stored_runs.exchange.sdmx_structure import page

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "sdmx.md"

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
