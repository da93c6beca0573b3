"""What the estimate of moves reaches on countries it has not seen, beside its rivals.

The measured countries are dealt into four folds. The estimate is learnt from pairs without a country of the fold and
scored on pairs with one; a pair whose ends lie in two folds has two estimates, of which the geometric mean is scored.
Pairs that were perhaps withheld are left out. Rivals need no folds, except that the estimates of Gaskin and Abel (2025)
were trained on these very measurements.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import areas, codes
from corridor.estimate.accounts.best import best_moves
from corridor.estimate.moves.balance import balanced
from corridor.estimate.moves.drawing import NOISE, OWN_VARIANCE, counted_arrivals, counted_returns, swapped
from corridor.estimate.moves.intervals import bounds_of, bounds_of_consistent, widths_of_destinations
from corridor.estimate.moves.level import FEWEST, FIT_YEARS, level
from corridor.estimate.moves.nearer_net import nearer_net
from corridor.estimate.moves.product import net_of_years
from corridor.estimate.moves.reports import cells_of, hosts_left_out, report_terms
from corridor.estimate.moves.sources import OECD_YEARS, read_measured, read_reports, read_ties
from corridor.estimate.moves.stocks import YEARS, yearly_stocks
from corridor.estimate.moves.terms import background, facts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from corridor.axes import Booleans, Floats
    from corridor.data.panel import Panel
    from corridor.estimate.moves.level import Level
    from corridor.estimate.moves.reports import ReportCells
    from corridor.estimate.moves.series import Series
    from corridor.estimate.moves.sources import Measured
    from corridor.estimate.moves.terms import Background, Facts

FOLDS = 4
SEEDS = (0, 1, 2)
"""Ways of dealing countries into folds; scores are means over them."""
LARGEST = 300
SIZABLE = 100.0
SMALLEST = 0.5
"""Estimates below count as this in ratios, persons a year."""
PUBLISHED = "abel_cohen/flows_total_6methods.parquet"
NEURAL = "gaskin_abel/annual_flows_ge50.parquet"
LAST_PUBLISHED = 2015


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Estimates of measured pairs by fits that have not seen an end: all [orig, dest], NaN where not held out.

    Attributes
    ----------
    moves, consistent : persons a year
    variance : of the correction
    return_hazard : [birthplace, residence], moves home per person of the stock, the remainder's share included
    """

    moves: Floats
    consistent: Floats
    variance: Floats
    return_hazard: Floats


@dataclass(frozen=True, slots=True)
class Known:
    """What validation reads once."""

    world: Background
    facts: Facts
    measured: Measured
    net: Floats


def known_of(panel: Panel, sources: Path) -> Known:
    """Read the panel and the folder of sources."""
    ties = read_ties(sources)
    world = background(panel, ties, yearly_stocks(panel, ties.ages_abroad))
    years = slice(YEARS.index(FIT_YEARS[0]), YEARS.index(FIT_YEARS[-1]) + 1)
    return Known(world, facts(world, FIT_YEARS), read_measured(sources), net_of_years(panel)[years].mean(axis=0))


def folds(seed: int) -> list[Booleans]:
    """Deal all areas into folds: `FOLDS` masks [area]."""
    dealt = np.random.default_rng(seed).permutation(len(codes()))
    return [np.isin(np.arange(len(codes())), dealt[fold::FOLDS]) for fold in range(FOLDS)]


def held_out(known: Known, seed: int, progress: Callable[[], None] | None = None) -> HeldOut:
    """Estimate every measured pair without the measurements of a country at one of its ends."""
    shape = known.measured.known.shape
    logs, plain, spread, hazard, count = np.zeros((5, *shape))
    for fold in folds(seed):
        unseen = fold[:, None] | fold[None, :]
        learnt = level(known.facts, known.measured.mean, known.measured.known & ~unseen)
        scored = known.measured.known & unseen
        bent, model = _bent(learnt, known, known.measured.known & ~unseen), learnt.model
        scale = np.divide(bent, model.moves, out=np.zeros(shape), where=model.moves > 0.0)
        account = balanced(
            model.outward * scale, model.returning * scale.T, model.remainder * scale, needed(known), known.net
        )
        homeward = np.divide(
            bent.T, known.world.stocks.stock[-3], out=np.zeros(shape), where=known.world.stocks.stock[-3] > 0
        )
        for total, value in (
            (logs, np.log(bent + FEWEST)),
            (plain, np.log(np.maximum(account.moves, 0) + FEWEST)),
        ):
            total[scored] += value[scored]
        spread[scored] += learnt.variance[scored]
        hazard[unseen] += homeward[unseen]
        count[unseen] += 1.0
        if progress is not None:
            progress()
    with np.errstate(invalid="ignore", divide="ignore"):
        moves, consistent = (np.exp(total / count) - FEWEST for total in (logs, plain))
        return HeldOut(moves, consistent, spread / count, hazard / count)


