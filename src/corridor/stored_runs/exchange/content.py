"""The figures of a run that are exported: all of them, or those of some areas and years."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes, meant
from corridor.errors import InputError, Problem
from corridor.stored_runs.central import read_central
from corridor.stored_runs.run_folder import AGAIN
from corridor.stored_runs.summaries import AREAS, CORRIDORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from corridor.axes import Booleans
    from corridor.stored_runs.run_folder import StoredRun


@dataclass(frozen=True, slots=True)
class Choice:
    """The part of a run that a user wants.

    Attributes
    ----------
    groups : areas and groups as the user wrote them; none for the whole world
    years : calendar years; none for all of the run
    """

    groups: tuple[str, ...] = ()
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """The exported figures of a run, in persons.

    Attributes
    ----------
    stored : the run
    choice : the part of it that was asked for
    areas : year, area, measure, central and, with draws, bounds
    flows : year, orig, dest, central and, with draws, bounds, which are nan where the run kept no draws of the
        corridor; a row for each corridor and year in which anybody moves
    """

    stored: StoredRun
    choice: Choice
    areas: pd.DataFrame
    flows: pd.DataFrame


def choice_problems(stored: StoredRun, choice: Choice) -> Iterator[Problem]:
    """Say which groups and years a run does not have."""
    for word in choice.groups:
        try:
            meant(word)
        except InputError as error:
            yield from (Problem(each.fault, each.remedy, column="--group", value=word) for each in error.problems)
    years = stored.question.years
    for year in choice.years:
        if year not in years:
            fault = f"the run has no such year, only {years[0]} to {years[-1]}"
            yield Problem(fault, "Name one of these years", column="--year", value=year)


def read_content(stored: StoredRun, choice: Choice) -> Content:
    """Read the chosen figures of a finished run; `choice_problems` has found nothing.

    Raises
    ------
    InputError : the run is not finished, or a file of it was changed
    """
    years = np.isin(stored.question.years, choice.years or stored.question.years)
    chosen = {area.iso3 for word in choice.groups for area in meant(word)[1]} or set(codes())
    areas = _read(stored, AREAS)
    wanted = areas["year"].isin(np.array(stored.question.years)[years]) & areas["area"].isin(chosen)
    inside = np.isin(codes(), sorted(chosen))
    return Content(stored, choice, areas[wanted].reset_index(drop=True), _flows(stored, years, inside))


def _read(stored: StoredRun, name: str) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - a wrong request is refused before it is loaded

    return pd.read_parquet(BytesIO(stored.read(name)))


def _flows(stored: StoredRun, years: Booleans, inside: Booleans) -> pd.DataFrame:
    """Return the flows of some years that leave or enter areas; `inside` tells of every area if it is one of them."""
    import pandas as pd  # noqa: PLC0415 - a wrong request is refused before it is loaded

    flows = read_central(stored.place, stored.sums, len(stored.question.years), AGAIN).flows
    touched = np.logical_or.outer(inside, inside)
    year, orig, dest = np.nonzero(flows * (touched & years[:, None, None]))
    iso3 = pd.Categorical(codes(), categories=codes())
    columns = {
        "year": np.array(stored.question.years, np.int32)[year],
        "orig": iso3[orig],
        "dest": iso3[dest],
        "central": flows[year, orig, dest],
    }
    frame = pd.DataFrame(columns)
    if not (stored.question.draws and stored.question.corridors):
        return frame
    bounds = _read(stored, CORRIDORS).drop(columns="central")
    return frame.merge(bounds, how="left", on=["year", "orig", "dest"])
