"""SDMX-CSV 2.0 with its structure: a row for each figure, described in `sdmx_structure`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.errors import visible
from corridor.stored_runs.exchange.made import readme
from corridor.stored_runs.exchange.measures import MOVES, OF_AREAS, by_statistic
from corridor.stored_runs.exchange.sdmx_structure import (
    ANNUAL,
    FORECAST,
    NOT_APPLICABLE,
    PERSONS,
    STRUCTURE_ID,
    TOTAL,
    structure,
)
from corridor.stored_runs.exchange.tables import README, exact_csv

if TYPE_CHECKING:
    import pandas as pd

    from corridor.stored_runs.exchange.content import Content

WORDS = {
    "data.csv": "areas and flows in SDMX-CSV 2.0",
    "structure.json": "dataflow, data structure, concepts and code lists in SDMX-JSON 2.0",
}
MOVING = ("net_migration", "moves_in", "moves_out")
"""Measures of an area that count people who come from, or go to, all other areas."""


def files(content: Content) -> dict[str, bytes]:
    """Return data and structure."""
    stored = content.stored
    scenario = stored.question.scenario
    code = f"S{scenario.digest[:16]}"
    prepared = str(stored.finished and stored.finished["times"]["finished"])
    return {
        "data.csv": exact_csv(_table(content, code)),
        "structure.json": structure({code: visible(scenario.title)}, prepared),
        README: readme(content, WORDS),
    }


def _table(content: Content, scenario: str) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - a wrong request is refused before it is loaded

    codes = {name: measure.sdmx for name, measure in OF_AREAS.items()}
    ends = {name: TOTAL if name in MOVING else NOT_APPLICABLE for name in OF_AREAS}
    parts = [
        _rows(
            rows,
            statistic,
            REF_AREA=rows["area"],
            COUNTERPART_AREA=rows["measure"].map(ends),
            MEASURE=rows["measure"].map(codes),
        )
        for statistic, rows in by_statistic(content.areas)
    ]
    parts += [
        _rows(rows, statistic, REF_AREA=rows["orig"], COUNTERPART_AREA=rows["dest"], MEASURE=MOVES.sdmx)
        for statistic, rows in by_statistic(content.flows)
    ]
    whole = pd.concat(parts, ignore_index=True)
    whole.insert(list(whole).index("REF_AREA"), "SCENARIO", scenario)
    return whole


def _rows(rows: pd.DataFrame, statistic: str, **keys: object) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - a wrong request is refused before it is loaded

    columns = {
        "STRUCTURE": "dataflow",
        "STRUCTURE_ID": STRUCTURE_ID,
        "ACTION": "I",
        "FREQ": ANNUAL,
        **keys,
        "STATISTIC": statistic.upper(),
        "TIME_PERIOD": rows["year"],
        "OBS_VALUE": rows["value"],
        "UNIT_MEASURE": PERSONS,
        "OBS_STATUS": FORECAST,
    }
    return pd.DataFrame(columns).astype(dict.fromkeys(keys, object))
