"""Replicate published results of climate, income and migration with our own functions, and write down what differs.

Run it with `python scripts/replicate_climate.py ORACLE [docs/results/replications.md]`: the folder of reference
outputs, and the page to write, where it is wanted; otherwise it is printed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from page_tables import publish

from corridor import areas
from corridor.data.panel import load_panel
from corridor.data.readers.climate import SCENARIOS
from corridor.drivers import damages
from corridor.drivers.channels import slow_onset
from corridor.drivers.channels.slow_onset import hoffmann_beta, load_slow_onset
from corridor.drivers.damages import burke_hsiang_miguel, growth_effect, load_base_temperature, lost_share
from corridor.drivers.parameters import central_values
from corridor.drivers.temperature import global_warming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats
    from corridor.data.panel import Panel

CODES_ELSEWHERE = {"ROM": "ROU", "ZAR": "COD"}
BHM_YEARS = 90
"""2010 to 2099: warming rises by a ninetieth of its whole in each year after the first."""
QUANTILES = {"p05": 5.0, "central": 50.0, "p95": 95.0}
KW_SHOWN_AT = 2.0
"""Warming at which losses of Kalkuhl and Wenz are shown, K."""
CENTRAL = central_values((*damages.CHANNEL.parameters, *slow_onset.CHANNEL.parameters), {})


def ar6(panel: Panel, oracle: Path) -> pd.DataFrame:
    """Return our warming less the file's in K: a row a scenario and year, a column a quantile."""
    published = pd.read_csv(oracle / "climate" / "ar6_assessed_gsat_20yr_mean_above_1850_1900.csv")
    parts = []
    for scenario, rows in published.groupby("scenario"):
        at = np.array([*QUANTILES.values()])
        ours = global_warming(panel, SCENARIOS[str(scenario)], rows["centre_year"].tolist(), at).T
        parts.append(pd.DataFrame(ours - rows[[*QUANTILES]], columns=[*QUANTILES]).assign(scenario=scenario))
    return pd.concat(parts, ignore_index=True)


def bhm(oracle: Path) -> pd.DataFrame:
    """Return changes of income per head in 2099 under RCP8.5, percent: index area, columns ours, SSP3, SSP5."""
    rows = pd.read_csv(oracle / "climate" / "bhm2015_country_rcp85_reproduced.csv")
    rows = rows.replace({"iso_bhm": CODES_ELSEWHERE}).set_index("iso_bhm")
    warming = rows["dT_RCP85"].to_numpy() * np.arange(BHM_YEARS)[:, None] / BHM_YEARS
    log_ratio = burke_hsiang_miguel(rows["meantemp_1980_2010"].to_numpy(), warming[None], CENTRAL)[0, -1]
    return pd.DataFrame(
        {
            "ours": 100.0 * np.expm1(log_ratio),
            "SSP3": rows["pct_change_gdppc_2099_SSP3"],
            "SSP5": rows["pct_change_gdppc_2099_SSP5"],
        },
        index=rows.index,
    )


def bhm_growth(oracle: Path, pathway: str) -> pd.DataFrame:
    """Return the steady growth that turns our changes into theirs, a year: index area, `growth`, `left` (in logs)."""
    rows = pd.read_csv(oracle / "climate" / "bhm2015_country_rcp85_reproduced.csv")
    base = rows["meantemp_1980_2010"].to_numpy()
    warming = rows["dT_RCP85"].to_numpy() * np.arange(1, BHM_YEARS)[:, None] / BHM_YEARS
    effect = growth_effect(base, warming, CENTRAL["damages.bhm_linear"], CENTRAL["damages.bhm_quadratic"])
    tried = np.linspace(-0.01, 0.1, 221)
    theirs = np.log1p(rows[f"pct_change_gdppc_2099_{pathway}"].to_numpy() / 100.0)
    apart = np.abs([np.log1p(effect / (1.0 + growth)).sum(axis=0) - theirs for growth in tried])
    return pd.DataFrame({"growth": tried[apart.argmin(axis=0)], "left": apart.min(axis=0)}, index=rows["iso_bhm"])


