"""What climate alone does to emigration, beside published models; writes `docs/results/climate-effect.md`.

Run it with `python scripts/climate_effect.py SOURCES [docs/results/climate-effect.md]`: the folder of source data,
whose tables of Burzynski, Docquier and Scheewel are computed for comparison, and the page to write, where it is wanted;
otherwise it is printed, with the paragraph of `docs/results/bds.md`. It takes half a minute.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from page_tables import publish

from corridor.analysis.climate_effect import (
    GROUPS,
    MEASURES,
    PATHWAYS,
    TENTHS,
    YEARS,
    central_effects,
    drawn_effects,
    measured,
    settings_of,
)
from corridor.areas import members
from corridor.data.panel import load_panel
from corridor.data.tables.bds_import import read_tables
from corridor.drivers.channels.bds import VARIANTS, crossing_table, solve_all
from corridor.drivers.channels.bds_tables import world_of
from corridor.drivers.damages import COMPARED
from corridor.drivers.registry import without_climate
from corridor.projection.runs import load_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from corridor.axes import Floats
    from corridor.drivers.channel import Settings
    from corridor.projection.runs import Runs

DRAWS, SEED = 40, 1
WIDTH = 120
CENTRAL = "SSP2-4.5"
BDS_YEARS = (2040, 2100)
ASYLUM = {"RCP4.5": 98_000, "RCP8.5": 660_000}
"""Applications in the European Union a year that Missirian & Schlenker (2017) add by the end of the century (F)."""


@dataclass(frozen=True)
class Findings:
    """What the page is made of.

    Attributes
    ----------
    effects : `central_effects`
    drawn : family of damages -> `drawn_effects` under SSP2-4.5
    bds : percent of emigrants that climate adds, by computation, group of origins and year
    moves : all moves of the world in 2100 under SSP2-4.5 without climate, persons
    unconnected : change of all moves of the world in 2100 with the network channel off, percent
    """

    effects: pd.DataFrame
    drawn: dict[str, Floats]
    bds: dict[tuple[str, str, int], float]
    moves: float
    unconnected: float

    def change(self, group: str, measure: str, year: int, family: str = COMPARED[0], pathway: str = CENTRAL) -> float:
        """Return a climate-only change, percent."""
        return float(self._row(group, measure, year, family, pathway)["change"])

    def income(self, group: str, measure: str, year: int, family: str = COMPARED[0], pathway: str = CENTRAL) -> float:
        """Return the part of a climate-only change that passes through income, percentage points."""
        return float(self._row(group, measure, year, family, pathway)["through_income"])

    def _row(self, group: str, measure: str, year: int, family: str, pathway: str) -> pd.Series:
        chosen = {"pathway": pathway, "damages": family, "group": group, "measure": measure, "year": year}
        rows = self.effects
        for name, value in chosen.items():
            rows = rows[rows[name] == value]
        return rows.iloc[0]


def find(runs: Runs, sources: Path) -> Findings:
    """Run everything that the page shows."""
    alone = replace(settings_of(CENTRAL), off=frozenset({"network"}))
    unconnected = 100.0 * (_world_moves(runs, alone) / _world_moves(runs, without_climate(alone)) - 1.0)
    none = _world_moves(runs, without_climate(settings_of(CENTRAL)))
    drawn = {family: drawn_effects(runs, CENTRAL, family, DRAWS, SEED) for family in COMPARED}
    return Findings(central_effects(runs), drawn, bds_changes(sources), none, unconnected)


def _world_moves(runs: Runs, settings: Settings) -> float:
    """All moves of the world in 2100, persons."""
    found = measured(runs, runs.driving(settings))
    return float(found[YEARS.index(2100), GROUPS.index("world"), MEASURES.index("all moves")])


def bds_changes(sources: Path) -> dict[tuple[str, str, int], float]:
    """Return what RCP 4.5 adds to adults living abroad, percent, by computation, group of origins and year."""
    world = world_of(read_tables(sources / "bds"))
    groups = {"world": world.codes, "CICA": tuple(area.iso3 for area in members("CICA"))}
    found = {}
    for variant, parameters in VARIANTS.items():
        table = crossing_table(solve_all(world, parameters), world.codes, groups).set_index(["scenario", "year"])
        for group, year in product(groups, BDS_YEARS):
            level, added = (float(table[group][name, str(year)]) for name in ("No CLC", "delta RCP 4.5"))
            found[variant, group, year] = 100.0 * added / level
    return found


def page(found: Findings) -> str:
    """Return the page, its prose filled to the width of the other pages."""
    return "\n\n".join(_filled(block) for block in _page(found).strip().split("\n\n")) + "\n"


def _filled(block: str) -> str:
    if block[0] in "|#":
        return block
    items = block.split("\n- ") if block.startswith("- ") else [block]
    texts = [" ".join(item.removeprefix("- ").split()) for item in items]
    lead = "- " if block.startswith("- ") else ""
    within = " " * len(lead)
    return "\n".join(
        fill(text, WIDTH, initial_indent=lead, subsequent_indent=within, break_long_words=False, break_on_hyphens=False)
        for text in texts
    )


def _page(found: Findings) -> str:
    headline = found.change("world", MEASURES[1], 2100)
    low, high = _range(found, COMPARED[0], "world", MEASURES[1])
    natives = found.change("world", MEASURES[0], 2100)
    return f"""# The effect of climate alone on emigration

