"""What the corridor model learnt, which terms did not earn their place in it, and which base of flows errs least.

    python scripts/corridor_terms.py SOURCES > docs/explanation/corridor-model.md

SOURCES is a folder with abel_cohen/ (Abel and Cohen 2019, 2022) and wpp_vintages/ (old UN revisions), which Corridor
does not ship. Takes about two minutes.
"""

from __future__ import annotations

import argparse
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from click import echo
from flow_skill import markdown, read_pseudo_bayes

from corridor.areas import areas, codes
from corridor.backtest.anchor_weights import POOLED, best_weight, shown_weights, weight_errors, weight_frame
from corridor.backtest.flow_products import OURS, panel_product, published_product
from corridor.backtest.flow_scores import skill_with_interval, skill_words
from corridor.backtest.forecast_form import history, known_areas, margins
from corridor.backtest.un_vintages import read_revisions
from corridor.data.panel import load_panel
from corridor.drivers.anchors import ANCHORS, DEFAULT_ANCHOR
from corridor.estimate.gravity.corridor_model import (
    PRIOR,
    TERMS,
    change_beyond_people,
    coefficients_by_horizon,
    expected,
    expected_with,
    learnt,
    terms,
)
from corridor.estimate.moves.product import period_mean
from corridor.estimate.world.base_flows import PeriodMoves, rates_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corridor.axes import Floats
    from corridor.backtest.flow_products import FlowProduct
    from corridor.data.panel import Panel
    from corridor.estimate.gravity.corridor_model import Past

    Extra = Callable[[Past, int], Floats]

ORIGINS = (2000, 2005, 2010, 2015, 2020)
MARKED = (2010, 2015)
OFFSET = 1.0
RECENT, USUAL = 5, 30
"""Years whose climate is held against so many before them."""

DEFAULT_WEIGHT = ANCHORS[DEFAULT_ANCHOR].weight

OPENING = """# The corridor model, and the reasons for the defaults

Written by one command: `python scripts/corridor_terms.py SOURCES > docs/explanation/corridor-model.md`.
[flow-skill.md](../results/flow-skill.md) compares the model with all its rivals. The code is in
`corridor.estimate.gravity.corridor_model`:

    ln f' = ln f + m ln(mean / f) + r w ln(f_back / f) + g [(1 - w) dln P_o + w dln S] - c dln P_d + n (t_d - t_o)

Here f is the last flow of a corridor, f_back the last flow in the other direction, and mean the mean of all past
periods. P_o and P_d are the people of origin and destination. S is the number of people who were born in the
destination and live in the origin. The letter d means the change over the last period. The share w is that of S among
all people who live at one end and were born at the other; it says how much of the corridor is return. The term t is the
distance by which net migration lies below its mean of twenty years, divided by an area's moves. The five coefficients
are estimated at earlier origins only, by least absolute error, with a penalty that draws g to 1 and the others to 0.
One set of coefficients serves the whole world, because sets by region (below) did not have smaller errors. Areas enter
by their people and their usual net migration, corridors by their own past.

**Choices made after seeing the outcomes.** We found the terms, their form and the strength of the prior by trying some
forty variants on the periods that are scored here. So the gain of the form comes from hindsight. The coefficients are
estimated without hindsight. Stocks of the panel are those of today's revision. An error in the stock of a date enters
the flow before it with one sign and the flow after it with the other. A part of the effect of the terms of people and
arrivals is the return from such errors. This is right for these products, but it is not a finding about people.

**On our own flows the model does not reach its targets.** The targets were errors that are smaller than those of
persistence by five per cent on corridors and by ten per cent on net migration. The model reached them on the older
products and misses them on `moves` (see *moves* below). In [flow-skill.md](../results/flow-skill.md) its errors on
`moves` are larger than those of persistence at the origins 2010 and 2015. There are two reasons. First, `moves` is a
smooth product, whose corrections stay the same in all years, so that it is hard to improve on the last period (common
part .86 to .87, and .72 to .76 for pseudo-Bayes). Second, the model learns from returns after a large flow and from net
migration that returns to its mean, and these were in part errors of the older products. So the default base is the last
period without changes, and the model is one of the choices (`--base model`).
"""
LEARNT = """## Coefficients, one period ahead

The sum of the forecasts of all corridors lies below the outcome, as that of persistence does. The world's moves grew,
and the least absolute error aims at the median of possible outcomes and not at their mean. In projections, the number
of people who can move grows.
"""
TRIED = """## Terms that did not improve the model

The table shows the skill one period ahead relative to persistence, in per cent, with the 95 % interval. Both products
are scored at 2000 to 2020, and at 2010 and 2015 (marked). Each row adds its terms to the model, estimated and drawn to
zero like the others. Growth of all moves improves corridors by half a point and net migration by one. It is the growth
of the world's moves and not a cause. No other term improves corridors by a tenth of a point. So no driver enters the
model. In projections drivers act as channels, whose sizes are published priors and do not come from these flows. Ages
before 2024 and visas before 2019 are not in the panel and were not tried.
"""
BASES = """## The base of flows

The table compares bases with persistence at 2000 to 2020. Each base applies rates by type of move (outward, return,
transit) of the product `moves` to the people of the origin date.
"""
ANCHOR = f"""## The anchor

We took old revisions of the UN and scored them on periods that began after their publication. The flows of the last
period before that date (as we know them today), which the default base continues, were balanced to a mix of the
revision's net migration and their own. The default is `{DEFAULT_ANCHOR}`, with {DEFAULT_WEIGHT:.1f} of the UN's. Its
errors are within a few tenths of a point of the best share on our flows. Nearly all of these differences could be
random. Only following the UN in full has clearly larger errors.
"""