def _bent(learnt: Level, known: Known, seen: Booleans) -> Floats:
    """Moves bent towards net migration, as in the estimate: what was seen is as measured and hardly bends."""
    moves = np.where(seen, known.measured.mean, learnt.moves)
    np.fill_diagonal(moves, 0.0)
    return nearer_net(moves, np.where(seen, NOISE, OWN_VARIANCE + learnt.variance), known.net)


def needed(known: Known) -> Floats:
    """Growth of stocks and deaths in the years of the fit: [birthplace, residence], persons a year."""
    years = slice(YEARS.index(FIT_YEARS[0]), YEARS.index(FIT_YEARS[-1]) + 1)
    stocks = known.world.stocks
    deaths = stocks.mortality[years, None, :] * stocks.stock[years]
    total: Floats = (stocks.growth[years] + deaths).mean(axis=0)
    return total


def scores(estimate: Floats, measured: Measured) -> dict[str, float]:
    """Scores of an estimate [orig, dest] on measured pairs: correlations, common part, factors, totals."""
    pairs = measured.known & np.isfinite(estimate)
    made, seen, years = estimate[pairs], measured.mean[pairs], measured.years_seen[pairs]
    positive, sizable, steady = seen > 0.0, seen > SIZABLE, years == len(FIT_YEARS)
    error = np.log(np.maximum(made, SMALLEST)) - np.log(np.maximum(seen, SMALLEST))
    largest = np.argsort(-seen, kind="stable")[:LARGEST]
    return {
        "log r": _correlation(made[positive], seen[positive]),
        "common part": float(2.0 * np.minimum(made, seen).sum() / (made.sum() + seen.sum())),
        "factor 3": float((np.abs(error[positive]) < np.log(3.0)).mean()),
        "factor 3 above 100": float((np.abs(error[sizable]) < np.log(3.0)).mean()),
        "total": float(made.sum() / seen.sum()),
        "mean error": float(np.abs(made - seen).mean()),
        "300 largest": float(np.average(np.abs(error[largest]), weights=seen[largest])),
        "log r, all four years": _correlation(made[steady], seen[steady]),
    }


def _correlation(made: Floats, seen: Floats) -> float:
    return float(np.corrcoef(np.log(np.maximum(made, SMALLEST)), np.log(seen))[0, 1])


def rivals(panel: Panel, sources: Path) -> dict[str, Floats]:
    """Estimates by others for the same years: name -> [orig, dest], persons a year."""
    published = pd.read_parquet(sources / PUBLISHED)
    published = published[published["year0"] == LAST_PUBLISHED]
    neural = pd.read_parquet(sources / NEURAL)
    neural = neural[neural["year"].isin(FIT_YEARS)]
    sums = neural.groupby(["orig", "dest"], observed=True)[["flow"]].sum().reset_index()
    return {
        "best (ours before)": best_moves(panel, 2020).sum(axis=0),
        "published pseudo-Bayes 2015-20": _laid_out(published, "da_pb_closed") / 5.0,
        "published migration rates 2015-20": _laid_out(published, "mig_rate") / 5.0,
        "Gaskin and Abel (trained on these data)": _laid_out(sums, "flow") / len(FIT_YEARS),
    }


def _laid_out(frame: pd.DataFrame, column: str) -> Floats:
    index = pd.Index(codes())
    orig, dest = (
        index.get_indexer(pd.Index(frame["orig"].astype(str))),
        index.get_indexer(pd.Index(frame["dest"].astype(str))),
    )
    inside = (orig >= 0) & (dest >= 0)
    table = np.zeros((len(index), len(index)))
    table[orig[inside], dest[inside]] = frame[column].to_numpy(dtype=np.float64)[inside]
    return table


