"""The answer why flows change, as files: a page with a waterfall for each view, a tidy table, how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

import corridor
from corridor.drivers.base_year import BASE_YEAR
from corridor.drivers.channel import BLOCKS
from corridor.outlook.brief_causes import NARROW, WIDE
from corridor.outlook.figures import Step, waterfall, wording
from corridor.outlook.report_files import page_from, provenance, write_report
from corridor.outlook.request import RANGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.explain.attribution import Explanation
    from corridor.outlook.explanation import ExplainRequest
    from corridor.scenario.effective import Scenario

PAGE = "explanation.html"
LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "numba", "pydantic")
BLOCK_TITLES = {
    "demography": "Numbers and ages of people",
    "income": "Income, without climate",
    "climate through income": "Climate, through income",
    "climate direct": "Climate, directly",
    "policy": "Policy",
}
BLOCK_WORDS = {
    "demography": "how many people of the ages that move live in the origin, and where people of working age are few",
    "income": "incomes of origins and destinations on the pathway, with what the poor can pay",
    "climate through income": "income lost to warming, or gained",
    "climate direct": "slow change of the climate, and floods and storms, without incomes",
    "policy": "settings of corridors in the scenario",
}
CARRIED = {
    "observed": "Already under way: returns, networks",
    "un": "The UN's path; returns, networks",
    "blended": "Partly the UN's path; returns, networks",
}
"""What changes without any cause, by anchor."""
CARRIED_WORDS = (
    "what changes without any of the causes: people return and networks grow as stocks do, wars fade, net "
    "migration follows the UN's medium as far as the anchor does; in draws also the chance of propensities to move"
)


class Item(NamedTuple):
    """A row of an explanation: persons a year; the range holds 80 % of draws, nan without draws."""

    name: str
    mean: float
    low: float
    high: float
    first: float
    last: float


def items_of(explanation: Explanation, view: int, anchor: str) -> list[Item]:
    """Rows of a view: what is carried and the blocks, without those that can have no part."""
    carried = explanation.carried[:, view]
    items = [_item(CARRIED[anchor], carried, carried, carried)] if carried.any() else []
    for at, block in enumerate(BLOCKS):
        parts, first, last = (
            values[:, view, at] for values in (explanation.parts, explanation.first, explanation.last)
        )
        if parts.any():
            items.append(_item(BLOCK_TITLES[block], parts, first, last))
    return items


def _item(name: str, values: Floats, first: Floats, last: Floats) -> Item:
    low, high = np.quantile(values, RANGE) if len(values) > 1 else (np.nan, np.nan)
    return Item(name, float(values.mean()), float(low), float(high), float(first.mean()), float(last.mean()))


# Files


def explanation_table(explanation: Explanation, request: ExplainRequest) -> pd.DataFrame:
    """One row a view and item: persons a year; the items between the first and the last add up to their difference."""
    rows = []
    for at, view in enumerate(explanation.views):
        ends = (explanation.base[:, at], explanation.later[:, at])
        before, after = (
            _item(name, values, values, values) for name, values in zip(ends_of(request), ends, strict=True)
        )
        rows += [(view.name, *item) for item in (before, *items_of(explanation, at, request.anchor), after)]
    columns = ["view", "item", "persons", "lower_80", "upper_80", "first_in", "last_in"]
    return pd.DataFrame(rows, columns=columns)


def ends_of(request: ExplainRequest) -> tuple[str, str]:
    """Name what the waterfall leads from and to."""
    if request.against is None:
        return str(BASE_YEAR), str(request.last)
    return f"{request.last}, {request.against.title}", f"{request.last}, {request.scenario.title}"


def write_explanation(explanation: Explanation, request: ExplainRequest, panel: Panel, folder: Path) -> Path:
    """Write all files of an answer into a folder and return the path of the page.

    Raises
    ------
    InputError : the folder cannot be written to
    """
    tables = {"explanation": explanation_table(explanation, request)}
    page = (PAGE, explanation_page(explanation, request))
    return write_report(page, tables, how_it_was_made(request, panel), folder)


def how_it_was_made(request: ExplainRequest, panel: Panel) -> dict[str, object]:
    """Versions, settings, effective scenarios, checksums of the panel, and the command that makes the same again."""
    settings = {
        "target": list(request.target),
        "to": request.last,
        "anchor": request.anchor,
        "draws": request.draws,
        "seed": request.seed,
        "scenario": request.scenario.effective,
        "against": None if request.against is None else request.against.effective,
    }
    return provenance(panel, request.command, settings, LIBRARIES)


def explanation_page(explanation: Explanation, request: ExplainRequest) -> str:
    """Return a page that needs nothing from elsewhere; the same answer gives the same bytes."""
    return page_from(
        "explanation.html",
        version=corridor.__version__,
        request=request,
        command=request.command,
        title=f"Why flows change: {request.name}",
        ends=ends_of(request),
        sections=list(_sections(explanation, request)),
        blocks=list(_cause_words(explanation, request.anchor)),
        method=method_words(request),
        settings=list(setting_words(filter(None, (request.scenario, request.against)))),
    )


def _cause_words(explanation: Explanation, anchor: str) -> Iterator[tuple[str, str]]:
    """Name and explain what the waterfalls show."""
    if explanation.carried.any():
        yield CARRIED[anchor], CARRIED_WORDS
    for at, block in enumerate(BLOCKS):
        if explanation.parts[..., at].any():
            yield BLOCK_TITLES[block], BLOCK_WORDS[block]


class Section(NamedTuple):
    """A view on the page: its figure, wide and for telephones, and the rows of its table."""

    name: str
    figure: str
    narrow: str
    rows: list[list[str]]


def _sections(explanation: Explanation, request: ExplainRequest) -> Iterator[Section]:
    for at, view in enumerate(explanation.views):
        items = items_of(explanation, at, request.anchor)
        yield Section(
            view.name,
            drawn(explanation, at, request.anchor, ends_of(request), key=f"waterfall-{at}"),
            drawn(explanation, at, request.anchor, ends_of(request), key=f"waterfall-{at}-narrow", narrow=True),
            [_row(item) for item in items],
        )


def drawn(
    explanation: Explanation, view: int, anchor: str, ends: tuple[str, str], *, key: str, narrow: bool = False
) -> str:
    """Draw the waterfall of a view."""
    steps = [
        Step(item.name, item.mean, *((None, None) if np.isnan(item.low) else (item.low, item.high)))
        for item in items_of(explanation, view, anchor)
    ]
    start, end = (
        (name, float(values[:, view].mean()))
        for name, values in zip(ends, (explanation.base, explanation.later), strict=True)
    )
    heading = f"Why {explanation.views[view].name} change"
    return waterfall(key, heading, start, steps, end, width=NARROW if narrow else WIDE)


def _row(item: Item) -> list[str]:
    ranged = "" if np.isnan(item.low) else f"{wording.signed_persons(item.low)} to {wording.signed_persons(item.high)}"
    order = [wording.signed_persons(value) for value in sorted((item.first, item.last))]
    return [
        item.name,
        wording.signed_persons(item.mean),
        ranged,
        "" if item.name in CARRIED.values() else " to ".join(order),
    ]


def method_words(request: ExplainRequest) -> str:
    """Say what was done."""
    tied = {
        "blended": "rates of recent moves, net migration four tenths the UN's",
        "un": "the UN's net migration",
        "observed": "expected moves",
    }[request.anchor]
    frozen = "frozen in 2025" if request.against is None else f"as in “{request.against.title}”"
    runs = (
        "Every parameter is at its median; ranges need draws (--draws)."
        if request.draws == 0
        else (
            f"{request.draws} trajectories of the world, each with its own births, deaths, propensities, warming and "
            "parameters; means are shown, for they add up, and the range of 80 % of trajectories."
        )
    )
    return (
        f"The world was run around {tied} under every combination of causes, each either on the scenario's path or "
        f"{frozen}; people, stocks by birthplace, networks and returns were computed anew in each run. The parts are "
        f"Shapley values: what a cause adds, averaged over all orders in which causes can come. {runs} The last column "
        "of the tables is what a cause adds when it comes first and when it comes last: where the two lie far apart, "
        "causes work through each other."
    )


def setting_words(scenarios: Iterable[Scenario]) -> Iterator[str]:
    """Say what scenarios set."""
    for scenario in scenarios:
        settings = scenario.settings
        climate = "a path of its own" if settings.own_warming is not None else settings.pathway
        off = f"; off: {', '.join(sorted(settings.off))}" if settings.off else ""
        made = [policy.name for policy in settings.policies] + [lever.name for lever in settings.levers]
        policies = f"; policy: {', '.join(made)}" if made else ""
        damages = settings.damages if settings.demand == "corridor" else "those of the demand model bds"
        yield f"{scenario.title}: warming {climate}, incomes {settings.income}, damages {damages}{off}{policies}."
