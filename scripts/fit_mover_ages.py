"""Fit the effects of areas on the classes of movers anew, from today's base flows.

Run it with `python scripts/fit_mover_ages.py` when base flows, stocks by sex or the UN's revision have changed; it
needs nothing but the panel, and about a minute. It writes `src/corridor/estimate/mover_effects.csv` and prints how many
people must have their age or sex corrected with and without the fit. Two options write nothing: `--curves` fits the
curves of the classes too, which `corridor.demography.mover_classes` then states; `--only-first` sees the first years
alone, so that later ones are a test.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.data.panel import load_panel
from corridor.demography.mover_classes import CLASS_CURVES, CLASSES, STREAMS, Movers, mixed_schedules
from corridor.demography.schedules import RogersCastro, rogers_castro
from corridor.estimate.mover_ages import (
    EFFECTS_FILE,
    MoverEffects,
    effects_frame,
    male_share_of_moves,
    returning_odds,
    stock_by_sex,
    stream_weights,
)
from corridor.estimate.mover_fit import FittedYear, Given, fit_movers, starting_logs
from corridor.projection.anchors import close_target
from corridor.projection.engine import project
from corridor.projection.inputs import base_moves, load_inputs
from corridor.projection.leaving import move_by_age

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.estimate.mover_fit import Fit

FITTED = (2030, 2050, 2075)
FIRST_FITTED = (2027, 2030, 2033)
SHOWN = (2025, 2030, 2040, 2050, 2060, 2075, 2099)
DECIMALS = 3
START = (
    (RogersCastro(0.023, 0.14, 1.0, 0.50, 0.29, 22.4, 3e-4), RogersCastro(0.040, 0.12, 1.0, 0.50, 0.25, 23.5, 3e-4)),
    (RogersCastro(0.033, 0.15, 1.0, 0.26, 0.29, 27.8, 3e-4), RogersCastro(0.020, 0.30, 1.0, 0.36, 0.29, 27.3, 3e-4)),
    (RogersCastro(1.000, 0.07, 1.0, 0.20, 0.30, 30.0, 5e-4), RogersCastro(1.000, 0.07, 1.0, 0.20, 0.30, 33.0, 5e-4)),
    (RogersCastro(0.060, 0.10, 1.0, 0.03, 0.33, 36.2, 5e-4), RogersCastro(0.042, 0.12, 1.0, 0.03, 0.32, 38.4, 5e-4)),
)
"""Curves to which the fitted ones are drawn, one pair a class: our judgement after trying many starts."""
USUAL = np.array([[0.5, 0.5, 0.0, -1.0], [-0.5, -0.5, 0.0, 1.0]])
"""Log shares of classes in the streams to which the mean of areas is drawn (our judgement)."""


def years_of_run(panel: Panel) -> tuple[dict[int, FittedYear], Given]:
    """Run the anchor `un` and gather its years, and what the fit takes as given (its years to be filled in)."""
    inputs = load_inputs(panel)
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
    return found, Given((), inputs.population, share, odds, starting_logs(START), USUAL)


def correction_left(year: FittedYear, movers: Movers) -> float:
    """Persons whose age or sex would have to be corrected in a year with these movers."""
    _, emigrants, immigrants = move_by_age(year.moves, movers, year.survivors)
    return float(np.abs(year.net - immigrants + emigrants).sum() / 2.0)


def movers_of_fit(fit: Fit, given: Given) -> Movers:
    """Sexes and ages of movers as a fit has them."""
    ages = np.arange(given.people.shape[-1], dtype=float)
    curves: Floats = np.array([[rogers_castro(ages, sex) for sex in pair] for pair in fit.curves])
    schedules = mixed_schedules(curves, fit.effects.shares, given.people)
    return Movers(schedules, stream_weights(given.odds, fit.effects.leaning, given.male_share))


def show(fit: Fit, found: dict[int, FittedYear], given: Given, years: Sequence[int]) -> None:
    """Print the curves, the mean composition of streams, and what remains."""
    print(f"fitted to {years}: loss {fit.loss:.4f} after {fit.steps} steps")
    for name, pair in zip(CLASSES, fit.curves, strict=True):
        for curve in pair:
            print(f"  {name}: {curve}")
    for sex, streams in zip(("women", "men"), fit.effects.shares.mean(axis=-1), strict=True):
        for stream, shares in zip(STREAMS, streams, strict=True):
            print(f"  {sex}, {stream}: " + ", ".join(f"{c} {s:.2f}" for c, s in zip(CLASSES, shares, strict=True)))
    movers = movers_of_fit(fit, given)
    for year in SHOWN:
        print(f"  {year}: {correction_left(found[year], movers) / 1e6:.2f} million to be corrected")


def main() -> None:
    """Fit, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--curves", action="store_true", help="fit the curves too and write nothing")
    parser.add_argument("--only-first", action="store_true", help="fit the first years only and write nothing")
    chosen = parser.parse_args()
    years = FIRST_FITTED if chosen.only_first else FITTED
    found, given = years_of_run(load_panel())
    start = given.start if chosen.curves else starting_logs([CLASS_CURVES[name] for name in CLASSES])
    given = replace(given, years=[found[year] for year in years], start=start)
    fit = fit_movers(given, free_curves=chosen.curves)
    show(fit, found, given, years)
    if not (chosen.curves or chosen.only_first):
        write(fit, EFFECTS_FILE)


def write(fit: Fit, path: Path) -> None:
    """Write effects; what is common to all classes of a stream has no meaning and is taken out."""
    composition = fit.effects.composition
    effects = MoverEffects(fit.effects.leaning, composition - composition.mean(axis=2, keepdims=True))
    effects_frame(effects).to_csv(path, index=False, float_format=f"%.{DECIMALS}f")
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
