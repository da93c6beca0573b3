"""The answer why flows change, as files: a page with a waterfall for each view, a tidy table, how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

import corridor
from corridor.analysis.attribution import UNDER_WAY
from corridor.calendar import BASE_YEAR
from corridor.drivers.anchors import ANCHORS
from corridor.drivers.channel import BLOCKS
from corridor.figures import Step, waterfall, wording
from corridor.reports.outlook.brief_causes import NARROW, WIDE
from corridor.reports.outlook.reported import reported_part
from corridor.reports.report_files import page_from, provenance, write_report
from corridor.reports.request import RANGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.reports.explanation.answer import Answer, ExplainRequest
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
UNDER_WAY_TITLES = {
    "returns": "Returns of people who live abroad",
    "network": "Networks of people who live abroad",
    "fading": "Wars that fade",
}
UNDER_WAY_WORDS = {
    "anchor": "how net migration in the UN's medium changes over the years, as far as the anchor follows it",
    "returns": "who lives abroad goes home at the rates of recent years: more return where more live abroad",
    "network": "people move to where more of the same birthplace live already",
    "fading": "moves of wars of recent years end, those who fled come home, and no new war is foreseen",
}


class Item(NamedTuple):
    """A row of an explanation.

    Attributes
    ----------
    key, name : of the cause, for tables and for readers
    value : persons a year, of the central run
    low, high : what 80 % of draws lie between; nan where there are none
    first, last : what the cause adds when it comes first of all, and last; nan where nothing is under this
    """

    key: str
    name: str
    value: float
    low: float = np.nan
    high: float = np.nan
    first: float = np.nan
    last: float = np.nan


def items_of(answer: Answer, view: int, anchor: str) -> list[Item]:
    """Rows of a view: what is under way already and the blocks, without those that can have no part."""
    titles = {"anchor": ANCHORS[anchor].cause, **UNDER_WAY_TITLES}
    found = [
        Item(key, titles[key], float(part))
        for key, part in zip(UNDER_WAY, answer.under_way[view], strict=True)
        if part and titles[key]
    ]
    for at, block in enumerate(BLOCKS):
        found_in = answer.central.parts, answer.central.first, answer.central.last
        part, first, last = (float(values[0, view, at]) for values in found_in)
        drawn = None if answer.draws is None else answer.draws.parts[:, view, at]
        if part or (drawn is not None and drawn.any()):
            found.append(Item(key_of(block), BLOCK_TITLES[block], part, *_range(drawn), first, last))
    return found


def key_of(block: str) -> str:
    """Return the key of a block of causes in tables."""
    return block.replace(" ", "_")


def ends_of_view(answer: Answer, view: int, request: ExplainRequest) -> tuple[Item, Item]:
    """Rows of what the change leads from and to."""
    before, after = ends_of(request)
    start, end = (None, None) if answer.draws is None else (answer.draws.base[:, view], answer.draws.later[:, view])
    return (
        Item("before", before, float(answer.central.base[0, view]), *_range(start)),
        Item("after", after, float(answer.central.later[0, view]), *_range(end)),
    )


def _range(values: Floats | None) -> tuple[float, float]:
    if values is None:
        return np.nan, np.nan
    low, high = np.quantile(values, RANGE)
    return float(low), float(high)


def direction_of(answer: Answer, view: int, request: ExplainRequest) -> str:
    """Say whether moves rise or fall, or a scenario has more or fewer, and whether draws agree."""
    change = float(answer.central.later[0, view] - answer.central.base[0, view])
    if not change:
        return "They do not change." if request.against is None else "Both scenarios have the same."
    size = wording.persons(abs(change))
    if request.against is None:
        told, either = f"They {'rise' if change > 0.0 else 'fall'} by {size} a year.", "they rise or fall"
    else:
        told = f"“{request.scenario.title}” has {size} a year {'more' if change > 0.0 else 'fewer'}."
        either = "it has more or fewer"
    if answer.draws is None:
        return told
    low, high = _range(answer.draws.later[:, view] - answer.draws.base[:, view])
    spread = f"In 80 % of trajectories the change is {wording.signed_persons(low)} to {wording.signed_persons(high)}"
    return f"{told} {spread}: whether {either} cannot be told." if low < 0.0 < high else f"{told} {spread}."


# Files


def explanation_table(answer: Answer, request: ExplainRequest) -> pd.DataFrame:
    """One row a view and item; the items between the first and the last add up to their difference."""
    rows = []
    for at, view in enumerate(answer.central.views):
        before, after = ends_of_view(answer, at, request)
        rows += [
            (view.name, request.last, request.scenario.title, *item[:2], "persons a year", *item[2:])
            for item in (before, *items_of(answer, at, request.anchor), after)
        ]
    columns = [
        "view",
        "year",
        "scenario",
        "key",
        "item",
        "unit",
        "value",
        "lower_80",
        "upper_80",
        "first_in",
        "last_in",
    ]
    return pd.DataFrame(rows, columns=columns)


def ends_of(request: ExplainRequest) -> tuple[str, str]:
    """Name what the waterfall leads from and to."""
    if request.against is None:
        return str(BASE_YEAR), str(request.last)
    return f"{request.last}, {request.against.title}", f"{request.last}, {request.scenario.title}"


def explanation_tables(answer: Answer, request: ExplainRequest) -> dict[str, pd.DataFrame]:
    """All tables of an answer by name."""
    return {"explanation": explanation_table(answer, request)}


def write_explanation(
    answer: Answer, request: ExplainRequest, panel: Panel, folder: Path, reported: pd.DataFrame | None = None
) -> Path:
    """Write all files of an answer into a folder and return the path of the page.

    Parameters
    ----------
    reported : flows as `corridor.estimate.world.reported.reported_flows` returns them, to be shown beside ours

    Raises
    ------
    InputError : the folder cannot be written to
    """
    page = (PAGE, explanation_page(answer, request, reported))
    return write_report(page, explanation_tables(answer, request), how_it_was_made(request, panel), folder)


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


def explanation_page(answer: Answer, request: ExplainRequest, reported: pd.DataFrame | None = None) -> str:
    """Return a page that needs nothing from elsewhere; the same answer gives the same bytes."""
    return page_from(
        "explanation.html",
        version=corridor.__version__,
        request=request,
        command=request.command,
        title=f"Why flows change: {request.name}",
        ends=ends_of(request),
        sections=list(_sections(answer, request)),
        blocks=list(_cause_words(answer, request.anchor)),
        reported=reported_part(reported, request.views),
        method=method_words(request),
        settings=list(setting_words(filter(None, (request.scenario, request.against)))),
    )


def _cause_words(answer: Answer, anchor: str) -> Iterator[tuple[str, str]]:
    """Name and explain what the waterfalls show."""
    shown = {
        item.key: item.name for view in range(len(answer.central.views)) for item in items_of(answer, view, anchor)
    }
    words = {**UNDER_WAY_WORDS, **{key_of(block): text for block, text in BLOCK_WORDS.items()}}
    for key, text in words.items():
        if key in shown:
            yield shown[key], text


class Section(NamedTuple):
    """A view on the page: what is said first, its figure, wide and for telephones, and the rows of its table."""

    name: str
    words: str
    figure: str
    narrow: str
    rows: list[list[str]]


def _sections(answer: Answer, request: ExplainRequest) -> Iterator[Section]:
    for at, view in enumerate(answer.central.views):
        items = items_of(answer, at, request.anchor)
        yield Section(
            view.name,
            direction_of(answer, at, request),
            drawn(answer, at, request, key=f"waterfall-{at}"),
            drawn(answer, at, request, key=f"waterfall-{at}-narrow", narrow=True),
            [_row(item) for item in items],
        )


def drawn(answer: Answer, view: int, request: ExplainRequest, *, key: str, narrow: bool = False) -> str:
    """Draw the waterfall of a view."""
    steps = [
        Step(item.name, item.value, *((None, None) if np.isnan(item.low) else (item.low, item.high)))
        for item in items_of(answer, view, request.anchor)
    ]
    start, end = ((item.name, item.value) for item in ends_of_view(answer, view, request))
    heading = f"Why {answer.central.views[view].name} change"
    return waterfall(key, heading, start, steps, end, width=NARROW if narrow else WIDE)


def _row(item: Item) -> list[str]:
    ranged = "" if np.isnan(item.low) else f"{wording.signed_persons(item.low)} to {wording.signed_persons(item.high)}"
    order = [wording.signed_persons(value) for value in sorted((item.first, item.last)) if not np.isnan(value)]
    return [item.name, wording.signed_persons(item.value), ranged, " to ".join(order)]


def method_words(request: ExplainRequest) -> str:
    """Say what was done."""
    frozen = f"frozen in {BASE_YEAR}" if request.against is None else f"as in “{request.against.title}”"
    runs = "Figures are those of one run with every parameter at its median, the same in every command; " + (
        "ranges need draws (--draws)."
        if request.draws == 0
        else (
            f"ranges are what 80 % of {request.draws} trajectories lie between, each with its own births, deaths, "
            "propensities, warming and parameters. Moves are skewed, so that a figure need not lie in the middle."
        )
    )
    return (
        f"The world was run around {ANCHORS[request.anchor].tied} under every combination of causes, each either on "
        f"the scenario's path or {frozen}; people, stocks by birthplace, networks and returns were computed anew in "
        "each run. The parts are Shapley values: what a cause adds, averaged over all orders in which causes can come. "
        f"{runs} The last column of the tables is what a cause adds when it comes first and when it comes last: where "
        "the two lie far apart, causes work through each other."
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
