"""What is known of every corridor in a span of years, as the terms of the model of moves.

Three groups: terms of the hazard of return (of people born in b who live in d), terms of the remainder (moves that no
stock explains), and features that make corridors alike (`correction`). Terms are standardised over all pairs of areas
in the years of the fit, so a coefficient says by how much a typical difference moves the logarithm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import codes
from corridor.axes import MALE
from corridor.data.rules.filled import GDP_PER_HEAD
from corridor.estimate.gravity.gravity_floor import label_distance_km
from corridor.estimate.moves.entry import free_movement, visa_free
from corridor.estimate.moves.sources import AGE_GROUPS, OLD_DATES
from corridor.estimate.moves.stocks import STOCK_DATES, YEARS, YearlyStocks, between

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.estimate.moves.sources import Ties

PRESENT = 50.0
"""Added to stocks before ratios are taken, persons (our judgement)."""
NEAREST_KM = 50.0
"""Countries count as at least so far apart, km (our judgement)."""
WORKING_YOUNG = ("15-19", "20-24", "25-29", "30-34")
YOUTH = slice(3, 8)
"""Five-year groups of the population that move most: 15 to 39."""
FURTHEST = 4.0
"""A standardised term is never further from its mean, so that no area is beyond what was seen (our judgement)."""
DYING_OUT = 0.0175
"""Share of the settled that is lost in a year, deaths and late returns together (our judgement: the published stocks of
the migrations of the forties shrink so)."""
SETTLED_BEFORE = 1985.0
"""Who was there on one of the dates of stocks before and is there still has settled (our judgement)."""
REVISED = 0.25
"""A stock since 1990 may be so much too small and still leave room for the settled (our judgement: revisions)."""
MANY_FOREIGN = 0.2
"""Share of foreign-born residents above which a country counts as one of foreign workers (our judgement)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a span of years.

    Attributes
    ----------
    stock, growth : [birthplace, residence], persons, and persons a year, without the settled (`settled_share`)
    displaced : [birthplace, residence], the part of the growth that war explains, persons a year
    settled : [birthplace, residence], the settled, persons
    mortality : [residence], deaths a year per foreign-born person
    hazard : name -> [birthplace, residence], terms of the hazard of return
    remainder : name -> [orig, dest], terms of the remainder
    likeness : name -> [orig, dest], features of corridors that do not depend on a model
    """

    stock: Floats
    growth: Floats
    displaced: Floats
    settled: Floats
    mortality: Floats
    hazard: Mapping[str, Floats]
    remainder: Mapping[str, Floats]
    likeness: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Background:
    """What all spans of years are cut from; years are `YEARS`.

    Attributes
    ----------
    stocks : of all years
    old : [date, birthplace, residence], stocks on 1 July from 1960 on, persons
    old_dates : their dates, years with a fraction
    male : [year, birthplace, residence], share of men in the stock, 0..1
    refugees : [year, birthplace, residence], refugees and people in need of protection, persons
    people : [year, area], persons
    youth : [year, area], share of the ages 15 to 39
    income : [year, area], product per head, 2021 dollars at purchasing power parity
    free : [year, orig, dest], free movement, 0 or 1
    visa_free : [orig, dest], no visa needed in 2025, 0 or 1
    distance : [orig, dest], km
    ties : ties between countries
    """

    stocks: YearlyStocks
    old: Floats
    old_dates: Floats
    male: Floats
    refugees: Floats
    people: Floats
    youth: Floats
    income: Floats
    free: Floats
    visa_free: Floats
    distance: Floats
    ties: Ties


def background(panel: Panel, ties: Ties, stocks: YearlyStocks) -> Background:
    """Gather what the facts of all years are made of."""
    population = panel.array("population_july")[: len(YEARS)].sum(axis=-2)
    by_sex = panel.array("migrant_stock")
    with_prior = by_sex + PRESENT / 10.0 / 2.0
    apart = np.where(np.isfinite(ties.distance), ties.distance, label_distance_km())
    return Background(
        stocks=stocks,
        old=np.concatenate([ties.old_stocks, stocks.at_dates]),
        old_dates=np.concatenate([np.array(OLD_DATES) + 0.5, STOCK_DATES]),
        male=between(with_prior[:, MALE] / with_prior.sum(axis=1), STOCK_DATES),
        refugees=refugees(panel),
        people=population.sum(axis=-1),
        youth=population[..., YOUTH].sum(axis=-1) / population.sum(axis=-1),
        income=_income_of_years(panel),
        free=free_movement(),
        visa_free=visa_free(panel),
        distance=np.maximum(apart, NEAREST_KM),
        ties=ties,
    )


def refugees(panel: Panel) -> Floats:
    """Refugees, asylum seekers and others in need of protection: [year, birthplace, residence], persons."""
    frame = panel.frame("displaced_population")
    frame = frame[frame["year"].isin(YEARS)]
    persons = frame[["refugees", "asylum_seekers", "other_in_need_of_protection"]].fillna(0.0).sum(axis=1)
    areas = pd.Index(codes())
    found = np.zeros((len(YEARS), len(areas), len(areas)))
    places = [areas.get_indexer(pd.Index(frame[end])) for end in ("origin", "asylum")]
    found[frame["year"].to_numpy() - YEARS[0], places[0], places[1]] = persons.to_numpy(dtype=np.float64)
    return found


def _income_of_years(panel: Panel) -> Floats:
    """Product per head of all areas: [year, area], 2021 dollars at purchasing power parity.

    A missing year takes the nearest known one; an area without any takes that of the pathway SSP2 in 2020, on the scale
    of the others.
    """
    rows = panel.frame("wdi")
    rows = rows[rows["indicator"] == GDP_PER_HEAD]
    known = rows.pivot_table(index="year", columns="area", values="value")
    known = known.reindex(index=list(YEARS), columns=list(codes())).ffill().bfill()
    scenario = panel.coordinates("income", "scenario").index("SSP2")
    pathway = panel.array("income")[scenario, panel.coordinates("income", "year").index(2020)]
    in_2020 = known.loc[2020].to_numpy(dtype=np.float64)
    scale = float(np.nanmedian(in_2020 / pathway))
    return np.where(np.isnan(known.to_numpy(dtype=np.float64)), scale * pathway, known.to_numpy(dtype=np.float64))


@dataclass(frozen=True, slots=True)
class _Span:
    """Means over the years of a span, and what several groups of terms are made of: [orig, dest] or [area]."""

    world: Background
    stock: Floats
    growth: Floats
    male: Floats
    exiles: Floats
    free: Floats
    people: Floats
    youth: Floats
    income: Floats
    foreign: Floats
    emigrants: Floats
    earlier: Mapping[int, Floats]


def _span(world: Background, at: Sequence[int], middle: float) -> _Span:
    stock, people = world.stocks.stock[at].mean(axis=0), world.people[at].mean(axis=0)
    return _Span(
        world,
        stock,
        growth=world.stocks.growth[at].mean(axis=0),
        male=world.male[at].mean(axis=0),
        exiles=np.clip(world.refugees[at].mean(axis=0) / (stock + PRESENT), 0.0, 1.2),
        free=world.free[at].mean(axis=0),
        people=np.log(people),
        youth=world.youth[at].mean(axis=0),
        income=np.log(world.income[at].mean(axis=0)),
        foreign=np.log(stock.sum(axis=0) / people + 0.001),
        emigrants=np.log(stock.sum(axis=1) / people + 0.001),
        earlier={lag: _over_today(world, stock, middle - lag) for lag in (9, 20, 30)},
    )


def facts(world: Background, years: Sequence[int]) -> Facts:
    """Gather the facts of a span of years: means over the years."""
    at, middle = [YEARS.index(year) for year in years], float(np.mean(years)) + 0.5
    span = _span(world, at, middle)
    stock, settled = span.stock, settled_share(world, span.stock, middle)
    displaced = world.stocks.displaced[at].mean(axis=0)
    alike, alike_in = _likeness_of_places(stock)
    third = np.log1p(through_third_countries(stock))
    return Facts(
        (1.0 - settled) * stock,
        moving_growth(span.growth, displaced, settled),
        displaced,
        settled * stock,
        world.stocks.mortality[at].mean(axis=0),
        _hazard(span),
        _remainder(span, third, alike),
        _likeness(span, third, alike, alike_in),
    )


def _hazard(span: _Span) -> dict[str, Floats]:
    ties = span.world.ties
    return {
        "size of the stock": np.log(span.stock + 100.0),
        "men in excess": np.maximum(span.male - 0.55, 0.0),
        "women in excess": np.maximum(0.45 - span.male, 0.0),
        "host counts citizenship": _host(ties.by_citizenship),
        "young among the host's foreign-born": _host(_share_of_groups(ties.ages_abroad)),
        "shrinkage of the stock": np.clip(span.earlier[9], 0.0, 2.0),
        "visa-free entry": span.world.visa_free,
        "free movement": span.free,
        "income of the host": _host(span.income),
        "stock 20 years before": span.earlier[20],
        "stock 30 years before": span.earlier[30],
        "refugees in the stock": span.exiles,
        "foreign-born among the host's residents": _host(span.foreign),
    }


def _remainder(span: _Span, third: Floats, alike: Floats) -> dict[str, Floats]:
    people, income, foreign, ties = span.people, span.income, span.foreign, span.world.ties
    of_workers = _host(np.maximum(foreign - np.log(MANY_FOREIGN), 0.0))
    return {
        "people at the origin": _home(people),
        "people at the destination": _host(people),
        "small or large origin": _home((people - 16.0) ** 2),
        "small or large destination": _host((people - 16.0) ** 2),
        "distance": np.log(span.world.distance),
        "languages spoken": ties.spoken,
        "religions": ties.religion,
        "income of the origin": _home(income),
        "income of the destination": _host(income),
        "youth of the origin": _home(span.youth),
        "youth of the destination": _host(span.youth),
        "foreign-born at the destination": _host(foreign),
        "foreign workers' destination, income of the origin": of_workers * _home(income - 9.0),
        "scholars": np.log1p(ties.scholars),
        "third-country-born": third,
        "likeness of emigrants": alike,
        "visa-free return": span.world.visa_free.T,
    }


def _likeness(span: _Span, third: Floats, alike: Floats, alike_in: Floats) -> dict[str, Floats]:
    lone, male, ties = np.log(span.stock + 100.0), span.male, span.world.ties
    terms = {
        "stock": lone,
        "stock the other way": lone.T,
        "men in the stock": male,
        "men in the stock the other way": male.T,
        "growth": _signed_log(span.growth),
        "growth the other way": _signed_log(span.growth.T),
        "stock 20 years before": span.earlier[20],
        "stock 30 years before": span.earlier[30],
        "refugees": span.exiles,
        "refugees the other way": span.exiles.T,
        "distance": np.log(span.world.distance),
        "languages spoken": ties.spoken,
        "scholars": np.log1p(ties.scholars),
        "third-country-born": third,
        "likeness of emigrants": alike,
        "likeness of immigrants": alike_in,
        "visa-free entry": span.world.visa_free,
        "free movement": span.free,
        "young among the foreign-born": _host(_share_of_groups(ties.ages_abroad)),
        "men among the foreign-born": _host(_host_share_of_men(span.stock, male)),
    }
    of_areas = {"income": span.income, "people": span.people, "foreign": span.foreign, "abroad": span.emigrants}
    for name, of_area in of_areas.items():
        terms |= {f"{name} of the origin": _home(of_area), f"{name} of the destination": _host(of_area)}
    return terms


def settled_share(world: Background, stock: Floats, date: float) -> Floats:
    """Share of a stock that has been there since 1960, 1970 or 1980: [birthplace, residence], 0..1.

    As many of that early stock as are left when they die out slowly, and never more than any later stock leaves room
    for. Who has stayed for forty years no longer moves: the partition of India, the war of 1971, the guest workers of
    the sixties. Stocks that people came to and left since then have grown or were small in between.

    Parameters
    ----------
    stock : [birthplace, residence], of the years around `date`, persons
    date : year with a fraction
    """
    settled = np.zeros_like(stock)
    for start in world.old_dates[world.old_dates < min(SETTLED_BEFORE, date)]:
        left = np.full_like(stock, np.inf)
        for then, of_date in zip(world.old_dates, world.old, strict=True):
            if start <= then <= date:
                room = of_date * (1.0 + REVISED * (then > SETTLED_BEFORE))
                left = np.minimum(left, room * np.exp(-DYING_OUT * (date - then)))
        settled = np.maximum(settled, left)
    share: Floats = np.clip(settled / (stock + PRESENT), 0.0, 1.0)
    return share


def moving_growth(growth: Floats, displaced: Floats, settled: Floats) -> Floats:
    """Growth of a stock without the settled: [birthplace, residence], persons a year.

    Changes of a settled stock are deaths or revisions of the count, except what displacement explains.
    """
    calm = growth - displaced
    moving: Floats = displaced + (1.0 - settled) * calm
    return moving


def _home(values: Floats) -> Floats:
    """Repeat values of origins (or birthplaces) for all destinations: [orig, dest]."""
    return np.repeat(values[:, None], len(values), axis=1)


def _host(values: Floats) -> Floats:
    """Repeat values of destinations (or residences) for all origins: [orig, dest]."""
    return np.repeat(values[None], len(values), axis=0)


def _share_of_groups(ages_abroad: Floats) -> Floats:
    """Share of the young of working age among the foreign-born: [residence], the mean of the others where unknown."""
    share = ages_abroad[:, [AGE_GROUPS.index(group) for group in WORKING_YOUNG]].sum(axis=1)
    filled: Floats = np.where(np.isnan(share), np.nanmean(share), share)
    return filled


def _over_today(world: Background, stock: Floats, date: float) -> Floats:
    """Logarithm of the stock of an earlier date over today's: [birthplace, residence], -3 to 3."""
    dates = world.old_dates
    at = min(max(date, dates[0]), dates[-1])
    left = min(max(int(np.searchsorted(dates, at, side="right")) - 1, 0), len(dates) - 2)
    share = (at - dates[left]) / (dates[left + 1] - dates[left])
    then = (1.0 - share) * world.old[left] + share * world.old[left + 1]
    ratio: Floats = np.clip(np.log((then + PRESENT) / (stock + PRESENT)), -3.0, 3.0)
    return ratio