def bhm_world(panel: Panel, changes: pd.DataFrame) -> float:
    """Return the change of the world's product in 2099, percent, with the weights of SSP5 in 2100 (SSP 2024)."""
    ssp = panel.frame("ssp").query("scenario == 'SSP5' and year == 2100").set_index("area")["gdp_ppp"]
    product = ssp.reindex(changes.index).fillna(0.0)
    return float((product * changes["ours"]).sum() / product.sum())


def kalkuhl_wenz(panel: Panel, oracle: Path) -> pd.DataFrame:
    """Return what CICA members lose at 2 K, percent, and their linear coefficients: index area.

    Columns: `file` from the country table; `published` and `surface` from our one formula, with the published and with
    our surface's temperature; `linear` and `linear_file`, the coefficients of dT, the first with published temperature.
    """
    table = pd.read_csv(oracle / "climate" / "kw2020_country_damage_cica.csv").set_index("countrycode").sort_index()
    other = pd.read_csv(oracle / "climate" / "bhm2015_country_rcp85_reproduced.csv").set_index("iso_bhm")
    at = [areas.codes().index(code) for code in table.index]
    temperature = {
        "published": other["meantemp_1980_2010"].reindex(table.index).to_numpy(),
        "surface": load_base_temperature(panel)[at],
    }
    linear, quadratic = CENTRAL["damages.kw_linear"], CENTRAL["damages.kw_quadratic"]
    at_2_k = np.full(len(table), KW_SHOWN_AT)
    losses = {name: 100.0 * lost_share(base, at_2_k, linear, quadratic) for name, base in temperature.items()}
    by_file = lost_share(np.zeros(len(table)), at_2_k, table["beta1_KW"].to_numpy(), table["beta2_KW"].to_numpy())
    return pd.DataFrame(
        {
            "file": 100.0 * by_file,
            **losses,
            "linear": linear + 2.0 * quadratic * temperature["published"],
            "linear_file": table["beta1_KW"],
        },
        index=table.index,
    )


def kalkuhl_wenz_paths(oracle: Path) -> pd.DataFrame:
    """Return losses of the reference file and ours from its own warming and the country coefficients, percent."""
    rows = pd.read_csv(oracle / "climate" / "cica_damage_bhm_vs_kw_computed.csv")
    table = pd.read_csv(oracle / "climate" / "kw2020_country_damage_cica.csv").set_index("countrycode")
    own = table.loc[rows["iso3"]]
    warming = rows["dT_country_vs_2011_20"].to_numpy()
    shares = lost_share(np.zeros(len(rows)), warming, own["beta1_KW"].to_numpy(), own["beta2_KW"].to_numpy())
    return pd.DataFrame({"file": rows["KW_level_pct"], "ours": -100.0 * shares, "linear": own["beta1_KW"].to_numpy()})


def hoffmann(panel: Panel, oracle: Path) -> pd.DataFrame:
    """Return betas of CICA members: the file's, ours from its own columns, and ours from today's groups."""
    rows = pd.read_csv(oracle / "climate" / "hoffmann2020_cica_beta_computed.csv").set_index("iso3")
    own = [rows[name].to_numpy() for name in ("L", "LM", "UM", "agr", "conflict_mepv_5")]
    today = load_slow_onset(panel)
    now = hoffmann_beta(
        today.low_income, today.lower_middle, today.upper_middle, today.agricultural, today.conflict, draws=CENTRAL
    )
    at = [areas.codes().index(code) for code in rows.index]
    ours = hoffmann_beta(*own, draws=CENTRAL)[0]
    return pd.DataFrame({"file": rows["beta"], "ours": ours, "today": now[0, at]}, index=rows.index)


