"""Drop one area after the other and see what the headline of the climate channels does; writes the page about it.

Run it with `python scripts/leave_one_out.py SOURCES ORACLE [docs/results/leave-one-out.md]`: the folders of source data
and of reference outputs, to which our surfaces are fitted, and the page to write, where it is wanted. It takes half a
minute.

The headline is the climate-only change of all moves of the world in 2100 under SSP2-4.5 with the default damages.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from fit_warming_surface import Fit, fits
from page_tables import publish

from corridor import areas
from corridor.analysis.climate_effect import settings_of
from corridor.data.panel import Panel, load_panel
from corridor.data.rules import filled
from corridor.data.rules import warming_surface as surface
from corridor.drivers.channels.immobility import gini_indices
from corridor.drivers.registry import without_climate
from corridor.projection.inputs import load_inputs
from corridor.projection.runs import Runs, load_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from corridor.axes import Floats
    from corridor.projection.inputs import Inputs

DROPPED = ("UZB", "SYR", "IRQ", "KWT")
PATHWAY, YEAR = "SSP2-4.5", 2100
KEYS = ("area", "origin", "asylum")
"""Columns of lists of facts that name an area whose rows are dropped."""
POOLED = ("wdi", "ssp", "displacement_flows", "displaced_population", "displacement_solutions")
"""Lists of facts from which something is estimated over areas."""


class PanelWithout(Panel):
    """A panel without the facts of one area, and with what we estimate from many areas estimated without it.

    Moves from and to the area are zero; incomes that follow a subregion and the surfaces of warming and temperature are
    computed anew. Everything else that reads the panel then pools the other areas: Gini indices of subregions, the
    gravity floor of base flows, how fast the shock of wars fades and its displaced return.
    """

    def __init__(self, panel: Panel, code: str, fitted: dict[str, Fit]) -> None:
        super().__init__(panel.folder, panel.registry)
        self._without = code
        moves, at = panel.array("moves").copy(), areas.index(code)
        moves[..., at, :], moves[..., at] = 0.0, 0.0
        self._arrays["moves"] = moves
        self._arrays["income"] = filled.income(self).frame["value"].to_numpy().reshape(panel.array("income").shape)
        self._arrays[surface.TABLE] = surfaces_without(fitted, code)

    def frame(self, name: str) -> pd.DataFrame:
        """Return the rows of a table, without those of the area where tables are pooled."""
        rows = super().frame(name)
        if name in POOLED:
            for key in set(KEYS) & set(rows.columns):
                rows = rows[rows[key] != self._without]
        return rows


@dataclass(frozen=True)
class Drop:
    """What dropping an area does.

    Attributes
    ----------
    code : of the area
    from_sum : headline with the area's moves taken out of the sums, percent
    run_anew : headline with everything estimated and run without it, percent
    warming, temperature : largest change of another area's surface, K per K and K
    gini : other areas whose Gini index, a subregion's mean, changes
    income : other areas whose income, a subregion's, changes
    half_life : of the shock of wars, years
    """

    code: str
    from_sum: float
    run_anew: float
    warming: float
    temperature: float
    gini: int
    income: int
    half_life: float


def surfaces_without(fitted: dict[str, Fit], code: str) -> Floats:
    """Return the surfaces of warming, its spread and temperature, fitted without an area: [area, quantity]."""
    coefficients = (fitted[name].without(areas.index(code)) for name in ("WARMING", "MODEL_SD", "TEMPERATURE"))
    return surface.surface_values(fitted["WARMING"].at, fitted["TEMPERATURE"].at, *coefficients)


def flows(runs: Runs) -> tuple[Floats, Floats]:
    """Return all moves of `YEAR` with climate and without: [orig, dest], persons."""
    full = settings_of(PATHWAY)
    with_climate, without = (runs.central(settings).flows[-1] for settings in (full, without_climate(full)))
    return with_climate, without


def headline(with_climate: Floats, without: Floats) -> float:
    """Return the climate-only change, percent."""
    return 100.0 * float(with_climate.sum() / without.sum() - 1.0)


def from_sums(with_climate: Floats, without: Floats) -> Floats:
    """Return headlines with each area's moves, from it and to it, taken out of the sums: [area], percent."""
    left, usual = (table.sum() - table.sum(axis=0) - table.sum(axis=1) for table in (with_climate, without))
    changes: Floats = 100.0 * (left / usual - 1.0)
    return changes


def emptied(inputs: Inputs, at: int) -> Inputs:
    """Take an area, its residents and the people born there out of the world."""
    stock = inputs.stock.copy()
    stock[at], stock[:, at] = 0.0, 0.0
    left = stock.sum(axis=0) / inputs.stock.sum(axis=0)
    base = replace(inputs.base, displaced=np.minimum(inputs.base.displaced, stock))
    return replace(inputs, population=inputs.population * left[:, None, None], stock=stock, base=base)