This page compares a run with all channels with the same run without climate: no damages to income, no slow change, no
displacement. People, incomes, networks and returns change in both. `scripts/climate_effect.py` writes this page with
`corridor.analysis.climate_effect`, and tests compare the page with the results.

**Climate changes all moves of the world in 2100 by {headline:+.1f} %** under SSP2-4.5 with the default damages (80 % of
{DRAWS} draws: {low:+.1f} to {high:+.1f} %). It changes natives' moves out of their birthplace by {natives:+.1f} %. We
promise that both lie between 0 and +6 %. This band is our judgement from the models below, and a test checks it.

The anchor is observed, and parameters are at their medians. Incomes are those of the pathway's SSP. The population
without climate is the UN's medium. Figures are per cent of the run without climate. Brackets contain the part through
income and the direct part, as Shapley values that add up. World means all origins. CICA means its 28 members as
origins, with moves between them.

Please read both families of damages, because nobody knows which is right. The default, kalkuhl-wenz, lowers the level
of income. The other, burke-hsiang-miguel, lowers growth year after year, which makes losses many times as large.

## Natives' moves out of their birthplace

{_effects_table(found, MEASURES[0])}

## All moves

This measure includes returns and onward moves. They follow the stocks abroad, so they respond later.

{_effects_table(found, MEASURES[1])}

## How sure this is

The table shows 80 % ranges over {DRAWS} draws of warming and of all parameters of the channels (seed {SEED}) under
SSP2-4.5. People and propensities to move are not drawn. The median of draws lies above the central value, because
effects of slow change cannot be negative: where a group's coefficient is near zero, draws above zero count and draws
below do not.

{_ranges_table(found)}

In 2100 climate adds moves in all {DRAWS} draws of both families. The size is much less certain. The upper ends lie
outside the band of the central values, and the families differ more from each other than draws within one family.

## Comparison with other models

The table shows by how many per cent climate increases the number of people of all ages who live outside their country
of birth. Burzynski, Docquier and Scheewel (BDS, [docs](bds.md)) count adults under RCP 4.5, as published and mended.

{_stock_table(found)}

We differ from BDS for these reasons:

- **Generations and years.** The emigrants of BDS in 2040 are one generation, which chooses once, under the full climate
  of 2040. Our emigrants in 2040 are the people who lived abroad in 2025 and fifteen years of moves, so climate has
  added {found.change("world", MEASURES[2], 2040):.1f} %, not {found.bds["published", "world", 2040]:.1f} %. By 2100 the
  stocks have been renewed and the two results are close: {found.change("world", MEASURES[2], 2100):.1f} and
  {found.bds["mended", "world", 2100]:.1f} % of the world's, {found.change("CICA", MEASURES[2], 2100):.1f} and
  {found.bds["mended", "CICA", 2100]:.1f} % of CICA's.