def hump(oracle: Path) -> pd.DataFrame:
    """Return turning points of emigration in income per head: the file's, ours, and how far rounding can move them."""
    rows = pd.read_csv(oracle / "climate" / "migration_hump_fit_computed.csv").set_index("decade")
    linear, square = rows["ln_gdppc"], rows["ln_gdppc_sq"]
    step = 5e-6
    moved = (step + step * linear / square.abs()) / (2.0 * square.abs())
    ours = turning_point(linear.to_numpy(), square.to_numpy())
    return pd.DataFrame({"file": rows["turning_point_2005ppp"], "ours": ours, "rounding": ours * np.expm1(moved)})


def turning_point(linear: Floats, square: Floats) -> Floats:
    """Return where a parabola in the log of income turns, in income."""
    turn: Floats = np.exp(-linear / (2.0 * square))
    return turn


def page(panel: Panel, oracle: Path) -> str:
    """Return the page of replications."""
    income = bhm(oracle)
    return f"""# Replications

This page compares the results of published studies of climate, income and migration with the results of Corridor's
functions from the same inputs. `scripts/replicate_climate.py` writes it from reference outputs that the project may not
redistribute. The tests in `tests/oracle/test_climate.py` compare the page and the functions with them.

## Global warming: IPCC AR6

The table shows the largest difference from the assessed warming above 1850-1900, in K. The reference is rounded to
three decimals.

{_ar6_lines(ar6(panel, oracle))}

## Income: Burke, Hsiang and Miguel 2015

The table shows the change of income per head in 2099 under RCP8.5 in {len(income)} countries. It uses the study's
temperatures and warming, which grows by a ninetieth of its total in each year after 2010. Our growth effects only
multiply. Theirs add to the growth of a pathway, which makes them a little smaller where growth is fast. So one set of
our results compares with two sets of theirs.

{_bhm_lines(income)}

{_growth_line(oracle)}

We do not replicate the figure for the world (-23 % in the paper, -23.45 % in a replication with its own inputs). It
weights countries by incomes that we do not have, at market prices as far as we know, which give more weight to rich and
cold countries. With the purchasing power of SSP5 in 2100 (release of 2024), the same changes by country give
{bhm_world(panel, income):.1f} %.

These are the largest differences from SSP5, in percentage points:

{_largest_lines(income)}

## Income: Kalkuhl and Wenz 2020

{_kw_paths_line(kalkuhl_wenz_paths(oracle))}

Corridor has one formula for all areas instead of one coefficient for each. The table shows the loss of income at
{KW_SHOWN_AT:g} K of warming, in per cent: with the country's coefficient, with our formula and a published temperature,
and with our formula and the temperature of our surface, which Corridor uses. The last two columns show the effects of
the formula and of the temperature.

{_kw_lines(kalkuhl_wenz(panel, oracle))}

## Migration: Hoffmann et al. 2020

{_hoffmann_lines(hoffmann(panel, oracle))}

## Migration: the hump

The table shows the income per head at which emigration begins to fall, exp(-b / 2c) of the fitted parabola, in 2005 PPP
dollars. The parabolas themselves need data that we do not have, so we replicate only their arithmetic.

{_hump_lines(hump(oracle))}

## Results that are not replicated

- **Kahn et al. 2021**: our curve goes through their two losses for the world by 2100. It does not replicate their
  country figures, because we do not have their norms and data.
- **The interval of Burke, Hsiang and Miguel**: ours is a normal variable with the covariance of 1,000 bootstrap runs.
  We did not compare it with the paper's interval.
- **Kalkuhl and Wenz's regression** and its standard errors: the spread of our scale is a judgement.
- **Hoffmann et al.'s headline** (.021): we replicate only the arithmetic of the prediction model.
- **fair**: Corridor does not contain a climate model. Users can give a path of global warming that they computed with
  one.
"""


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _ar6_lines(apart: pd.DataFrame) -> str:
    rows = [
        [SCENARIOS[str(name)], str(len(part)), *(f"{part[quantile].abs().max():.4f}" for quantile in QUANTILES)]
        for name, part in apart.groupby("scenario")
    ]
    return _table(["scenario", "years", *QUANTILES], rows)


