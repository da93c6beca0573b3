"""What climate alone does to emigration: the channels in full against the same without climate, in per cent.

"Without climate" has no damages, no slow change and no displacement; incomes are those of the pathway. The change is
split between what passes through income and what is direct (Shapley values of the two: they add up).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.analysis.shapley import shapley_values
from corridor.areas import codes, members
from corridor.axes import OUTWARD
from corridor.calendar import LAST_YEAR
from corridor.drivers.assembly import drive_of
from corridor.drivers.channel import Settings
from corridor.drivers.damages import COMPARED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from corridor.axes import Floats
    from corridor.drivers.channel import Driving
    from corridor.projection.engine import State, Year
    from corridor.projection.runs import Runs

PATHWAYS = ("SSP1-2.6", "SSP2-4.5", "SSP3-7.0", "SSP5-8.5")
"""Emission pathways that are compared, each with the incomes of its own SSP."""
YEARS = (2040, 2060, LAST_YEAR)
GROUPS = ("world", "CICA")
"""Of origins: of moves, where they start; of people abroad, where they were born."""
MEASURES = ("moves out of natives", "all moves", "people abroad")
"""Natives' moves from their birthplace; these, returns and onward moves; people living outside their birthplace."""
UNMOVED = frozenset({"demography", "income", "policy"})
"""Blocks of causes that all runs have."""
CAUSES = (
    frozenset[str](),
    {"climate through income"},
    {"climate direct"},
    {"climate through income", "climate direct"},
)
"""Coalitions of the two climate blocks, in the order of `corridor.analysis.shapley.coalitions`."""
TENTHS = (10.0, 90.0)
"""Percentiles that bound an 80 % range."""


def measured(runs: Runs, driving: Driving, draw: int = 0) -> Floats:
    """Persons in a driven run: [year, group, measure], of `YEARS`, `GROUPS` and `MEASURES`."""
    inside = np.stack([np.ones(len(codes())), np.isin(codes(), [area.iso3 for area in members("CICA")])])
    found = [
        inside @ _by_origin(state, year)
        for calendar_year, (state, year) in zip(runs.inputs.years, runs.follow(driving, draw), strict=True)
        if calendar_year in YEARS
    ]
    return np.array(found)


def _by_origin(state: State, year: Year) -> Floats:
    """Measures of areas: [area, measure], persons."""
    abroad = state.stock.sum(axis=1) - np.diagonal(state.stock)
    return np.stack([year.moves[OUTWARD].sum(axis=1), year.flows.sum(axis=1), abroad], axis=1)


def settings_of(pathway: str, family: str = COMPARED[0]) -> Settings:
    """Return the settings of a pathway with the incomes of its own SSP."""
    return Settings(pathway=pathway, income=pathway.split("-", maxsplit=1)[0], damages=family)


def central_effects(runs: Runs, pathways: Sequence[str] = PATHWAYS) -> pd.DataFrame:
    """Climate-only changes at central values, percent of the same without climate.

    Columns: pathway, damages, group, measure, year, change, through_income, direct. The last two add up to `change`.
    """
    import pandas as pd  # noqa: PLC0415 - slow to import

    rows = []
    for pathway in pathways:
        by_family = _coalition_values(runs, pathway)
        for family, values in by_family.items():
            parts = 100.0 * shapley_values(values) / values[..., :1]
            rows += [
                (pathway, family, GROUPS[group], MEASURES[measure], YEARS[year], parts[place].sum(), *parts[place])
                for place in np.ndindex(values.shape[:-1])
                for year, group, measure in [place]
            ]
    names = ["pathway", "damages", "group", "measure", "year", "change", "through_income", "direct"]
    return pd.DataFrame(rows, columns=names)


def _coalition_values(runs: Runs, pathway: str) -> dict[str, Floats]:
    """Measures of each coalition of the climate blocks, by family of damages: [year, group, measure, coalition]."""
    drives = {family: drive_of(runs.conditions, settings_of(pathway, family)) for family in COMPARED}
    same = {
        position: measured(runs, drives[COMPARED[0]](UNMOVED | CAUSES[position], None)) for position in (0, 2)
    }  # without damages the families do not differ
    return {
        family: np.stack(
            [
                same[position] if position in same else measured(runs, drive(UNMOVED | causes, None))
                for position, causes in enumerate(CAUSES)
            ],
            axis=-1,
        )
        for family, drive in drives.items()
    }


def drawn_effects(runs: Runs, pathway: str, family: str, draws: int, seed: int = 1) -> Floats:
    """Climate-only changes in draws of warming and parameters, percent: [draw, year, group, measure].

    People and propensities stay central, so this is the range of what climate does and not of migration.
    """
    drive, numbers = drive_of(runs.conditions, settings_of(pathway, family), seed=seed), range(draws)
    with_climate, without = (drive(UNMOVED | causes, numbers) for causes in (CAUSES[-1], CAUSES[0]))
    changes = [measured(runs, with_climate, draw) / measured(runs, without, draw) - 1.0 for draw in numbers]
    return 100.0 * np.array(changes)
