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
from corridor.figures import WaterfallStep, waterfall, wording
from corridor.reports.outlook.brief_causes import NARROW, WIDE
from corridor.reports.outlook.reported import reported_part
from corridor.reports.report_files import page_from, provenance, write_report
from corridor.reports.request import RANGE
from corridor.reports.texts.causes import BLOCK_TITLES, BLOCK_WORDS, SHAPLEY, UNDER_WAY_TITLES, UNDER_WAY_WORDS
from corridor.reports.texts.method import NO_RANGES, SAME_EVERYWHERE, TRAJECTORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.reports.explanation.answer import ExplainRequest, ExplanationAnswer
    from corridor.scenario.effective import EffectiveScenario

PAGE = "explanation.html"
LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "numba", "pydantic")


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


def items_of(answer: ExplanationAnswer, view: int, anchor: str) -> list[Item]:
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


def ends_of_view(answer: ExplanationAnswer, view: int, request: ExplainRequest) -> tuple[Item, Item]:
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


def direction_of(answer: ExplanationAnswer, view: int, request: ExplainRequest) -> str:
    """Say whether moves rise or fall, or a scenario has more or fewer, and whether draws agree."""
    change = float(answer.central.later[0, view] - answer.central.base[0, view])
    if not change:
        return "They do not change." if request.against is None else "Both scenarios have the same number."
    size = wording.persons(abs(change))
    if request.against is None:
        said = f"They {'rise' if change > 0.0 else 'fall'} by {size} a year."
    else:
        said = f"“{request.scenario.title}” has {size} a year {'more' if change > 0.0 else 'fewer'}."
    if answer.draws is None:
        return said
    low, high = _range(answer.draws.later[:, view] - answer.draws.base[:, view])
    spread = f"In 80 % of trajectories the change is {wording.signed_persons(low)} to {wording.signed_persons(high)}"
    return f"{said} {spread}, so its direction is uncertain." if low < 0.0 < high else f"{said} {spread}."


# Files


def explanation_table(answer: ExplanationAnswer, request: ExplainRequest) -> pd.DataFrame:
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


def explanation_tables(answer: ExplanationAnswer, request: ExplainRequest) -> dict[str, pd.DataFrame]:
    """All tables of an answer by name."""
    return {"explanation": explanation_table(answer, request)}


def write_explanation(
    answer: ExplanationAnswer, request: ExplainRequest, panel: Panel, folder: Path, reported: pd.DataFrame | None = None
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


def explanation_page(answer: ExplanationAnswer, request: ExplainRequest, reported: pd.DataFrame | None = None) -> str:
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


def _cause_words(answer: ExplanationAnswer, anchor: str) -> Iterator[tuple[str, str]]:
    """Name and explain what the waterfalls show."""
    shown = {
        item.key: item.name for view in range(len(answer.central.views)) for item in items_of(answer, view, anchor)
    }
    words = {**UNDER_WAY_WORDS, **{key_of(block): text for block, text in BLOCK_WORDS.items()}}
    for key, text in words.items():
        if key in shown:
            yield shown[key], text


class ExplanationSection(NamedTuple):
    """A view on the page: what is said first, its figure, wide and for telephones, and the rows of its table."""

    name: str
    words: str
    figure: str
    narrow: str
    rows: list[list[str]]


def _sections(answer: ExplanationAnswer, request: ExplainRequest) -> Iterator[ExplanationSection]:
    for at, view in enumerate(answer.central.views):
        items = items_of(answer, at, request.anchor)
        yield ExplanationSection(
            view.name,
            direction_of(answer, at, request),
            drawn(answer, at, request, key=f"waterfall-{at}"),
            drawn(answer, at, request, key=f"waterfall-{at}-narrow", narrow=True),
            [_row(item) for item in items],
        )


def drawn(answer: ExplanationAnswer, view: int, request: ExplainRequest, *, key: str, narrow: bool = False) -> str:
    """Draw the waterfall of a view."""
    steps = [
        WaterfallStep(item.name, item.value, *((None, None) if np.isnan(item.low) else (item.low, item.high)))
        for item in items_of(answer, view, request.anchor)
    ]
    start, end = ((item.name, item.value) for item in ends_of_view(answer, view, request))
    heading = f"Why {answer.central.views[view].name} change"
    return waterfall(key, heading, start, steps, end, width=NARROW if narrow else WIDE)


def _row(item: Item) -> list[str]:
    return [
        item.name,
        wording.signed_persons(item.value),
        _ranged(item.low, item.high),
        _ranged(*sorted((item.first, item.last))),
    ]


def _ranged(low: float, high: float) -> str:
    if np.isnan(low):
        return ""
    low_words, high_words = wording.signed_persons(low), wording.signed_persons(high)
    return low_words if low_words == high_words else f"{low_words} to {high_words}"


def method_words(request: ExplainRequest) -> str:
    """Say what was done."""
    held = f"kept at its {BASE_YEAR} level" if request.against is None else f"as in “{request.against.title}”"
    ranges = NO_RANGES
    if request.draws:
        ranges = (
            f"{TRAJECTORIES.format(draws=request.draws)} The distribution of moves is skewed, so that a figure need "
            "not lie in the middle of its range."
        )
    return (
        f"We ran the world with every combination of causes. Each cause is either on the scenario's path or {held}. "
        f"The runs are tied to {ANCHORS[request.anchor].tied}. Each run computed populations, stocks by birthplace, "
        f"networks and returns again. A part is {SHAPLEY}. {SAME_EVERYWHERE} {ranges} The last column of the tables "
        "gives the effect of a cause when it comes first and when it comes last. Where the two differ much, causes "
        "act through each other."
    )


def setting_words(scenarios: Iterable[EffectiveScenario]) -> Iterator[str]:
    """Say what scenarios set."""
    for scenario in scenarios:
        settings = scenario.settings
        climate = "its own path" if settings.own_warming is not None else settings.pathway
        off = f", channels off: {', '.join(sorted(settings.off))}" if settings.off else ""
        made = [policy.name for policy in settings.policies] + [lever.name for lever in settings.levers]
        policies = f", policies and levers: {', '.join(made)}" if made else ""
        damages = settings.damages if settings.demand == "corridor" else "of the demand model bds"
        set_to = f"warming: {climate}, incomes: {settings.income}, damages: {damages}{off}{policies}"
        yield f"The scenario “{scenario.title}” has these settings: {set_to}."
