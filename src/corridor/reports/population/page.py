"""The answer about a population as files: a tidy table, the peak, a page, how it was made."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import corridor
from corridor.calendar import WPP
from corridor.drivers.anchors import ANCHORS
from corridor.figures import wording
from corridor.figures.fan import fan
from corridor.figures.pyramid import uncertain_pyramid
from corridor.projection.quantiles import UN_BOUNDS
from corridor.reports.population.answer import ALL_SEXES
from corridor.reports.population.measures import GROUP, UNITS
from corridor.reports.report_files import page_from, provenance, write_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.reports.population.answer import PopulationAnswer

BOUNDS = ("lower_95", "lower_80", "central", "upper_80", "upper_95")
LOWER_95, LOWER_80, CENTRAL, UPPER_80, UPPER_95 = range(len(UN_BOUNDS))
PAGE = "population.html"
LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "numba")
OURS, THE_UN = "Corridor", f"UN {WPP}"
MILESTONES = 10
PYRAMIDS = 3
"""Pyramids on the page, the last date among them."""
SMALL = 0.0005
"""Probabilities below this are not told."""
SHOWN = {
    "median_age": "Median age, years",
    "old_age_dependency": "Old-age dependency: 65+ per 100 aged 15-64",
    "support_ratio": "Support ratio: people aged 20-64 per person aged 65+",
}
"""Measures that the page draws, under their headings."""


def age_names() -> list[str]:
    """Names of the five-year groups, and of all ages after them."""
    return [*(f"{age}-{age + GROUP - 1}" for age in range(0, 100, GROUP)), "100+", "all"]


def milestones(answer: PopulationAnswer) -> list[int]:
    """Positions of the first date, of years in tens that keep a distance to the ends, and of the last."""
    last = len(answer.dates) - 1
    inner = [i for i, year in enumerate(answer.dates) if year % MILESTONES == 0 and 3 <= i <= last - 3]
    return [0, *inner, last]


# Tables


def population_table(answer: PopulationAnswer) -> pd.DataFrame:
    """All quantiles, one row a year, measure, sex and age group.

    Populations, ratios and generations stand on 1 January of `year`; births, deaths and net migration fill it.
    """
    table = pd.concat(list(_parts(answer)), ignore_index=True)
    table.insert(0, "area", answer.request.name)
    return table


def _parts(answer: PopulationAnswer) -> Iterator[pd.DataFrame]:
    cells = product(answer.dates.tolist(), ["population"], ALL_SEXES, age_names())
    index = pd.DataFrame(cells, columns=["year", "measure", "sex", "age"])
    people = pd.DataFrame(answer.people.reshape(len(BOUNDS), -1).T, columns=list(BOUNDS))
    yield pd.concat([index.assign(unit="persons", source=OURS), people], axis=1)
    yield _series(answer, "population", "persons", answer.un, source=THE_UN)
    for name, values in answer.measures.items():
        yield _series(answer, name, UNITS[name], values)
    for name, values in answer.flows.items():
        yield _series(answer, name, "persons a year", values)
    for born, values in answer.generations.items():
        yield _series(answer, f"born_{born}", "persons", values)


def _series(answer: PopulationAnswer, name: str, unit: str, values: Floats, source: str = OURS) -> pd.DataFrame:
    """Rows of a quantity [bound, year] of everyone, those without a central figure left out."""
    facts = {"year": answer.dates[: values.shape[1]], "measure": name, "sex": "total", "age": "all", "unit": unit}
    table = pd.DataFrame(facts | {"source": source} | dict(zip(BOUNDS, values, strict=True)))
    return table.dropna(subset="central")


def peak_table(answer: PopulationAnswer) -> pd.DataFrame:
    """Probability that the population peaks on 1 January of each year, and before it.

    The first date stands for all time up to it, the last for all time from it on.
    """
    columns = {"year": answer.peak.dates, "probability": answer.peak.probability, "before": answer.peak.before}
    return pd.DataFrame(columns)


# Words


def peak_words(answer: PopulationAnswer) -> str:
    """Say when the population is largest."""
    peak, (first, last) = answer.peak, (answer.dates[0], answer.dates[-1])
    known = f" (it was largest in {peak.past_year})" if peak.past_year < first and peak.already_past > 0 else ""
    parts = (
        (f"it is already past{known}", peak.already_past),
        (f"it comes between {first} and {last}", 1.0 - peak.already_past - peak.not_reached),
        (f"it is not reached before {last}", peak.not_reached),
    )
    said = (f"{words}: {wording.share(part)}" for words, part in parts if part >= SMALL)
    likely = f" Of the years between, {peak.most_likely} is the most likely." if peak.most_likely else ""
    return f"These are the probabilities of the date on which the population peaks: {'; '.join(said)}.{likely}"


def nearness_words(answer: PopulationAnswer) -> str:
    """Say how near the population is to the UN's on the last date."""
    ours, un, year = answer.population[:, -1], answer.un[:, -1], answer.dates[-1]
    apart = 100 * (ours[CENTRAL] / un[CENTRAL] - 1)
    words = f"In {year} our central figure is {abs(apart):.1f} % {'above' if apart > 0 else 'below'} the UN's medium"
    if np.isnan(un[LOWER_95]):
        return f"{words}. The UN publishes bounds only for single areas."
    widths = [
        (ours[high] - ours[low]) / (un[high] - un[low]) for low, high in ((LOWER_80, UPPER_80), (LOWER_95, UPPER_95))
    ]
    return (
        f"{words}. Our range of 80 % is {widths[0]:.2f} times as wide as the UN's, and our range of 95 % "
        f"{widths[1]:.2f} times."
    )


