"""The long format of the IAMC, which pyam reads: a row for each model, scenario, region, variable, unit and year."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from corridor.areas import areas
from corridor.data.tables.export import as_bytes
from corridor.stored_runs.exchange.made import metadata
from corridor.stored_runs.exchange.measures import CENTRAL, MOVES, OF_AREAS, by_statistic
from corridor.stored_runs.exchange.tables import exact_csv
from corridor.stored_runs.summaries import BOUNDS

if TYPE_CHECKING:
    import pandas as pd

    from corridor.stored_runs.exchange.content import Content

MILLION = 1_000_000.0
STOCK, FLOW = "million", "million/yr"


def files(content: Content) -> dict[str, bytes]:
    """Return the table, and the facts that stand beside it.

    Names follow the IAMC: a region is the name of an area, or ORIGIN>DESTINATION for moves between two.
    """
    regions = {area.short_name: area.iso3 for area in areas()}
    facts = {**metadata(content), "unit": "Persons are written in millions.", "regions": regions}
    text = json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
    return {"": exact_csv(_table(content)), "-metadata.json": as_bytes(text)}


def _table(content: Content) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - a wrong request is refused before it is loaded

    names = {area.iso3: area.short_name for area in areas()}
    parts = [_of_areas(rows, name, names) for name, rows in by_statistic(content.areas)]
    parts += [_of_flows(rows, name, names) for name, rows in by_statistic(content.flows)]
    whole = pd.concat(parts, ignore_index=True)
    whole.insert(0, "Model", f"Corridor {content.stored.inputs['corridor']}")
    whole.insert(1, "Scenario", content.stored.question.scenario.title)
    return whole


def _of_areas(rows: pd.DataFrame, statistic: str, names: dict[str, str]) -> pd.DataFrame:
    variables = {name: measure.iamc + _suffix(statistic) for name, measure in OF_AREAS.items()}
    units = {name: STOCK if measure.is_stock else FLOW for name, measure in OF_AREAS.items()}
    return _rows(rows, rows["area"].map(names), rows["measure"].map(variables), rows["measure"].map(units))


def _of_flows(rows: pd.DataFrame, statistic: str, names: dict[str, str]) -> pd.DataFrame:
    regions = rows["orig"].map(names).astype(str) + ">" + rows["dest"].map(names).astype(str)
    return _rows(rows, regions, MOVES.iamc + _suffix(statistic), FLOW)


def _rows(rows: pd.DataFrame, regions: object, variables: object, units: object) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - a wrong request is refused before it is loaded

    columns = {"Region": regions, "Variable": variables, "Unit": units, "Year": rows["year"]}
    return pd.DataFrame({**columns, "Value": rows["value"] / MILLION}).astype(
        {"Region": object, "Variable": object, "Unit": object}
    )


def _suffix(statistic: str) -> str:
    """Return the end of a variable, such as |97.5th Percentile; nothing for the run at the medians."""
    return "" if statistic == CENTRAL else f"|{100 * BOUNDS[statistic]:.1f}th Percentile"