def products(panel: Panel, sources: Path) -> dict[str, FlowProduct]:
    """Read what the model is held against."""
    published = published_product(panel, "pseudo-Bayes", read_pseudo_bayes(sources))
    return {"pseudo-Bayes": published} | {OURS: panel_product(panel)}


def pasts(product: FlowProduct) -> Iterator[tuple[int, Past, Floats]]:
    """Every origin of a product with what is seen there and the flows of the period that follows."""
    for origin in ORIGINS:
        if origin in product.starts:
            yield origin, history(product, origin), product.flows[product.period(origin)]


def error_of(flows: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """Sums of absolute errors by area, of corridors and of net migration; areas unknown on either side have none."""
    known = known_areas(flows) & known_areas(outcome)
    off = np.where(np.outer(known, known), np.nan_to_num(flows) - np.nan_to_num(outcome), 0.0)
    return np.abs(off).sum(axis=1), np.abs(margins(off)[2])


def skills(pairs: list[tuple[Floats, Floats, Floats]]) -> tuple[str, str]:
    """Skill on corridors and on net migration of (forecast, last, outcome), all together, with its interval."""
    words = []
    for target in (0, 1):
        own = np.stack([error_of(made, outcome)[target] for made, _, outcome in pairs])
        rival = np.stack([error_of(last, outcome)[target] for _, last, outcome in pairs])
        words.append(skill_words(*skill_with_interval(own, rival)))
    return words[0], words[1]


# What it learnt


def learnt_table(known: dict[str, FlowProduct]) -> pd.DataFrame:
    """Coefficients one period ahead: a row a product and origin."""
    rows = []
    for name, product in known.items():
        for origin, past, outcome in pasts(product):
            found = coefficients_by_horizon(past, 1)[0]
            shown = dict(zip(TERMS, (f"{each:.2f}" for each in found), strict=True))
            made, last = (total_over(flows, outcome) for flows in (expected(past, found), past.flows[-1]))
            totals = {"all moves, over the outcome": f"{made:.2f}", "of persistence": f"{last:.2f}"}
            rows.append({"product": name, "origin": origin} | shown | totals)
    return pd.DataFrame(rows)


def total_over(flows: Floats, outcome: Floats) -> float:
    """All moves of a forecast over all that came, of areas known on both sides."""
    known = known_areas(flows) & known_areas(outcome)
    cells = np.ix_(known, known)
    return float(flows[cells].sum() / outcome[cells].sum())


# What else was tried


def nothing(past: Past, _origin: int) -> Floats:
    """No further term."""
    return np.zeros((0, *past.flows.shape[1:]))


def extra_terms(panel: Panel) -> dict[str, Extra]:
    """Terms that might have earned a place: name -> (past, origin) -> [term, orig, dest]."""
    climate = panel.frame("temperature_precipitation")
    new = displaced(panel)
    heat, rain = (by_year(climate, column) for column in ("tas_c", "pr_mm"))
    return {
        "income of the destination over the origin's": partial(income_gap, by_year(gross_product(panel), "value")),
        "growth of income, both ends": partial(income_growth, by_year(gross_product(panel), "value")),
        "displacement: the part of the last flow that war explains": partial(displacement_part, new),
        "warmth of the last five years in the origin": partial(anomaly, heat),
        "rain of the last five years in the origin": partial(anomaly, rain),
        "networks: growth of one's own people there": network_growth,
        "stocks: who could come home, over the last flow": stock_ratio,
        "shocks of whole origins and destinations": area_shocks,
        "growth of all the world's moves": world_growth,
        "coefficients of their own for Africa, Asia and Europe": by_region,
    }


def by_year(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Lay a column out by year and area."""
    return frame.pivot_table(index="year", columns="area", values=column).reindex(columns=list(codes()))


def gross_product(panel: Panel) -> pd.DataFrame:
    """Product per head, purchasing power parity."""
    frame = panel.frame("wdi")
    return frame[frame["indicator"] == "NY.GDP.PCAP.PP.KD"]


def mean_of(table: pd.DataFrame, first: int, end: int) -> Floats:
    """Mean over years first ... end - 1: [area], NaN where unknown."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # areas without a figure
        return np.asarray(np.nanmean(table.reindex(range(first, end)).to_numpy(dtype=np.float64), axis=0))


def centred(values: Floats) -> Floats:
    """Distance from the median; unknown areas lie at it."""
    known = np.isfinite(values)
    return np.where(known, values - np.median(values[known]), 0.0) if known.any() else np.zeros_like(values)


def income_gap(table: pd.DataFrame, _past: Past, origin: int) -> Floats:
    """How much higher the log income of the destination is."""
    level = centred(np.log(mean_of(table, origin - 3, origin)))
    return np.asarray((level - level[:, None])[None])


def income_growth(table: pd.DataFrame, _past: Past, origin: int) -> Floats:
    """Growth of income over five years, of the origin and of the destination."""
    now, before = mean_of(table, origin - 2, origin), mean_of(table, origin - 7, origin - 5)
    growth = centred(np.log(now) - np.log(before))
    return np.stack(np.broadcast_arrays(growth[:, None], growth[None]))


def displaced(panel: Panel) -> dict[int, Floats]:
    """New displacement by year: [origin, asylum], persons."""
    order, found = list(codes()), {}
    for year, rows in panel.frame("displacement_flows").groupby("year"):
        table = rows.pivot_table(index="origin", columns="asylum", values="persons", aggfunc="sum")
        laid_out = table.reindex(index=order, columns=order).fillna(0.0)
        found[int(str(year))] = laid_out.to_numpy(dtype=np.float64)
    return found


def displacement_part(new: dict[int, Floats], past: Past, origin: int) -> Floats:
    """Log of the last flow without new displacement over the last flow."""
    last = np.nan_to_num(past.flows[-1])
    of_war = sum(new.get(year, 0.0) for year in range(origin - RECENT, origin)) / float(RECENT)
    explained = np.minimum(of_war, 0.95 * last)
    return np.asarray(np.log((last - explained + OFFSET) / (last + OFFSET))[None])


def anomaly(table: pd.DataFrame, past: Past, origin: int) -> Floats:
    """How unusual the last five years were in the origin, in standard deviations of the thirty before."""
    usual = table.reindex(range(origin - RECENT - USUAL, origin - RECENT)).to_numpy(dtype=np.float64)
    off = centred((mean_of(table, origin - RECENT, origin) - usual.mean(axis=0)) / usual.std(axis=0))
    return np.broadcast_to(off[:, None], past.flows.shape[1:])[None]


def network_growth(past: Past, _origin: int) -> Floats:
    """Growth of the origin's own people in the destination."""
    before, now = (np.nan_to_num(stock) * ~np.eye(len(stock), dtype=np.bool_) for stock in past.stock[-2:])
    return np.asarray(np.clip(np.log((now + 10.0) / (before + 10.0)), -1.0, 1.0)[None])


def stock_ratio(past: Past, _origin: int) -> Floats:
    """Who was born in the destination and lives in the origin, over the last flow; in logs."""
    now = np.nan_to_num(past.stock[-1]) * ~np.eye(past.stock.shape[-1], dtype=np.bool_)
    return np.asarray(np.log((now.T + 100.0) / (np.nan_to_num(past.flows[-1]) + OFFSET))[None])


def area_shocks(past: Past, _origin: int) -> Floats:
    """Mean rate of leaving and of arriving over the last, in logs: what whole areas come back to."""
    moved = np.stack([np.stack([np.nansum(each, axis=1), np.nansum(each, axis=0)]) for each in past.flows])
    rates = moved / ((past.population[1:] + past.population[:-1]) / 2.0)[:, None] + 1e-5
    out, into = np.log(rates.mean(axis=0) / rates[-1])
    return np.stack(np.broadcast_arrays(out[:, None], into[None]))


def world_growth(past: Past, _origin: int) -> Floats:
    """The same in all corridors."""
    return np.ones((1, *past.flows.shape[1:]))


def by_region(past: Past, _origin: int) -> Floats:
    """The model's terms once more for origins of three regions."""
    region = np.array([area.region for area in areas()])
    own = terms(past)
    return np.concatenate([own * (region == name)[:, None] for name in ("Africa", "Asia", "Europe")])


def with_extra(past: Past, extra: Extra, origin: int, outcome_known: int) -> Floats:
    """Forecast with the model's terms and more."""

    def of_past(seen: Past) -> Floats:
        """Return the model's terms and the extra ones of a past; shape (terms, orig, dest)."""
        at = origin - 5 * (outcome_known - len(seen.flows))
        return np.concatenate([terms(seen), extra(seen, at)])

    made = of_past(past)
    prior = np.concatenate([PRIOR, np.zeros(len(made) - len(PRIOR))])
    return expected_with(past, learnt(past, 1, prior, of_past), made)


def tried_table(panel: Panel, known: dict[str, FlowProduct]) -> pd.DataFrame:
    """Skill of the model with one more set of terms, all products and origins pooled, and at the marked origins."""
    rows = []
    for name, extra in ({"the model": nothing} | extra_terms(panel)).items():
        cases = [
            (origin, product, with_extra(past, extra, origin, len(past.flows)), past.flows[-1], outcome)
            for product, each in known.items()
            for origin, past, outcome in pasts(each)
        ]
        all_of = skills([case[2:] for case in cases])
        marked = skills([case[2:] for case in cases if case[0] in MARKED])
        rows.append({"with": name, "corridors, all": all_of[0], "net, all": all_of[1]})
        rows[-1] |= {"corridors, marked": marked[0], "net, marked": marked[1]}
    return pd.DataFrame(rows)


# The base of flows


def base_table(panel: Panel, product: FlowProduct) -> pd.DataFrame:
    """Skill of rates by type of move on the people of the origin date, by the periods that they are means of."""
    moves = [period_mean(panel, start, years) for start, years in zip(product.starts, product.years, strict=True)]
    rows = []
    for name, window, moved in (
        ("mean of all periods", 99, False),
        ("mean of the last three periods (2010-2024 now)", 3, False),
        ("mean of the last two", 2, False),
        ("the last period (the default)", 1, False),
        ("the last period, changed as the corridor model expects", 1, True),
    ):
        pairs = []
        for _, past, outcome in pasts(product):
            pairs.append((from_rates(product, moves, past, window, moved=moved), past.flows[-1], outcome))
        corridors, net = skills(pairs)
        rows.append({"base": name, "corridors": corridors, "net": net})
    return pd.DataFrame(rows)


def from_rates(product: FlowProduct, moves: list[Floats], past: Past, window: int, *, moved: bool) -> Floats:
    """Forecast the next period as the engine would: rates by type times the people who could move."""
    known = len(past.flows)
    periods = [
        PeriodMoves(product.starts[at], product.years[at], moves[at], (past.stock[at] + past.stock[at + 1]) / 2.0)
        for at in range(max(0, known - window), known)
    ]
    outward, returning, transit = rates_of(periods)
    change = np.exp(change_beyond_people(past, coefficients_by_horizon(past, 1)[0])) if moved else 1.0
    stock = past.stock[-1]
    people = np.diagonal(stock) * np.sqrt(past.population[-1] / past.population[-2])
    abroad = stock.sum(axis=0) - np.diagonal(stock)
    flows = outward * people[:, None] + (returning * stock).T + transit * abroad[:, None]
    flows = flows * change
    np.fill_diagonal(flows, 0.0)
    return np.asarray(flows)


# The anchor


def anchor_tables(known: dict[str, FlowProduct], revisions: pd.DataFrame) -> Iterator[str]:
    """Skill by how much of the UN's projected net migration is followed, ex ante, and what each revision asks for."""
    for name, product in known.items():
        found = weight_frame(weight_errors(product, revisions))
        table = shown_weights(found[found["revision"] == POOLED]).drop(columns="revision")
        asked = ", ".join(f"{each}: {best_weight(found, each):.1f}" for each in found["revision"].unique())
        yield f"### {name}\n\nThe best shares by revision are: {asked}.\n\n{markdown(table)}"


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", type=Path)
    sources, panel = parser.parse_args().sources, load_panel()
    known = products(panel, sources)
    revisions, _ = read_revisions(sources / "wpp_vintages" / "net_migration_by_vintage.csv.gz")
    echo(OPENING)
    echo(LEARNT)
    echo(markdown(learnt_table(known)))
    echo(TRIED)
    echo(markdown(tried_table(panel, known)))
    echo(BASES)
    echo(markdown(base_table(panel, panel_product(panel))))
    echo(ANCHOR)
    for part in anchor_tables(known, revisions):
        echo(part)


if __name__ == "__main__":
    main()
