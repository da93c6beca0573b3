"""Fit what the paths of the ensemble rest on and the UN does not publish; prints the figures that the code states.

Run it with `python scripts/fit_paths.py`; it needs nothing but the panel, and about a minute.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import areas
from corridor.axes import FEMALE
from corridor.calendar import BASE_YEAR, LAST_YEAR, PERIODS
from corridor.data.panel import load_panel
from corridor.demography.cohort_component import step
from corridor.estimate.world.base_flows import past_of_corridors
from corridor.projection.inputs import load_inputs, years_of
from corridor.projection.latent import latent_paths, subregions_of
from corridor.projection.paths import (
    FERTILITY,
    LOWEST_FERTILITY,
    furthest_life_expectancy,
    life_expectancy_paths,
    load_vital_bands,
    through_bands,
)
from corridor.projection.propensities import PERIOD_YEARS, shrunk_variance, surprises
from corridor.projection.survival_nodes import SurvivalNodes, load_survival_nodes, survival_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corridor.axes import Booleans, Floats, Integers
    from corridor.data.panel import Panel
    from corridor.projection.inputs import Inputs

FIRST = 1990
LEAST_PEOPLE = 1e6
LITTLE_MIGRATION = 0.4
"""The bounds of net migration, added up to 2060, are at most this share of those of population."""
TRIED = (0.97, 0.98, 0.985, 0.99)
TRAJECTORIES = 200
SHOWN = (2035, 2050, 2060, 2075, 2100)
PRIORS, TAILS = (1, 2, 4, 8, 16), (3, 4, 5, 6, 8)


def correlations(changes: Floats, subregions: Integers) -> tuple[float, float]:
    """Mean correlation of pairs of areas in different subregions, and in the same, of changes [period, area]."""
    apart = changes - changes.mean(axis=0)
    alike = np.corrcoef(apart.T)
    pairs = np.triu(np.ones_like(alike, dtype=bool), 1)
    same = subregions[:, None] == subregions[None, :]
    return float(alike[pairs & ~same].mean()), float(alike[pairs & same].mean())


def of_both_sexes(life_expectancy: Floats, years: int) -> float:
    """Correlation of women's and men's changes over some years, about the mean of all areas [year, area, sex]."""
    changes = life_expectancy[years:] - life_expectancy[:-years]
    apart = changes - changes.mean(axis=1, keepdims=True)
    return float(np.corrcoef(apart.reshape(-1, 2).T)[0, 1])


def persistence_of_misses(misses: Sequence[Floats]) -> tuple[float, float]:
    """Persistence a year from how mean squares, and the middle two thirds, of misses grow with the periods ahead.

    Parameters
    ----------
    misses : one period ahead, two ..., [origin, area] each
    """
    sizes = [np.array([each.std() for each in misses])]
    sizes.append(np.array([np.diff(np.quantile(each, (1 / 6, 5 / 6)))[0] for each in misses]))
    tried = np.arange(0.90, 0.9951, 0.005)
    grown = np.log([[_grown(persistence, ahead) for ahead in range(len(misses))] for persistence in tried])
    found = [tried[np.argmin(((grown - np.log(size / size[0])) ** 2).sum(axis=1))] for size in sizes]
    return float(found[0]), float(found[1])


def _grown(persistence: float, ahead: int) -> float:
    """Size of the mean of a period so many on, over the first, of a process that starts in the middle of one."""
    first, later = (np.arange(3, 8) + PERIOD_YEARS * each for each in (0, ahead))
    variance = [
        (persistence ** np.abs(np.subtract.outer(years, years)) - persistence ** np.add.outer(years, years)).mean()
        for years in (first, later)
    ]
    return float(np.sqrt(variance[1] / variance[0]))


def past_log_rates(moves: Floats, people: Floats) -> tuple[Floats, Floats]:
    """Logs of each period's rate of emigration and pull, both [period, area].

    The pull is what an area receives over what it would if the emigrants of each origin chose as in the mean period.

    Parameters
    ----------
    moves : [period, orig, dest], persons a year
    people : [period, area], persons
    """
    leaving = moves.sum(axis=2)
    usual = moves.sum(axis=0)
    usual = usual / usual.sum(axis=1, keepdims=True)
    return np.log(leaving / people), np.log(moves.sum(axis=1) / (leaving @ usual))


def log_scores(logs: Floats, usual: Booleans) -> dict[tuple[int, int], float]:
    """Mean log score of surprises [origin, area] by sizes from before: (prior origins, degrees of freedom) -> score."""
    from scipy.stats import t as student  # noqa: PLC0415 - slow to import

    found = {}
    for tail in TAILS:
        for prior in PRIORS:
            scores = []
            for known in range(1, len(logs)):
                variance = shrunk_variance(logs[:known], usual, prior)
                scale = np.sqrt(variance * (tail - 2.0) / tail)
                scores.append((student.logpdf(logs[known] / scale, tail) - np.log(scale))[usual])
            found[prior, tail] = float(np.mean(scores))
    return found


def little_migration(panel: Panel) -> Booleans:
    """Areas over a million whose population is uncertain for other reasons than migration: [area]."""
    years = range(BASE_YEAR, 2061)
    migration = np.diff(years_of(panel, "net_migration_bounds", years)[..., :2], axis=-1).sum(axis=(0, 2))
    population = np.diff(years_of(panel, "population_bounds", (2061,))[0, :, :2], axis=-1)[:, 0]
    little: Booleans = migration < LITTLE_MIGRATION * population
    return little & (years_of(panel, "population_bounds", (2061,))[0, :, 0] > LEAST_PEOPLE)


def population_widths(panel: Panel, chosen: Booleans) -> dict[float, Floats]:
    """Widths of the bounds of 80 and 95 % of population over the UN's, for every persistence of fertility tried.

    [year, area, 2]; fertility and life expectancy vary, net migration is the UN's medium.
    """
    inputs = load_inputs(panel, LAST_YEAR)
    bands = load_vital_bands(panel, inputs.years)
    nodes = load_survival_nodes(panel, inputs.years, furthest_life_expectancy(bands))
    life_expectancy = life_expectancy_paths(bands, range(TRAJECTORIES), 1)[:, :, chosen]
    un = years_of(panel, "population_bounds", range(2026, LAST_YEAR + 2))[:, chosen]
    widths = {}
    for persistence in TRIED:
        dependence = replace(FERTILITY, persistence=persistence)
        z = latent_paths(
            "fertility", dependence, bands.subregions, len(inputs.years), trajectories=range(TRAJECTORIES), seed=1
        )
        fertility = np.maximum(through_bands(bands.fertility, z), LOWEST_FERTILITY) / bands.fertility.median
        totals = _totals(inputs, nodes, chosen, fertility[:, :, chosen], life_expectancy)
        bounds = np.moveaxis(np.quantile(totals, (0.1, 0.9, 0.025, 0.975), axis=1), 0, -1)
        widths[persistence] = np.diff(bounds)[..., ::2] / np.diff(un)[..., ::2]
    return widths


def _totals(
    inputs: Inputs, nodes: SurvivalNodes, chosen: Booleans, fertility: Floats, life_expectancy: Floats
) -> Floats:
    """Project chosen areas with the UN's net migration: total population at the end of [year, trajectory, area]."""
    population = np.broadcast_to(inputs.population[chosen], (TRAJECTORIES, *inputs.population[chosen].shape))
    totals = []
    for at in range(len(inputs.years)):
        of_year = SurvivalNodes(*(getattr(nodes, name)[at : at + 1, chosen] for name in ("e0", "survival", "bend")))
        survival = survival_at(of_year, life_expectancy[:, at : at + 1])[:, 0]
        rates = inputs.fertility[at, chosen] * fertility[:, at, :, None]
        net = inputs.un_net_by_age[at, chosen]
        population = step(population, survival, rates, inputs.sex_ratio[at, chosen], net).population
        population = np.maximum(population, 0.0)
        totals.append(population.sum(axis=(2, 3)))
    return np.stack(totals)