- **First year.** The climate of BDS changes from 2010, and ours from 2025. Our base flows contain the effect of earlier
  warming.
- **Mechanism.** In BDS climate acts only through wages, in towns and in the country, at home and abroad, in
  equilibrium. Our effect through income is small: {found.income("world", MEASURES[2], 2100):.1f} points of the stock in
  2100. Losses keep poor people at home and push others out, and lambda, the strength of means, is .5. The greater part
  of our effect is direct and comes from the meta-regression of Hoffmann et al. 2020. Not all of its studies hold income
  fixed (recalled), so it may count some of the effect of income again. In that case our effect is too high.
- **The sea.** BDS floods homes, and nearly all of the people concerned stay in their country. We have floods and
  storms, from which 2 % of displaced people cross a border, and no rise of the sea.
- **Poor people.** In BDS a loss of wages at home always makes a destination more attractive. In our model it keeps
  people below 10,000 dollars at home.

Other figures:

- **Benveniste, Oppenheimer and Fleurbaey 2020** (found): climate adds .3 to 1.1 % to the world's moves in 2100. Their
  model has income and no direct channel. Our effect through income on all moves, with kalkuhl-wenz, is
  {found.income("world", MEASURES[1], 2100):.1f} points. Our direct part comes in addition.
- **Missirian and Schlenker 2017** (found): climate adds 28 % to asylum applications in the European Union by the end of
  the century under RCP4.5 and 188 % under RCP8.5, which is 98,000 and 660,000 a year. These would be
  {_asylum_share(found, "RCP4.5"):.1f} and {_asylum_share(found, "RCP8.5"):.1f} % of all our moves in 2100 without
  climate. Asylum has its own law and routes and is not a fixed share of migration. Their estimate rests on Iraq and
  Kuwait ([one left out](leave-one-out.md)).

## Conclusions

- With kalkuhl-wenz climate is a small term in moves across borders. It grows with emissions, from
  {found.change("world", MEASURES[1], 2100, pathway=PATHWAYS[0]):+.1f} % (SSP1-2.6) to
  {found.change("world", MEASURES[1], 2100, pathway=PATHWAYS[-1]):+.1f} % (SSP5-8.5) of all moves in 2100. Pathways also
  differ in incomes, so this is not an effect of emissions alone.
- With burke-hsiang-miguel it is not small: {found.change("world", MEASURES[1], 2100, COMPARED[1]):+.1f} % under
  SSP2-4.5, outside the band, and {found.change("world", MEASURES[1], 2100, COMPARED[1], PATHWAYS[-1]):+.1f} % under
  SSP5-8.5. In our channel of means, growth of income gives people reasons to stay. Origins that have grown rich lose so
  much income that these reasons disappear. This result multiplies two weak assumptions: the fall of emigration in rich
  origins, and growth effects that add up for 75 years.
- A lack of income can keep people at home. Under SSP3-7.0 many origins stay or fall below 10,000 dollars, and losses
  keep their people at home. With burke-hsiang-miguel climate then changes natives' moves by no more than
  {found.change("world", MEASURES[0], 2100, COMPARED[1], PATHWAYS[2]):+.1f} %
  ({found.income("world", MEASURES[0], 2100, COMPARED[1], PATHWAYS[2]):+.1f} points through income).
- The result does not depend on networks, whose strength is our judgement. Without them, climate changes all moves of
  the world in 2100 by {found.unconnected:+.1f} %.
