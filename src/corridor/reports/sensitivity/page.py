"""Sobol' indices as files: tidy tables, a page with a figure of each output, how they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import corridor
from corridor.drivers.parameters import STATUSES
from corridor.drivers.registry import PARAMETERS, TITLES
from corridor.figures.bars import Bar, bars
from corridor.figures.wording import persons, signed_persons
from corridor.reports.report_files import page_from, provenance, write_report
from corridor.reports.request import RANGE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from corridor.analysis.sensitivity import Sensitivity
    from corridor.data.panel import Panel
    from corridor.drivers.parameters import Parameter
    from corridor.reports.sensitivity.answer import SensitivityRequest

PAGE = "sensitivity.html"
LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "numba")
SHOWN = 8
"""Bars in a figure."""


def indices_table(found: Sensitivity) -> pd.DataFrame:
    """All indices, one row an output, parameter and order, the largest total of an output first."""
    rows = [
        {
            "output": output,
            "parameter": found.parameters[place],
            "order": order,
            "index": values[row, place],
            "lower_95": bounds[0, row, place],
            "upper_95": bounds[1, row, place],
        }
        for row, output in enumerate(found.outputs)
        for place in _largest_first(found, row)
        for order, values, bounds in (
            ("first", found.indices.first, found.indices.first_range),
            ("total", found.indices.total, found.indices.total_range),
        )
    ]
    return pd.DataFrame(rows)


def outputs_table(found: Sensitivity) -> pd.DataFrame:
    """What was measured, persons a year: mean, standard deviation and quantiles over the runs, one row an output."""
    low, high = np.quantile(found.moves, RANGE, axis=1)
    columns = {"mean": found.moves.mean(axis=1), "sd": found.moves.std(axis=1), "lower_80": low, "upper_80": high}
    return pd.DataFrame({"output": found.outputs, **columns})


def parameters_table(found: Sensitivity) -> pd.DataFrame:
    """What the parameters mean and how well they are known, one row each."""
    rows = [
        {
            "parameter": each.name,
            "title": TITLES[each.name],
            "prior": str(each.prior),
            "unit": each.unit,
            "status": each.status,
        }
        | {"meaning": each.meaning, "source": each.source}
        for each in _known(found)
    ]
    return pd.DataFrame(rows)


def _known(found: Sensitivity) -> list[Parameter]:
    return [parameter for parameter in PARAMETERS if parameter.name in found.parameters]


def _largest_first(found: Sensitivity, output: int) -> list[int]:
    order: list[int] = np.argsort(-found.indices.total[output], kind="stable").tolist()
    return order


def first_words(found: Sensitivity, request: SensitivityRequest) -> str:
    """Say which parameters matter most."""
    leading = [_in_words(found.parameters[_largest_first(found, row)[0]]) for row in range(len(found.outputs))]
    moves, climate = (" or ".join(dict.fromkeys(part)) for part in np.split(leading, [len(request.views)]))
    said = f"The number of moves depends most on {moves}"
    return f"{said}, and the effect of climate on {climate}." if climate else f"{said}."


def _in_words(name: str) -> str:
    """Title of a parameter inside a sentence."""
    return f"“{TITLES[name]}”"


def beyond_words(found: Sensitivity, request: SensitivityRequest, least: float = 0.0) -> str:
    """Say which total indices are no share as estimated, with their intervals; nothing where all are.

    Parameters
    ----------
    least : parameters whose total index is below this for every output are not told
    """
    total, (low, high) = found.indices.total, found.indices.total_range
    shown = np.asarray((total >= least).any(axis=0))
    told = [
        f"{_in_words(found.parameters[place])} for {found.outputs[row]}, {total[row, place]:.2f} "
        f"({low[row, place]:.2f} to {high[row, place]:.2f})"
        for row, place in zip(*np.nonzero((total > 1.0) | (total < 0.0)), strict=True)
        if shown[place]
    ]
    beyond = bool((high[:, shown] > 1.0).any() or (low[:, shown] < 0.0).any())
    if not told and not beyond:
        return ""
    which = f"This concerns {'; '.join(told)}. " if told else "Here this concerns only ends of intervals. "
    return (
        "A share lies between 0 and 1; its estimate from a sample, and the ends of its interval, can lie a little "
        f"outside. Read values above 1 as 1, and values below 0 as 0. {which}"
        f"More base points than {request.samples} narrow the intervals."
    )


def method_words(found: Sensitivity, request: SensitivityRequest) -> str:
    """Say what the indices rest on."""
    climate = (
        "The effect of climate is the run minus the same run with every climate channel off. "
        if len(found.outputs) > len(request.views)
        else ""
    )
    return (
        f"The world was run {found.runs:,} times to {request.last}, from {request.samples} base points (seed "
        f"{request.seed}), with the anchor {request.anchor} and the scenario “{request.scenario.title}”. The "
        f"{len(found.parameters)} uncertain parameters of the active channels are drawn from their priors, "
        "independently. Fertility, life expectancy, emigration propensities and the pattern of warming over areas are "
        f"at their medians, so these are shares of the channels' own uncertainty. {climate}Intervals are of 95 %, from "
        "resampling the base points."
    )


def sensitivity_tables(found: Sensitivity) -> dict[str, pd.DataFrame]:
    """All tables of an answer by name."""
    return {
        "sensitivity": indices_table(found),
        "sensitivity_outputs": outputs_table(found),
        "sensitivity_parameters": parameters_table(found),
    }


def write_sensitivity(found: Sensitivity, request: SensitivityRequest, panel: Panel, folder: Path) -> Path:
    """Write all files of an answer into a folder, all made before the first is written, and return the page's path.

    Raises
    ------
    InputError : the folder cannot be written to
    """
    settings = {
        "target": request.name,
        "to": request.last,
        "anchor": request.anchor,
        "samples": request.samples,
        "seed": request.seed,
        "runs": found.runs,
        "scenario": request.scenario.effective,
    }
    made = provenance(panel, request.command, settings, LIBRARIES)
    return write_report((PAGE, sensitivity_page(found, request)), sensitivity_tables(found), made, folder)


def sensitivity_page(found: Sensitivity, request: SensitivityRequest) -> str:
    """Return a page that needs nothing from elsewhere; the same answer gives the same bytes."""
    return page_from(
        "sensitivity.html",
        version=corridor.__version__,
        request=request,
        command=request.command,
        first=first_words(found, request),
        method=method_words(found, request),
        beyond=beyond_words(found, request),
        figures=_figures(found),
        outputs=[_output(found, row, signed=row >= len(request.views)) for row in range(len(found.outputs))],
        parameters=[
            (TITLES[each.name], each.name, str(each.prior), STATUSES[each.status], each.meaning)
            for each in _known(found)
        ],
    )


def _output(found: Sensitivity, row: int, *, signed: bool) -> tuple[str, ...]:
    """Cells of an output: its name, mean, standard deviation and the range of 80 % of the runs."""
    write, moves = signed_persons if signed else persons, found.moves[row]
    low, high = (write(float(bound)) for bound in np.quantile(moves, RANGE))
    return found.outputs[row], write(float(moves.mean())), persons(float(moves.std())), f"{low} to {high}"


def _figures(found: Sensitivity) -> Mapping[str, str]:
    """Output -> bars of the largest total indices."""
    (low, high), drawn = found.indices.total_range, {}
    for row, output in enumerate(found.outputs):
        items = [
            Bar(TITLES[found.parameters[at]], *(float(values[row, at]) for values in (found.indices.total, low, high)))
            for at in _largest_first(found, row)[:SHOWN]
        ]
        drawn[output] = bars(f"indices-{row}", items, heading=f"Total indices: {output}")
    return drawn
