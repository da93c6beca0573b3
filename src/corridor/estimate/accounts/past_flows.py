"""Past flows of all areas from the panel: one demographic account a period, from 1 July to 1 July.

The stocks are those of the 2024 revision with its holes filled (`corridor data rules`), births, deaths and net
migration those of WPP 2024. The population at the end is start + births - deaths + net migration, nothing rounded,
the world residual of net migration spread in proportion to population, so that every account closes exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes
from corridor.axes import TYPES
from corridor.calendar import PERIODS, STOCK_REVISION, WPP
from corridor.data.arrays import stock_on_1_july
from corridor.data.panel import table_from_array
from corridor.estimate.accounts.accounting import adjusted_stocks, independence, minimum

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.data.table import Coordinates, Table
    from corridor.estimate.accounts.accounting import System

ASSUMPTIONS = ("minimum", "independence")
TABLE = "flow_transitions"
DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Window:
    """What an account of a period needs.

    Attributes
    ----------
    start, end : [birthplace, residence], persons on 1 July, natives on the diagonal
    births, deaths, net : [area], persons between the two dates
    """

    start: Floats
    end: Floats
    births: Floats
    deaths: Floats
    net: Floats


def window_of(panel: Panel, start: int) -> Window:
    """Gather the stocks and events of the period that starts on 1 July of `start`."""
    last = start + PERIODS[start]
    births, deaths = between_july(panel, "births_deaths", start, last).T
    stock = stock_on_1_july(panel, start)
    residents = stock.sum(axis=0)
    net = between_july(panel, "net_migration", start, last)
    net = net - net.sum() * residents / residents.sum()
    end = stock_on_1_july(panel, last)
    at_end = residents + births - deaths + net
    natives = at_end - (end.sum(axis=0) - np.diagonal(end))
    np.fill_diagonal(end, natives)
    return Window(stock, end, births, deaths, net)


def between_july(panel: Panel, table: str, first: int, last: int) -> Floats:
    """Sum a yearly table over the mid-years between two 1 Julys: half the first year, half the last, all between."""
    offset = int(panel.coordinates(table, "year")[0])
    years = panel.array(table)[first - offset : last - offset + 1]
    weights = np.ones(len(years))
    weights[[0, -1]] = 0.5
    total: Floats = np.tensordot(weights, years, axes=1)
    return total


def period_transitions(panel: Panel, start: int, system: System = "closed") -> Floats:
    """Transitions of one period under both assumptions: [assumption, type, orig, dest], persons."""
    window = window_of(panel, start)
    adjusted = adjusted_stocks(window.start, window.end, window.births, window.deaths, system=system)
    return np.stack([minimum(adjusted), independence(adjusted)])


def transitions_table(panel: Panel) -> Table:
    """Compute the closed accounts of all periods as a table of the panel: our own result."""
    values = np.stack([period_transitions(panel, start) for start in PERIODS])
    axes: dict[str, Coordinates] = {
        "period": tuple(PERIODS),
        "assumption": ASSUMPTIONS,
        "type": TYPES,
        "orig": codes(),
        "dest": codes(),
    }
    return table_from_array(
        TABLE,
        values.round(DECIMALS),
        axes,
        source="corridor",
        unit="persons",
        description=(
            "Changes of residence between 1 July of the period's first year and 1 July five (2020: four) years later, "
            "by demographic accounting in a closed system."
        ),
        notes=(
            (
                f"Estimated by Corridor from the filled UN migrant stock {STOCK_REVISION} and {WPP}; "
                "not a published figure."
            ),
            "Assumptions: minimum moves, and independence of origin and destination within each birthplace.",
        ),
    )


def transitions(panel: Panel, start: int) -> Floats:
    """Read the transitions of a period: [assumption, type, orig, dest], persons."""
    position = panel.coordinates(TABLE, "period").index(start)
    values: Floats = panel.array(TABLE)[position]
    return values