def _bhm_lines(income: pd.DataFrame) -> str:
    rows = []
    for pathway in ("SSP3", "SSP5"):
        apart = (income["ours"] - income[pathway]).abs()
        clear = income[pathway].abs() > 5.0
        same = np.sign(income["ours"]) == np.sign(income[pathway])
        losers = income[pathway] < 0.0
        shares = [f"{100.0 * (income[name] < 0.0).mean():.0f} %" for name in ("ours", pathway)]
        signs = f"{(same & clear).sum()} of {clear.sum()}"
        rows.append([pathway, f"{apart.median():.2f}", f"{apart[losers].max():.2f}", signs, *shares])
    header = ["against", "median, points", "largest where income falls", "same sign beyond 5 %", "lose, ours", "theirs"]
    return _table(header, rows)


def _growth_line(oracle: Path) -> str:
    slow, fast = (bhm_growth(oracle, pathway) for pathway in ("SSP3", "SSP5"))
    left = 100.0 * max(slow["left"].max(), fast["left"].max())
    return (
        f"Steady growth explains the differences: {100.0 * slow['growth'].median():.1f} % a year under SSP3 and "
        f"{100.0 * fast['growth'].median():.1f} % under SSP5 (medians of\ncountries). With a growth rate for each "
        f"country, our results agree with theirs to {left:.2f} % of income."
    )


def _largest_lines(income: pd.DataFrame) -> str:
    apart = income["ours"] - income["SSP5"]
    largest = apart.abs().sort_values(ascending=False).index[:10]
    columns = (income["SSP5"], income["ours"], apart)
    rows = [[str(code), *(f"{column[code]:+.1f}" for column in columns)] for code in largest]
    return _table(["area", "theirs, %", "ours, %", "difference"], rows)


def _kw_paths_line(paths: pd.DataFrame) -> str:
    apart = (paths["ours"] - paths["file"]).abs()
    return (
        f"From the country coefficients and the warming of {len(paths)} reference cases (28 members, four pathways,\n"
        f"2050 and 2100) our function differs from the reference by at most {apart.max():.2f} points. The\n"
        "reference rounds losses to .1 points and warming to .01 K."
    )


def _kw_lines(losses: pd.DataFrame) -> str:
    rows = [
        [
            str(code),
            f"{row['file']:.1f}",
            _known(row["published"], ".1f"),
            f"{row['surface']:.1f}",
            _known(row["published"] - row["file"], "+.1f"),
            _known(row["surface"] - row["published"], "+.1f"),
        ]
        for code, row in losses.iterrows()
    ]
    return _table(["area", "coefficient", "formula", "formula, surface", "by formula", "by temperature"], rows)


def _known(value: float, form: str) -> str:
    return "" if np.isnan(value) else format(value, form)


def _hoffmann_lines(betas: pd.DataFrame) -> str:
    apart = (betas["ours"] - betas["file"]).abs().max()
    rows = [[str(code), *(_known(value, ".3f") for value in row)] for code, row in betas.iterrows()]
    return (
        "The table shows the effect of one standard deviation of environmental change for members of CICA (S15). Our\n"
        f"first figure uses the groups of the reference; its largest difference is {apart:.4f}. Our second figure\n"
        f"uses today's groups by our rules, as Corridor does (negative effects count as 0).\n\n"
        f"{_table(['area', 'reference', 'ours, its groups', 'ours, today'], rows)}"
    )


def _hump_lines(turns: pd.DataFrame) -> str:
    rows = [
        [str(decade), f"{row['file']:,.0f}", f"{row['ours']:,.0f}", f"{row['rounding']:,.0f}"]
        for decade, row in turns.iterrows()
    ]
    return _table(["decade", "reference", "ours", "effect of rounding b and c"], rows)


def main(words: Sequence[str]) -> None:
    """Print the page, or write it where a second word names it."""
    text = page(load_panel(), Path(words[0]))
    publish(text, Path(words[1]) if len(words) > 1 else None)


if __name__ == "__main__":
    main(sys.argv[1:])