- Most people whom climate moves stay in their country. They are not in these figures.
"""


def bds_words(found: Findings) -> str:
    """Return the paragraph of `docs/results/bds.md` that compares totals."""
    ours = {
        (group, year): found.change(group, MEASURES[2], year) for group, year in product(("world", "CICA"), BDS_YEARS)
    }
    lines = [
        f"| {name} | {_cells(values)} |"
        for name, values in (
            ("BDS, published", _of_variant(found, "published")),
            ("BDS, mended", _of_variant(found, "mended")),
            ("Corridor, people abroad", ours),
        )
    ]
    return "\n".join(
        [
            "RCP 4.5 (ours: SSP2-4.5, default damages) increases the number of people abroad by, %:",
            "",
            "| | world 2040 | world 2100 | CICA 2040 | CICA 2100 |",
            "|:--|--:|--:|--:|--:|",
            *lines,
        ]
    )


def _of_variant(found: Findings, variant: str) -> dict[tuple[str, int], float]:
    return {(group, year): found.bds[variant, group, year] for group, year in product(("world", "CICA"), BDS_YEARS)}


def _cells(values: dict[tuple[str, int], float]) -> str:
    return " | ".join(f"{value:+.1f}" for value in values.values())


def _effects_table(found: Findings, measure: str) -> str:
    """Return changes of 2060 and 2100 with their parts, a row a pathway and family."""
    columns = list(product(GROUPS, (2060, 2100)))
    lines = [
        f"| pathway | damages | {' | '.join(f'{group} {year}' for group, year in columns)} |",
        f"|:--|:--|{'--:|' * len(columns)}",
    ]
    for pathway, family in product(PATHWAYS, COMPARED):
        cells = [_parts(found, (group, measure, year, family, pathway)) for group, year in columns]
        lines.append(f"| {pathway} | {family} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _parts(found: Findings, which: tuple[str, str, int, str, str]) -> str:
    change, income = found.change(*which), found.income(*which)
    return f"{change:+.1f} ({income:+.1f} {change - income:+.1f})"


def _range(found: Findings, family: str, group: str, measure: str, year: int = 2100) -> tuple[float, float]:
    changes = found.drawn[family][:, YEARS.index(year), GROUPS.index(group), MEASURES.index(measure)]
    low, high = np.percentile(changes, TENTHS)
    return float(low), float(high)


def _ranges_table(found: Findings) -> str:
    columns = list(product(GROUPS, (2060, 2100)))
    lines = [
        f"| damages | of | {' | '.join(f'{group} {year}' for group, year in columns)} |",
        f"|:--|:--|{'--:|' * len(columns)}",
    ]
    for family, measure in product(COMPARED, MEASURES):
        ranges = [_range(found, family, group, measure, year) for group, year in columns]
        cells = " | ".join(f"{low:+.1f} to {high:+.1f}" for low, high in ranges)
        lines.append(f"| {family} | {measure} | {cells} |")
    return "\n".join(lines)


def _stock_table(found: Findings) -> str:
    columns = list(product(("world", "CICA"), BDS_YEARS))
    rows: list[tuple[str, dict[tuple[str, int], float]]] = [
        (f"BDS, {variant}", _of_variant(found, variant)) for variant in VARIANTS
    ]
    for family in COMPARED:
        ours = {(group, year): found.change(group, MEASURES[2], year, family) for group, year in columns}
        rows.append((f"ours, {family}", ours))
    lines = [
        f"| | {' | '.join(f'{group} {year}' for group, year in columns)} |",
        f"|:--|{'--:|' * len(columns)}",
        *(f"| {name} | {_cells(values)} |" for name, values in rows),
    ]
    return "\n".join(lines)


def _asylum_share(found: Findings, pathway: str) -> float:
    return 100.0 * ASYLUM[pathway] / found.moves


def main(words: Sequence[str]) -> None:
    """Print the page and the paragraph, or write the page where a second word names it."""
    found = find(load_runs(load_panel(), anchor="observed"), Path(words[0]))
    publish(page(found), Path(words[1]) if len(words) > 1 else None)
    sys.stdout.write(f"\n{bds_words(found)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