def vital_lines(panel: Panel, many: Booleans, subregions: Integers) -> Iterator[str]:
    """Write out what is fitted to changes of fertility and life expectancy of areas with many people."""
    fertility = panel.array("total_fertility")[:26:5, many]
    life_expectancy = panel.array("life_expectancy")[:30, many]
    women = life_expectancy[:26:5, :, FEMALE]
    widths = np.diff(panel.array("life_expectancy_bounds")[1:, ..., :2])[..., 0]
    persistence = np.exp(np.median(np.log(widths[0] / widths[-1])) / (len(widths) - 1))
    for name, values in (("fertility", fertility), ("life expectancy", women)):
        across, within = correlations(np.diff(values, axis=0), subregions)
        yield f"{name}: correlation across subregions {across:.3f}, within {within:.3f}"
    yield f"life expectancy: women and men over 15 years {of_both_sexes(life_expectancy, 15):.3f}"
    yield f"life expectancy: persistence {persistence:.4f}"


def population_lines(panel: Panel) -> Iterator[str]:
    """Write out how wide the bounds of population become with each persistence of fertility."""
    chosen = little_migration(panel)
    yield f"population: width of 80 and 95 % over the UN's, median of {chosen.sum()} areas with little migration"
    for persistence, ratio in population_widths(panel, chosen).items():
        for year in SHOWN:
            of_80, of_95 = np.median(ratio[year - BASE_YEAR], axis=0)
            yield f"  persistence of fertility {persistence}, {year}: {of_80:.2f} {of_95:.2f}"