def through_third_countries(stock: Floats) -> Floats:
    """People born in third countries who live at both ends: sum over b of S_bo S_bd / S_b, [orig, dest], persons."""
    abroad = stock.sum(axis=1, keepdims=True) + 1.0
    shared: Floats = stock.T @ (stock / abroad)
    np.fill_diagonal(shared, 0.0)
    return shared


def _likeness_of_places(stock: Floats) -> tuple[Floats, Floats]:
    """How alike two areas are in where their emigrants live, and in where their immigrants come from: two [area, area].

    Cosines of the square roots of shares (Bhattacharyya 1943), 0 to 1.
    """
    leaving = np.sqrt(stock / (stock.sum(axis=1, keepdims=True) + 1.0))
    arriving = np.sqrt(stock / (stock.sum(axis=0, keepdims=True) + 1.0))
    return leaving @ leaving.T, arriving.T @ arriving


def _host_share_of_men(stock: Floats, male: Floats) -> Floats:
    share: Floats = ((stock * male).sum(axis=0) + PRESENT / 2.0) / (stock.sum(axis=0) + PRESENT)
    return share


def _signed_log(values: Floats) -> Floats:
    signed: Floats = np.sign(values) * np.log1p(np.abs(values))
    return signed


@dataclass(frozen=True, slots=True)
class Scale:
    """Means and standard deviations of terms over all pairs of different areas: both [term]."""

    mean: Floats
    deviation: Floats

    def applied(self, values: Floats) -> Floats:
        """Standardise terms [orig, dest, term], none further than `FURTHEST` from the mean."""
        standard: Floats = np.clip((values - self.mean) / self.deviation, -FURTHEST, FURTHEST)
        return standard


def scale_of(values: Floats) -> Scale:
    """Return the scale of terms [orig, dest, term]."""
    apart = values[~np.eye(len(values), dtype=np.bool_)]
    deviation = apart.std(axis=0)
    return Scale(apart.mean(axis=0), np.where(deviation > 0.0, deviation, 1.0))


def stacked(terms: Mapping[str, Floats]) -> Floats:
    """Stack terms as [orig, dest, term]."""
    return np.stack(list(terms.values()), axis=-1)
