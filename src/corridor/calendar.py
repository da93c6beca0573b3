"""The calendar: the years that rooms count from and the revisions of the UN's data, each at its only place.

A new revision of the UN's data changes this module first: `docs/how-to/new-revision.md` lists what else it needs.
Years that belong to one source or one measurement (the last year of a publisher's file, the year of a paper) stay with
the code that reads them.
"""

from __future__ import annotations

WPP_REVISION = 2024
"""The revision of World Population Prospects that the panel is built from."""
STOCK_REVISION = 2024
"""The revision of the UN's International Migrant Stock that flows are estimated from."""
OLDER_STOCK_REVISION = 2020
"""The revision whose pairs fill those that the newer one leaves out."""

WPP_SOURCE = f"un_wpp_{WPP_REVISION}"
STOCK_SOURCES = {revision: f"un_migrant_stock_{revision}" for revision in (STOCK_REVISION, OLDER_STOCK_REVISION)}
"""The revisions of the stock -> their keys in `corridor.data.catalogue`."""
WPP = f"WPP {WPP_REVISION}"
"""The revision's short name, in words for readers."""
WPP_TITLE = f"World Population Prospects {WPP_REVISION}"
STOCK_TITLE = f"International Migrant Stock {STOCK_REVISION}"

FIRST_KNOWN = 1990
"""First year of the panel: of its stocks, of its tables by calendar year and of estimated moves."""
PERIODS = {1990: 5, 1995: 5, 2000: 5, 2005: 5, 2010: 5, 2015: 5, 2020: 4}
"""First year of each period between two stocks -> its length in years; it runs from 1 July to 1 July."""
LAST_PERIOD = max(PERIODS)
LAST_STOCK = LAST_PERIOD + PERIODS[LAST_PERIOD]
"""Year of the latest migrant stock, 1 July."""
STOCK_YEARS = (*PERIODS, LAST_STOCK)
"""Years of the stocks."""
LAST_KNOWN = LAST_STOCK
"""Last calendar year whose moves are estimated."""
UN_PROJECTED = 2024
"""First calendar year that the UN projects: its estimates end before."""
BASE_YEAR = UN_PROJECTED + 1
"""First calendar year that Corridor projects, from 1 January; every log effect is exactly zero in it."""
LAST_YEAR = 2100
"""Last calendar year that the UN projects, and so Corridor."""
