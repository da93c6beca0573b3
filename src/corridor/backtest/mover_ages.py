"""Sexes and ages of movers against the UN's medium and the stock: what the classes of movers bring.

`scripts/fit_mover_ages.py` fits effects with what is here, and prints these tables, those of
`docs/results/mover-ages.md`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.areas import codes
from corridor.axes import AGES, MALE, SEXES
from corridor.calendar import BASE_YEAR, LAST_KNOWN
from corridor.demography.mover_classes import (
    CLASS_CURVES,
    CLASSES,
    STREAMS,
    Movers,
    class_schedules,
    mixed_schedules,
)
from corridor.demography.schedules import rogers_castro
from corridor.estimate.moves.mover_ages import (
    load_effects,
    male_share_of_moves,
    returning_odds,
    stock_by_sex,
    stream_weights,
)
from corridor.estimate.moves.mover_fit import FittedYear, Given, fit_movers, starting_logs
from corridor.estimate.moves.sexes import moves_of_year_by_sex
from corridor.projection.anchors import close_target
from corridor.projection.demand import movers_by_age
from corridor.projection.engine import advance, project, start_of
from corridor.projection.inputs import base_moves, years_of
from corridor.projection.leaving import move_by_age

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.estimate.moves.mover_fit import MoverFit
    from corridor.projection.inputs import Inputs
    from corridor.projection.leaving import Moved

    Leave = Callable[[Floats, Movers, Floats], tuple[Moved | None, Floats, Floats]]

CORRIDORS = (
    ("IND", "ARE"),
    ("BGD", "SAU"),
    ("PHL", "HKG"),
    ("UKR", "POL"),
    ("NPL", "QAT"),
    ("IDN", "MYS"),
    ("MEX", "USA"),
    ("UZB", "RUS"),
)
FITTED = (2030, 2050, 2075)
FIRST_FITTED = (2027, 2030, 2033)
"""Years that the fit sees; and those of the fit that sees the first years only."""
SHOWN = (BASE_YEAR, 2030, 2040, 2050, 2060, 2075, 2099)
USUAL = np.array([[0.5, 0.5, 0.0, -1.0], [-0.5, -0.5, 0.0, 1.0]])
"""Log shares of classes in the streams to which the mean of areas is drawn (our judgement)."""
UNCORRECTED = (2030, 2050)
MILLION = 1e6


def years_of_run(panel: Panel, inputs: Inputs) -> tuple[dict[int, FittedYear], Given]:
    """Run the anchor `un` and gather its years, and what the fit takes as given (its years to be filled in)."""
    run = project(inputs, "un")
    found = {}
    for position, year in enumerate(run.years):
        residents = run.population[position].sum(axis=(1, 2))
        target = close_target(inputs.un_net[position], inputs.un_net_by_age[position], residents)
        moved = run.immigrants[position] - run.emigrants[position] + run.correction[position]
        survivors = run.population[position + 1] - moved
        found[year] = FittedYear(run.flows[position], survivors, target.net_by_age)
    moves = base_moves(inputs.base, inputs.stock)
    share, odds = male_share_of_moves(moves, stock_by_sex(panel)), returning_odds(moves)
    return found, Given((), inputs.population, share, odds, stated_curves(), USUAL)


def stated_curves() -> Floats:
    """Logarithms of the stated curves' parameters: [class, sex, 6]."""
    return starting_logs([CLASS_CURVES[name] for name in CLASSES])


def correction_left(year: FittedYear, movers: Movers) -> float:
    """Persons whose age or sex would have to be corrected in a year with these movers."""
    _, emigrants, immigrants = move_by_age(year.moves, movers, year.survivors)
    return float(np.abs(year.net - immigrants + emigrants).sum() / 2.0)


def movers_of_fit(fit: MoverFit, given: Given) -> Movers:
    """Sexes and ages of movers as a fit has them."""
    ages = np.arange(given.people.shape[-1], dtype=float)
    curves: Floats = np.array([[rogers_castro(ages, sex) for sex in pair] for pair in fit.curves])
    schedules = mixed_schedules(curves, fit.effects.shares, given.people)
    return Movers(schedules, stream_weights(given.odds, fit.effects.leaning, given.male_share))


def curves_table(people: Floats) -> pd.DataFrame:
    """Parameters of the curves, the age of the peak, and the children and the old among movers of a population."""
    rows = []
    for name, schedules in zip(CLASSES, class_schedules(), strict=True):
        for sex, schedule, curve, group in zip(SEXES, schedules, CLASS_CURVES[name], people, strict=True):
            movers = schedule * group
            movers /= movers.sum()
            rows.append(
                {
                    "class": name,
                    "sex": sex,
                    "a1": f"{curve.a1:.3f}",
                    "alpha1": f"{curve.alpha1:.3f}",
                    "alpha2": f"{curve.alpha2:.3f}",
                    "lambda2": f"{curve.lambda2:.3f}",
                    "mu2": f"{curve.mu2:.2f}",
                    "c": f"{curve.c:.4f}",
                    "peak age": int(schedule[10:].argmax()) + 10,
                    "below 15 (%)": f"{100.0 * movers[:15].sum():.0f}",
                    "40 and over (%)": f"{100.0 * movers[40:].sum():.0f}",
                }
            )
    return pd.DataFrame(rows)