def migration_lines(panel: Panel, people: Floats, many: Booleans, subregions: Integers) -> Iterator[str]:
    """Write out what is fitted to past moves."""
    moves = past_of_corridors(panel).flows
    lived = np.stack([people[[at - FIRST, at + years - FIRST]].mean(axis=0) for at, years in PERIODS.items()])
    for name, rates in zip(("emigration", "pull"), past_log_rates(moves, lived), strict=True):
        across, within = correlations(np.diff(rates[:, many], axis=0), subregions)
        yield f"{name}: correlation across subregions {across:.3f}, within {within:.3f}"


def surprise_lines(panel: Panel, many: Booleans) -> Iterator[str]:
    """Write out which weight of the typical size and which tail foresee the corridor model's surprises best."""
    past = past_of_corridors(panel)
    ahead = [surprises(past, periods) for periods in range(1, len(past.flows))]
    for place, name in enumerate(("emigration", "pull")):
        by_squares, by_middle = persistence_of_misses([each[place][:, many] for each in ahead])
        yield f"{name}: persistence by mean squares {by_squares:.3f}, by the middle two thirds {by_middle:.3f}"
    leaving, pull = (log_scores(logs, many) for logs in ahead[0])
    both = {key: (leaving[key] + pull[key]) / 2.0 for key in leaving}
    best = max(both, key=both.__getitem__)
    yield f"surprises: weight of the typical size {best[0]}, degrees of freedom {best[1]}: score {both[best]:.4f}"
    for tail in TAILS:
        yield f"  {tail}: " + " ".join(f"{both[prior, tail]:.4f}" for prior in PRIORS)


def main() -> None:
    """Print all figures."""
    panel = load_panel()
    people = panel.array("population_july").sum(axis=(2, 3))
    many = people[2020 - FIRST] > LEAST_PEOPLE
    subregions = subregions_of([area.subregion for area in areas()])[many]
    vital = vital_lines(panel, many, subregions)
    of_moves = chain(migration_lines(panel, people, many, subregions), surprise_lines(panel, many))
    for line in chain(vital, of_moves, population_lines(panel)):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
