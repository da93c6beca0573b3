"""Fit the effects of areas on the classes of movers anew, from today's base flows.

Run it with `python scripts/fit_mover_ages.py` when base flows, stocks by sex or the UN's revision have changed; it
needs nothing but the panel, and about a minute. It writes `src/corridor/estimate/moves/mover_effects.csv` and prints
how many people must still have their age or sex corrected. Three options write nothing: `--curves` fits the curves of
the classes too, which `corridor.demography.mover_classes` then states; `--tables` prints those of
`docs/results/mover-ages.md`. `--sources FOLDER` holds the ages of movers against those of registered Filipino
emigrants.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from seal import seal

from corridor.areas import codes
from corridor.backtest.mover_ages import (
    FITTED,
    SHOWN,
    correction_left,
    movers_of_fit,
    tables,
    years_of_run,
)
from corridor.data.panel import load_panel
from corridor.demography.mover_classes import CLASSES, STREAMS
from corridor.demography.schedules import RogersCastro
from corridor.estimate.moves.mover_ages import EFFECTS_FILE, MoverEffects, effects_frame
from corridor.estimate.moves.mover_fit import FittedYear, Given, MoverFit, fit_movers, starting_logs
from corridor.projection.inputs import base_moves, load_inputs
from corridor.projection.leaving import move_by_age

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.projection.inputs import Inputs
DECIMALS = 3
FILIPINO_YEARS = (2015, 2019)
FILIPINO_HOSTS = ("USA", "CAN", "AUS", "JPN", "NZL", "ITA", "GBR", "KOR", "DEU", "ESP")
"""Where permanent emigrants from the Philippines go."""
FILIPINO_AGES = (0, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70)
START = (
    (RogersCastro(0.023, 0.14, 1.0, 0.50, 0.29, 22.4, 3e-4), RogersCastro(0.040, 0.12, 1.0, 0.50, 0.25, 23.5, 3e-4)),
    (RogersCastro(0.033, 0.15, 1.0, 0.26, 0.29, 27.8, 3e-4), RogersCastro(0.020, 0.30, 1.0, 0.36, 0.29, 27.3, 3e-4)),
    (RogersCastro(1.000, 0.07, 1.0, 0.20, 0.30, 30.0, 5e-4), RogersCastro(1.000, 0.07, 1.0, 0.20, 0.30, 33.0, 5e-4)),
    (RogersCastro(0.060, 0.10, 1.0, 0.03, 0.33, 36.2, 5e-4), RogersCastro(0.042, 0.12, 1.0, 0.03, 0.32, 38.4, 5e-4)),
)
"""Curves to which the fitted ones are drawn, one pair a class: our judgement after trying many starts."""


def summary(fit: MoverFit, found: dict[int, FittedYear], given: Given, years: Sequence[int]) -> str:
    """Return the curves, the mean composition of streams, and what remains to be corrected."""
    lines = [f"fitted to {years}: loss {fit.loss:.4f} after {fit.steps} steps"]
    lines += [f"  {name}: {curve}" for name, pair in zip(CLASSES, fit.curves, strict=True) for curve in pair]
    for sex, streams in zip(("women", "men"), fit.effects.shares.mean(axis=-1), strict=True):
        for stream, shares in zip(STREAMS, streams, strict=True):
            mixed = ", ".join(f"{name} {share:.2f}" for name, share in zip(CLASSES, shares, strict=True))
            lines.append(f"  {sex}, {stream}: {mixed}")
    movers = movers_of_fit(fit, given)
    lines += [f"  {year}: {correction_left(found[year], movers) / 1e6:.2f} million to be corrected" for year in SHOWN]
    return "\n".join(lines) + "\n"


def filipino_check(sources: Path, inputs: Inputs) -> str:
    """How far ages of movers from the Philippines are from those of registered emigrants, which no fit has seen."""
    table = pd.read_csv(sources / "flows_reported" / "cfo_filipino_emigrants_by_age_1981_2020.csv")
    table = table[table["year"].between(*FILIPINO_YEARS) & ~table["age_group"].str.startswith("Not")]
    registered = table.groupby("age_group")["emigrants"].sum().to_numpy(dtype=float)
    home, hosts = (np.array([codes().index(code) for code in each]) for each in (("PHL",), FILIPINO_HOSTS))
    moved, _, _ = move_by_age(base_moves(inputs.base, inputs.stock).sum(axis=0), inputs.movers, inputs.population)
    one_schedule = inputs.schedule * inputs.population[home[0]]
    words = []
    for name, movers in {"classes": moved.by_age(home, hosts), "one schedule": one_schedule}.items():
        ages = np.add.reduceat(movers.sum(axis=0), FILIPINO_AGES)
        off = np.abs(ages / ages.sum() - registered / registered.sum()).sum() / 2.0
        words.append(f"{name} {100.0 * off:.0f} %")
    return "Filipino emigrants, ages that differ: " + ", ".join(words) + "\n"


def markdown(frame: pd.DataFrame) -> str:
    """Lay a table of words out."""
    rows = [list(frame.columns), ["---"] * len(frame.columns), *frame.astype(str).to_numpy().tolist()]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def main() -> None:
    """Fit, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--curves", action="store_true", help="fit the curves too and write nothing")
    parser.add_argument("--tables", action="store_true", help="print the tables of the page and write nothing")
    parser.add_argument("--sources", type=Path, help="folder of sources: check with registered Filipino emigrants")
    chosen = parser.parse_args()
    panel = load_panel()
    inputs = load_inputs(panel)
    if chosen.sources:
        sys.stdout.write(filipino_check(chosen.sources, inputs))
        return
    if chosen.tables:
        for title, table in tables(panel, inputs).items():
            sys.stdout.write(f"{title}\n\n{markdown(table)}\n")
        return
    found, given = years_of_run(panel, inputs)
    start = starting_logs(START) if chosen.curves else given.start
    given = replace(given, years=[found[year] for year in FITTED], start=start)
    fit = fit_movers(given, free_curves=chosen.curves)
    sys.stdout.write(summary(fit, found, given, FITTED))
    if not chosen.curves:
        write(fit, EFFECTS_FILE)
        seal()


def write(fit: MoverFit, path: Path) -> None:
    """Write effects; what is common to all classes of a stream has no meaning and is taken out."""
    composition = fit.effects.composition
    effects = MoverEffects(fit.effects.leaning, composition - composition.mean(axis=2, keepdims=True))
    effects_frame(effects).to_csv(path, index=False, float_format=f"%.{DECIMALS}f")
    sys.stdout.write(f"wrote {path}\n")


if __name__ == "__main__":
    main()