def method_words(answer: PopulationAnswer) -> str:
    """Say what the intervals rest on."""
    request = answer.request
    modes = {
        "net": "The numbers of migrants are those of the medium run.",
        "flows": "People move at the propensities of the medium run, which vary at random.",
        "birthplaces": "People move by birthplace at the propensities of the medium run, which vary at random.",
    }
    driven = (
        ""
        if request.scenario is None
        else f"Channels drive the moves as in “{request.scenario.title}”; their parameters are drawn. "
    )
    return (
        f"The intervals come from {request.trajectories} trajectories of all 237 areas (seed {request.seed}), tied to "
        f"{ANCHORS[request.anchor].tied}. "
        f"{modes[request.mode]} {driven}Fertility and mortality vary within the UN's published bounds. Members are "
        "summed and every measure is computed in each trajectory before quantiles are taken. With few trajectories the "
        "bounds of 95 % are imprecise."
    )


# Files


def population_tables(answer: PopulationAnswer) -> dict[str, pd.DataFrame]:
    """All tables of an answer by name."""
    return {"population": population_table(answer), "population_peak": peak_table(answer)}


def write_population(answer: PopulationAnswer, panel: Panel, folder: Path) -> Path:
    """Write all files of an answer into a folder, all made before the first is written, and return the page's path.

    Raises
    ------
    InputError : the folder cannot be written to
    """
    page = (PAGE, population_page(answer))
    return write_report(page, population_tables(answer), how_it_was_made(answer, panel), folder)


def how_it_was_made(answer: PopulationAnswer, panel: Panel) -> dict[str, object]:
    """Versions, settings, checksums of every table of the panel, and the command that makes the same again."""
    request = answer.request
    settings = {
        "name": request.name,
        "members": [area.iso3 for area in request.areas],
        "to": request.last,
        "trajectories": request.trajectories,
        "seed": request.seed,
        "anchor": request.anchor,
        "mode": request.mode,
        "scenario": None if request.scenario is None else request.scenario.effective,
    }
    return provenance(panel, request.command, settings, LIBRARIES)


def population_page(answer: PopulationAnswer) -> str:
    """Return a page that needs nothing from elsewhere; the same answer gives the same bytes."""
    return page_from(
        "population.html",
        version=corridor.__version__,
        request=answer.request,
        command=answer.request.command,
        first=int(answer.dates[0]),
        figures=_figures(answer),
        pyramids=_pyramids(answer),
        rows=[_row(answer, i) for i in milestones(answer)],
        generations=[_generation(answer, born) for born in answer.generations],
        peak=peak_words(answer),
        nearness=nearness_words(answer),
        method=method_words(answer),
    )


def _figures(answer: PopulationAnswer) -> Mapping[str, str]:
    """Caption -> fan chart."""
    past = {year + 0.5: persons for year, persons in answer.past.items()}
    heading = f"{answer.request.name}: population"
    drawn = {
        "Population": fan(
            "fan-population", answer.dates, answer.population, heading=heading, past=past, other=answer.un
        )
    }
    for name, caption in SHOWN.items():
        drawn[caption] = fan(f"fan-{name}", answer.dates, answer.measures[name], heading=caption)
    years = answer.dates[:-1]
    if len(years) > 1:
        caption = "Net migration, persons a year"
        drawn[caption] = fan("fan-net", years, answer.flows["net_migration"], heading=caption)
    return drawn


def _pyramids(answer: PopulationAnswer) -> Mapping[int, str]:
    """Year -> pyramid with bounds, the first date as an outline."""
    now = answer.people[CENTRAL, 0, :2, :-1]
    drawn = {}
    for position in milestones(answer)[1:][::-1][::2][:PYRAMIDS][::-1]:
        year = int(answer.dates[position])
        heading = f"{answer.request.name}: population by age and sex, {year}"
        bounds, years = answer.people[:, position, :2, :-1], (int(answer.dates[0]), year)
        drawn[year] = uncertain_pyramid(f"pyramid-{year}", bounds, now, heading=heading, years=years)
    return drawn


def _row(answer: PopulationAnswer, position: int) -> list[str]:
    """Cells of a date: population with both ranges, the UN's, and the measures drawn."""
    people, un = answer.population[:, position], answer.un[CENTRAL, position]
    ranges = [(people[LOWER_80], people[UPPER_80]), (people[LOWER_95], people[UPPER_95])]
    cells = [str(answer.dates[position]), wording.persons(people[CENTRAL])]
    cells += [f"{wording.persons(low)} to {wording.persons(high)}" for low, high in ranges]
    cells.append(wording.persons(un))
    return cells + [f"{answer.measures[name][CENTRAL, position]:.1f}" for name in SHOWN]


def _generation(answer: PopulationAnswer, born: int) -> list[str]:
    """Cells of a generation: year of birth, people at the first and at the last date at which it is followed."""
    values = answer.generations[born]
    known = np.flatnonzero(np.isfinite(values[CENTRAL]))
    cells = [str(born)]
    for position in (known[0], known[-1]):
        cells += [str(answer.dates[position]), wording.persons(values[CENTRAL, position])]
    low, high = values[LOWER_80, known[-1]], values[UPPER_80, known[-1]]
    return [*cells, f"{wording.persons(low)} to {wording.persons(high)}"]
