"""The engine against the UN's published medium (WPP 2024), with the UN's rates and net migration.

Two runs. `given`: the UN's net migration by age and sex added at the end of each year, no flows: tests graduation and
cohort-component. `flows`: anchor `un` with bilateral flows, which close over the world by age and sex, as the UN's
figures do not: tests what closing costs. Compared are populations on 1 July, the mean of two 1 Januaries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import codes
from corridor.calendar import BASE_YEAR, LAST_YEAR
from corridor.data.rules.holes import BONAIRE, HOLY_SEE
from corridor.demography.cohort_component import Guard, step
from corridor.projection.anchors import close_target
from corridor.projection.engine import project
from corridor.projection.inputs import load_inputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.projection.engine import Projection
    from corridor.projection.inputs import Inputs

YEARS_SHOWN = (BASE_YEAR, 2030, 2050, 2075, 2099)


@dataclass(frozen=True, slots=True)
class TotalError:
    """Error of the totals of all compared areas in one year, per cent of the UN's.

    Attributes
    ----------
    run : `given` or `flows`
    year : populations on 1 July of it
    median, ninetieth : of the absolute errors over areas
    world : signed error of the sum over areas
    """

    run: str
    year: int
    median: float
    ninetieth: float
    world: float


@dataclass(frozen=True, slots=True)
class AgeDeparture:
    """How the run with flows departs from the UN by age and sex in one year.

    Attributes
    ----------
    year : calendar year of the flows
    world_residual : persons by which the UN's net migration fails to cancel over the world
    unclosed : persons in the groups of sex and age by which the UN's figures fail to cancel, half the absolute sum
    corrected : persons whose age or sex the correction changes, half the absolute sum over areas and groups
    net_error : largest distance of an area's net migration from the UN's, residual removed, persons
    population : mean absolute error by five-year age group and sex, weighted by people, per cent of the UN's
    world : the same of the sums over areas: what closing costs wherever people go, and ages of movers cannot change
    """

    year: int
    world_residual: float
    unclosed: float
    corrected: float
    net_error: float
    population: float
    world: float


@dataclass(frozen=True, slots=True)
class UnMedium:
    """The whole comparison.

    Attributes
    ----------
    compared : areas with published rates and populations by age
    left_out : areas carried by rule, which have no published counterpart
    errors : totals, by run and year
    departures : by age and sex, of the run with flows
    """

    compared: tuple[str, ...]
    left_out: tuple[str, ...]
    errors: tuple[TotalError, ...]
    departures: tuple[AgeDeparture, ...]


def compare_with_un_medium(panel: Panel, years: Sequence[int] = YEARS_SHOWN) -> UnMedium:
    """Run the engine both ways to 2100 and compare it with the UN's published medium."""
    inputs = load_inputs(panel, LAST_YEAR)
    keep = np.array([iso3 not in (HOLY_SEE, BONAIRE) for iso3 in codes()])
    published = panel.array("population_july")
    first_published = int(panel.coordinates("population_july", "year")[0])
    given = _project_given_net(inputs)
    flows = project(inputs, "un")
    errors, departures = [], []
    for year in years:
        position = year - inputs.years[0]
        un = published[year - first_published]
        for run, populations in (("given", given), ("flows", flows.population)):
            ours = populations[position : position + 2].mean(axis=0)
            errors.append(total_error(run, year, ours.sum(axis=(1, 2))[keep], un.sum(axis=(1, 2))[keep]))
        departures.append(_departure(inputs, flows, position, un, keep))
    return UnMedium(
        tuple(iso3 for iso3, kept in zip(codes(), keep, strict=True) if kept),
        tuple(iso3 for iso3, kept in zip(codes(), keep, strict=True) if not kept),
        tuple(errors),
        tuple(departures),
    )


def errors_frame(result: UnMedium) -> pd.DataFrame:
    """Errors of totals as a table for people: a row a run and year, per cent."""
    return pd.DataFrame(
        [
            {
                "run": error.run,
                "year": error.year,
                "median": f"{error.median:.3f}",
                "90th percentile": f"{error.ninetieth:.2f}",
                "world": f"{round(error.world, 3) + 0.0:+.3f}",
            }
            for error in result.errors
        ]
    )


def departures_frame(result: UnMedium) -> pd.DataFrame:
    """Departures by age and sex as a table for people: a row a year."""
    return pd.DataFrame(
        [
            {
                "year": departure.year,
                "net error (persons)": _small(departure.net_error),
                "world residual (persons)": f"{departure.world_residual:,.0f}",
                "unclosed by age (million)": f"{departure.unclosed / 1e6:.1f}",
                "age correction (million)": f"{departure.corrected / 1e6:.1f}",
                "age-sex error (%)": f"{departure.population:.2f}",
                "of the world's sums (%)": f"{departure.world:.2f}",
            }
            for departure in result.departures
        ]
    )


def _small(persons: float) -> str:
    """Rounding errors below a thousandth of a person differ between machines."""
    return "below 0.001" if persons < 0.001 else f"{persons:.3f}"


def _project_given_net(inputs: Inputs) -> Floats:
    """Project with the UN's net migration by age and sex: [year + 1, area, sex, age], persons on 1 January."""
    populations = [inputs.population]
    for position in range(len(inputs.years)):
        done = step(
            populations[-1],
            inputs.survival[position],
            inputs.fertility[position],
            inputs.sex_ratio[position],
            inputs.un_net_by_age[position],
            guard=Guard.UN,
        )
        populations.append(done.population)
    return np.stack(populations)


def total_error(run: str, year: int, ours: Floats, un: Floats) -> TotalError:
    """Summarise the errors of the totals [area] of one year."""
    off = 100.0 * (ours / un - 1.0)
    world = 100.0 * (ours.sum() / un.sum() - 1.0)
    return TotalError(run, year, float(np.median(np.abs(off))), float(np.quantile(np.abs(off), 0.9)), float(world))


def _departure(inputs: Inputs, flows: Projection, position: int, un: Floats, keep: Floats) -> AgeDeparture:
    residents = flows.population[position].sum(axis=(1, 2))
    target = close_target(inputs.un_net[position], inputs.un_net_by_age[position], residents)
    mid_year = flows.population[position : position + 2].mean(axis=0)
    off = (np.add.reduceat(mid_year, np.arange(0, mid_year.shape[-1], 5), axis=-1) - un)[keep]
    return AgeDeparture(
        year=inputs.years[position],
        world_residual=target.world_residual,
        unclosed=float(np.abs(target.age_residual).sum() / 2.0),
        corrected=float(np.abs(flows.correction[position]).sum() / 2.0),
        net_error=float(np.abs(flows.net_migration[position] - target.net).max()),
        population=float(100.0 * np.abs(off).sum() / un[keep].sum()),
        world=float(100.0 * np.abs(off.sum(axis=0)).sum() / un[keep].sum()),
    )