def dropped(panel: Panel, fitted: dict[str, Fit], code: str, from_sum: float) -> Drop:
    """Estimate and run everything without an area."""
    at, without = areas.index(code), PanelWithout(panel, code, fitted)
    inputs = load_inputs(without)
    others = np.arange(len(areas.codes())) != at
    surfaces = np.abs(without.array(surface.TABLE) - panel.array(surface.TABLE))[others].max(axis=0)
    gini = np.abs(gini_indices(without) - gini_indices(panel))[others]
    income = np.abs(without.array("income") - panel.array("income"))[..., others].max(axis=(0, 1))
    return Drop(
        code,
        from_sum,
        headline(*flows(Runs.of(without, emptied(inputs, at), "observed"))),
        surfaces[0],
        surfaces[2],
        int((gini > 1e-9).sum()),
        int((income > 0.01).sum()),
        inputs.base.shock_half_life,
    )


def page(panel: Panel, sources: Path, oracle: Path) -> str:
    """Return the page."""
    runs = load_runs(panel, anchor="observed")
    with_climate, without = flows(runs)
    whole, each = headline(with_climate, without), from_sums(with_climate, without)
    fitted = fits(panel, sources, oracle)
    drops = [dropped(panel, fitted, code, float(each[areas.index(code)])) for code in DROPPED]
    moved = max(drops, key=lambda drop: abs(drop.run_anew - whole))
    return f"""# One country left out

Kotz et al. 2024 was retracted on 3 December 2025: the data of one country, Uzbekistan's product of 1995-1999, made much
of its result, and the study treated neighbours as independent. The asylum regression of Missirian and Schlenker 2017
rests on Iraq and Kuwait. Corridor uses neither. This page shows whether Corridor itself rests on one country, by
leaving out one country at a time.

The headline is the effect of climate alone on all moves of the world in {YEAR}, under {PATHWAY} with the default
damages, central values and the anchor observed ([how it is computed](climate-effect.md)). With all areas it is
**{whole:+.2f} %**. `scripts/leave_one_out.py` writes this page, and a test compares the page with the results.

## Uzbekistan, Syria, Iraq, Kuwait

{_headlines(drops, whole)}

*Out of the sums* means the run with all areas, in which moves from and to the country are not counted. *Without it*
means a run without its moves, its residents and the people born there. In this run we also estimated again, without the
country, everything that our channels estimate over countries:

- the surfaces of warming per degree and of temperature ([how they are made](../explanation/warming.md));
- Gini indices that are the mean of a subregion; incomes that follow a subregion (Palestine and Syria among them);
- base flows: the gravity floor, the half-life of the shock of wars and the rate at which its displaced return.

Variability of temperature, floods and storms, workers on farms, conflict and base shares belong to each country alone,
so they leave with it.

The largest change is {abs(moved.run_anew - whole):.2f} points ({_name(moved.code)}). The headline depends on none of
the four.

## Estimates without the country

The table shows the largest changes of any other area. They include the rounding of the embedded coefficients to four
digits.

{_estimates(drops)}

The half-life of the shock is {runs.inputs.base.shock_half_life:.2f} years with all areas.

## Every area out of the sums

We left out each of the {len(each)} areas in turn, so that moves from and to it are not counted. These are the largest
changes of the headline:

{_largest(each, whole)}

## Parts that cannot be estimated again here

- The published coefficients of Hoffmann et al. 2020 and of Burke, Hsiang and Miguel 2015 stay, because we do not have
  their data.
- The linear coefficient of Kalkuhl and Wenz's formula is our regression over 172 countries, and we may not include its
  table.
- Past moves are estimated for all areas together, and the world balances only with all of them; leaving out a country
  removes its moves and does not change the others. The UN's population figures stay.
- Judgements are not estimates: sigma of slow change, the incomes that separate groups of countries, the thresholds of
  means.
- Correlations of warming between areas, and the sizes by which propensities vary, affect only draws.
"""


def _headlines(drops: Sequence[Drop], whole: float) -> str:
    lines = [
        "| dropped | out of the sums, % | change, points | without it, % | change, points |",
        "|:--|--:|--:|--:|--:|",
    ]
    for drop in drops:
        cells = [f"{value:+.2f}" for value in (drop.from_sum, drop.from_sum - whole)]
        cells += [f"{value:+.2f}" for value in (drop.run_anew, drop.run_anew - whole)]
        lines.append(f"| {_name(drop.code)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _estimates(drops: Sequence[Drop]) -> str:
    lines = [
        "| dropped | warming, K per K | temperature, K | Gini indices changed | incomes changed | half-life, years |",
        "|:--|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {_name(drop.code)} | {drop.warming:.3f} | {drop.temperature:.2f} | {drop.gini} | {drop.income} | "
        f"{drop.half_life:.2f} |"
        for drop in drops
    ]
    return "\n".join(lines)


def _largest(each: Floats, whole: float, count: int = 6) -> str:
    lines = ["| area | without its moves, % | change, points |", "|:--|--:|--:|"]
    lines += [
        f"| {areas.areas()[at].short_name} | {each[at]:+.2f} | {each[at] - whole:+.2f} |"
        for at in np.argsort(-np.abs(each - whole))[:count]
    ]
    return "\n".join(lines)


def _name(code: str) -> str:
    return areas.areas()[areas.index(code)].short_name


def main(words: Sequence[str]) -> None:
    """Print the page, or write it where a third word names it."""
    text = page(load_panel(), Path(words[0]), Path(words[1]))
    publish(text, Path(words[2]) if len(words) > 2 else None)


if __name__ == "__main__":
    main(sys.argv[1:])