def streams_table(inputs: Inputs) -> pd.DataFrame:
    """Share of the streams in the moves of the first year, and of the classes in each stream, per cent."""
    flows, shares, weights = (
        base_moves(inputs.base, inputs.stock).sum(axis=0),
        load_effects().shares,
        inputs.movers.weights,
    )
    leaving = (flows * weights).sum(axis=-1)
    rows = []
    for sex, name in enumerate(SEXES):
        for stream, kind in enumerate(STREAMS):
            moved = leaving[sex, stream]
            mixed = (shares[sex, stream] * moved).sum(axis=1) / moved.sum()
            row = {"sex": name, "stream": kind, "of moves": f"{100.0 * moved.sum() / leaving.sum():.0f}"}
            rows.append(row | {each: f"{100.0 * share:.0f}" for each, share in zip(CLASSES, mixed, strict=True)})
    return pd.DataFrame(rows)


def male_table(panel: Panel, inputs: Inputs) -> pd.DataFrame:
    """Men among the movers of some corridors and back, beside the stock and the estimate by sex, per cent."""
    at, stock = {code: position for position, code in enumerate(codes())}, stock_by_sex(panel)
    estimated = moves_of_year_by_sex(panel, LAST_KNOWN).sum(axis=1)
    moved, _, _ = move_by_age(base_moves(inputs.base, inputs.stock).sum(axis=0), inputs.movers, inputs.population)
    rows = []
    for orig, dest in CORRIDORS:
        o, d = at[orig], at[dest]
        row = {"corridor": f"{orig} to {dest}", "stock": _men(stock[:, o, d])}
        for way, (one, other) in {"out": (o, d), "back": (d, o)}.items():
            by_age = moved.by_age(np.array([one]), np.array([other]))
            everyone = by_age.sum(axis=0)
            row |= {
                f"engine, {way}": _men(by_age.sum(axis=1)),
                f"moves by sex, {way}": _men(estimated[:, one, other]),
                f"mean age, {way}": f"{(everyone * (np.arange(AGES) + 0.5)).sum() / everyone.sum():.0f}",
            }
        rows.append(row)
    return pd.DataFrame(rows)


def _men(by_sex: Floats) -> str:
    return f"{100.0 * by_sex[MALE] / by_sex.sum():.0f}"


def one_schedule(inputs: Inputs) -> Leave:
    """Return how movers had their ages before: one schedule for all movers of the world."""

    def leave(flows: Floats, _movers: Movers, survivors: Floats) -> tuple[None, Floats, Floats]:
        """Return no ages of corridors; and emigrants and immigrants by area, sex and age, persons."""
        totals = flows.sum(axis=1)
        emigrants = movers_by_age(totals, inputs.schedule, survivors)
        per_move = np.divide(1.0, totals, out=np.zeros_like(totals), where=totals > 0)
        arrived = flows.T @ (emigrants * per_move[:, None, None]).reshape(len(totals), -1)
        return None, emigrants, arrived.reshape(emigrants.shape)

    return leave


def _corrections_table(found: dict[int, FittedYear], given: Given, inputs: Inputs) -> pd.DataFrame:
    """People whose age or sex must be corrected in a year, million: one schedule, classes, and classes fitted early."""
    early = fit_movers(replace(given, years=[found[year] for year in FIRST_FITTED]), free_curves=False)
    movers, before = movers_of_fit(early, given), one_schedule(inputs)
    rows = []
    for year in SHOWN:
        _, emigrants, immigrants = before(found[year].moves, inputs.movers, found[year].survivors)
        one = np.abs(found[year].net - immigrants + emigrants).sum() / 2.0
        rows.append(
            {
                "year": year,
                "one schedule": f"{one / MILLION:.1f}",
                "classes": f"{correction_left(found[year], inputs.movers) / MILLION:.1f}",
                "fitted to 2027-33 only": f"{correction_left(found[year], movers) / MILLION:.1f}",
            }
        )
    return pd.DataFrame(rows)


def uncorrected_table(panel: Panel, inputs: Inputs) -> pd.DataFrame:
    """Error of the population by age and sex against the UN when ages are never corrected, per cent."""
    rows = []
    for name, leave in {"one schedule": one_schedule(inputs), "classes": move_by_age}.items():
        people = uncorrected(inputs, leave, UNCORRECTED[-1])
        row = {"movers": name}
        for year in UNCORRECTED:
            un = years_of(panel, "population_july", (year,))[0]
            middle = (people[year] + people[year + 1]) / 2.0
            ours = np.add.reduceat(middle, np.arange(0, AGES, 5), axis=-1)
            row[str(year)] = f"{100.0 * np.abs(ours - un).sum() / un.sum():.2f}"
        rows.append(row)
    return pd.DataFrame(rows)


def uncorrected(inputs: Inputs, leave: Leave, last: int) -> dict[int, Floats]:
    """Follow the UN's net migration by area with the ages that `leave` gives: people [area, sex, age] by 1 January."""
    state = start_of(inputs)
    found = {inputs.years[0]: state.population}
    for position, year in enumerate(range(inputs.years[0], last + 1)):
        state, _ = advance(state, inputs, position, "un", lambda wanted: replace(wanted, leave=leave, correct=_never))
        found[year + 1] = state.population
    return found


def _never(emigrants: Floats, *_: Floats) -> Floats:
    return np.zeros_like(emigrants)


def tables(panel: Panel, inputs: Inputs) -> dict[str, pd.DataFrame]:
    """All tables of the page, by their titles."""
    found, given = years_of_run(panel, inputs)
    return {
        "Curves of the classes": curves_table(inputs.population.sum(axis=0)),
        f"Streams and classes in the moves of {BASE_YEAR}, per cent": streams_table(inputs),
        "Men among movers, per cent, and mean age of movers, years": male_table(panel, inputs),
        "People whose age or sex is corrected, million a year": _corrections_table(found, given, inputs),
        "Error by age and sex without any correction, per cent": uncorrected_table(panel, inputs),
    }