def score_table(panel: Panel, sources: Path, known: Known, found: Sequence[HeldOut]) -> pd.DataFrame:
    """Scores of the estimate on held-out countries and of its rivals: a row each.

    Parameters
    ----------
    found : estimates of measured pairs, for one or more ways of dealing countries into folds
    """
    rows = {
        "moves, countries held out": _mean_scores([each.moves for each in found], known.measured),
        "consistent, countries held out": _mean_scores([each.consistent for each in found], known.measured),
    }
    rows |= {name: scores(table, known.measured) for name, table in rivals(panel, sources).items()}
    return pd.DataFrame(rows).T.rename_axis("estimate").reset_index()


def _mean_scores(estimates: Sequence[Floats], measured: Measured) -> dict[str, float]:
    of_seeds = pd.DataFrame([scores(estimate, measured) for estimate in estimates])
    return {str(name): float(value) for name, value in of_seeds.mean().items()}


def coverage(found: HeldOut, measured: Measured) -> pd.DataFrame:
    """Share of measured moves above 100 inside the 80 % intervals: pooled, and by region of the destination.

    Columns destinations, pairs, and the shares inside the intervals of `moves` and of `consistent`.
    """
    deviation = np.sqrt(OWN_VARIANCE + found.variance) * widths_of_destinations()
    bounds = {
        "moves": bounds_of(found.moves, deviation),
        "consistent": bounds_of_consistent(np.maximum(found.consistent, 0.0)),
    }
    pairs = measured.known & np.isfinite(found.moves) & (measured.mean > SIZABLE)
    inside = {name: (measured.mean >= lower) & (measured.mean <= upper) for name, (lower, upper) in bounds.items()}
    regions = np.array([area.region for area in areas()])
    rows = [("all", pairs)] + [(str(name), pairs & (regions == name)[None]) for name in np.unique(regions)]
    return pd.DataFrame(
        [
            {"destinations": name, "pairs": int(of.sum())}
            | {product: float(held[of].mean()) for product, held in inside.items()}
            for name, of in rows
            if of.any()
        ]
    )


def report_scores(known: Known, made: Series, sources: Path, panel: Panel, displaced: Floats) -> pd.DataFrame:
    """Scores against what OECD countries report, each reporter held out of the link: a row a direction and estimate."""
    reports, net = read_reports(sources), net_of_years(panel)
    directions = {
        "inflows": (counted_arrivals(known.world, made), reports.inflows, displaced),
        "outflows": (counted_returns(known.world, made), swapped(reports.outflows), np.zeros_like(displaced)),
    }
    rows = []
    for name, (counted, tables, fled) in directions.items():
        cells = cells_of(tables, OECD_YEARS[0])
        terms = report_terms(known.world, counted, net, fled)
        linked = np.expm1(hosts_left_out(terms, counted.least, cells))
        tried = {"moves, as reported": linked, **_report_rivals(panel, known, name, cells)}
        for estimate, persons in tried.items():
            rows.append({"reports": name, "estimate": estimate, **_against_reports(persons, cells)})
    return pd.DataFrame(rows)


def _report_rivals(panel: Panel, known: Known, direction: str, cells: ReportCells) -> dict[str, Floats]:
    """What `best` and a constant hazard say of reported cells: [cell], persons."""
    starts = [max(start for start in (2000, 2005, 2010, 2015, 2020) if start <= YEARS[year]) for year in cells.year]
    tables = {start: best_moves(panel, start).sum(axis=0) for start in set(starts)}
    ends = (cells.birthplace, cells.host) if direction == "inflows" else (cells.host, cells.birthplace)
    periods = {start: np.array(starts) == start for start in tables}
    best = np.zeros(len(starts))
    for start, here in periods.items():
        best[here] = tables[start][ends[0][here], ends[1][here]]
    stock = known.world.stocks.stock[cells.where]
    constant = np.zeros(len(stock))
    for host in np.unique(cells.host):
        here = cells.host == host
        constant[here] = stock[here] * cells.persons[~here].sum() / stock[~here].sum()
    return {"best (ours before)": best, "constant hazard of other hosts": constant}


def _against_reports(persons: Floats, cells: ReportCells) -> dict[str, float]:
    near = np.abs(np.log(np.maximum(persons, SMALLEST) / np.maximum(cells.persons, SMALLEST))) < np.log(3.0)
    return {
        "cells": len(persons),
        "log r": float(np.corrcoef(np.log1p(persons), np.log1p(cells.persons))[0, 1]),
        "factor 3": float(near.mean()),
        "common part": float(2.0 * np.minimum(persons, cells.persons).sum() / (persons.sum() + cells.persons.sum())),
    }
