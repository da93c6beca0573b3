"""Write how well simple rivals forecast flows, on published pseudo-Bayes flows and on our own.

    python scripts/flow_skill.py SOURCES docs/results/flow-skill.md

SOURCES is a folder with abel_cohen/ (Abel and Cohen 2019, 2022) and wpp_vintages/ (old UN revisions), which Corridor
does not ship. Takes five minutes.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from click import echo
from page_tables import publish

from corridor.areas import areas, codes, members
from corridor.backtest.flow_products import panel_product, published_product
from corridor.backtest.flow_scores import skill_words
from corridor.backtest.forecast_form import history
from corridor.backtest.rolling import ORIGINS, coverage_frame, overall, r2_frame, run_rolling, skill_frame
from corridor.backtest.simple_rivals import blend_weights, damping
from corridor.backtest.un_vintages import ex_ante, ex_ante_frame, read_revisions
from corridor.data.arrays import NET_YEARS
from corridor.data.panel import Panel, load_panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.backtest.flow_products import FlowProduct
    from corridor.backtest.rolling import Results

PSEUDO_BAYES = "da_pb_closed"
SHOWN, EARLIER = (2010, 2015), (1995, 2000, 2005)
SHOWN_LEVELS = (80, 95)
OURS = "corridor model"

OPENING = """# How well flows can be forecast

Written by one command: `python scripts/flow_skill.py SOURCES docs/results/flow-skill.md`. `corridor backtest flows -o
FOLDER` computes the same for our own flows and writes a page. For your own flows over periods, run `corridor data
import flows FILE` and then `corridor backtest flows --product imported`.

Every model makes its forecast on 1 July of a year, the origin, and uses only earlier data: flows, populations, and the
net migration of WPP 2024. Populations after the origin are forecasts made at the origin (constant growth). The figures
of the past are today's revision and not those known at the time. A test replaces every value after the origin by NaN,
and no forecast changes.

| rival | forecast |
| --- | --- |
| persistence | the last period again |
| mean of the past | the mean of all past periods since 1990 |
| drift | the change a period since 1990 goes on |
| exposed persistence | rates on the origin's population stay, its growth goes on |
| geometric blend | mean of logarithms of the last flow and the mean of the past |
| return blend | the same, and the last flow in the other direction: who fled comes back, who came leaves |
| anchored blend | the same, with its net migration halfway to a damped one (last period, mean since 1950) |
| corridor model | ours: people at both ends, returns, arrivals, the habit of net migration; five learnt coefficients |
| two-part | Welch and Raftery (2022): hierarchical AR(1) of log outflow rates, shares of destinations |
| gravity | Poisson (PPML) on people and income of both ends, distance, and people of either end in the other |
| gravity, ends | the same, with an effect of each origin and each destination |
| gravity, pairs | the same, with an effect of each corridor; one that never had a flow stays at zero |
| gravity, last flow | as gravity, with the flow of the period before and whether it was zero |
| doubly constrained | outflows and inflows of the last period, spread by a power of distance fitted to its flows |
| radiation | outflows of the last period, spread by the people in destinations and between (no parameter) |
| boosted trees | change of the log flow, learnt from flows both ways, totals, stocks, people, distance |

Weights of the blends are estimated at earlier origins only, by least absolute error on a grid. We decided to include
the flow in the other direction and half an anchor after seeing all periods (our judgement). So the form of the last two
blends was chosen with hindsight, and their weights without. The same is true of the terms of the corridor model ([its
coefficients, and the terms that we tried](../explanation/corridor-model.md)). The two-part model samples its outflows
in full. Its shares are an empirical Bayes version (log shares as observed, their spread at its posterior mean) and do
not use the paper's sampler. We tried weights by size of the flow, by region of origin, by the distance of the last flow
from the mean, and by the larger of the two directions. No set of weights was always better than one weight for all, and
at the origin 2005 most were worse.

The Poisson models are fitted to all past periods together. Income is the last figure observed on the date; an area
without one has an indicator instead. After the origin, stocks and income stay at their last known values. With effects
of ends or pairs, a few periods hardly determine the effects of people and income over time, so over 20 years such
forecasts can become extreme. The trees are fitted to all pairs of successive past periods. Corridors with one person a
year or none do not change. We chose the settings of the trees by the error at the origins 2000 and 2005, so their skill
there is not a clean test. We had also seen the error at 2010 and 2015 before the choice (our judgement).

The intervals of all models except the two-part model come from their own errors at earlier origins, pooled by size
class. A model has no interval at its first origin, which is 1995, or 2000 for models that need two periods; there the
CRPS is the absolute error. Intervals of corridors are never narrower than at a shorter horizon. Beyond the longest
horizon for which errors are known, they widen like a random walk. Moves out, moves in and net migration of the corridor
model are drawn like trajectories of projections: multipliers of leaving and of arriving vary at random from the origin
on, and their size follows from the errors of the model at earlier origins.

On our own flows (`moves`, at the end), exposed persistence, which is the default of the engine, has errors on corridors
that are 3 to 8 % smaller than those of persistence at 2010 and 2015. The corridor model has larger errors, because the
product is smooth and it is hard to improve on its last period ([the reasons, and the
consequences](../explanation/corridor-model.md)). The closed borders of 2020 and 2021 are averaged with the years around
them.

Figures are persons a year (the literature's five-year figures are five times as large); net rates are per 1,000 people
a year. The column *skill* shows by how many per cent the error is smaller than that of persistence, with the 95 %
interval from resampling areas, and origins where there are several. The column *log* is the mean absolute difference of
log(1 + flow). The CRPS of corridors is computed from seven quantiles.
"""


def read_pseudo_bayes(sources: Path, method: str = PSEUDO_BAYES) -> pd.DataFrame:
    """Read published flows as `corridor data import flows` would keep them; former states are left out."""
    flows = pd.read_parquet(sources / "abel_cohen" / "flows_total_6methods.parquet")
    flows = flows[flows["orig"].isin(codes()) & flows["dest"].isin(codes())]
    start = flows["year0"].astype(int)
    columns = {"period_start": start, "period_end": start + 5, "persons": flows[method].astype(float)}
    return flows[["orig", "dest"]].assign(**columns)


def markdown(frame: pd.DataFrame) -> str:
    """Lay a table of words out."""
    rows = [list(frame.columns), ["---"] * len(frame.columns), *frame.astype(str).to_numpy().tolist()]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def one_origin(results: Results, origin: int) -> pd.DataFrame:
    """Scores of the first period after an origin: a row a model."""
    own = overall(results)
    own = own[(own["origin"] == origin) & (own["ahead"] == 1)]
    skill = skill_frame(_of_origins(results, (origin,)))
    skill = skill[skill["ahead"] == 1].set_index(["model", "target"])
    rows = []
    for model in own["model"].unique():
        each = own[own["model"] == model].set_index("target")
        row = {"model": model}
        for target in ("corridors", "net"):
            found = skill.loc[(model, target)]
            row[f"MAE {target}"] = f"{found['mae']:,.0f}"
            row[f"skill {target}"] = interval(found)
        row |= {f"MAE {target}": f"{each.loc[target, 'mae']:,.0f}" for target in ("out", "in")}
        row["MAE net rate"] = f"{each.loc['net rate', 'mae']:.2f}"
        row["CPC"], row["log"] = f"{each.loc['corridors', 'cpc']:.3f}", f"{each.loc['corridors', 'log_error']:.3f}"
        row["CRPS"] = f"{each.loc['corridors', 'crps']:,.0f}"
        for target in ("corridors", "out", "net"):
            row[f"80/95 % {target}"] = covered(each.loc[target])
        rows.append(row)
    return pd.DataFrame(rows)


def interval(found: pd.Series[float]) -> str:
    """Write a skill with its interval."""
    return skill_words(found["skill"], found["lower_95"], found["upper_95"])


def covered(found: pd.Series[float]) -> str:
    """Write the coverage of the 80 and 95 % intervals."""
    known = np.isfinite(found["coverage_80"])
    return f"{found['coverage_80']:.0f}/{found['coverage_95']:.0f}" if known else "-"


def _of_origins(results: Results, origins: Sequence[int]) -> Results:
    return replace(results, area_errors=results.area_errors[results.area_errors["origin"].isin(origins)])


def by_horizon(results: Results) -> pd.DataFrame:
    """Skill on corridors and net migration by periods ahead, all origins pooled: a row a model and target."""
    skill = skill_frame(results)
    rows = []
    for (target, model), part in skill[skill["target"].isin(["corridors", "net"])].groupby(
        ["target", "model"], sort=False
    ):
        if model != "persistence":
            columns = {f"{5 * int(row['ahead'])} years": interval(row) for _, row in part.iterrows()}
            rows.append({"target": target, "model": model} | columns)
    return pd.DataFrame(rows).fillna("-")


def earlier(results: Results) -> pd.DataFrame:
    """Skill one period ahead at the origins whose outcome was known in 2010: a row a model."""
    skill = skill_frame(_of_origins(results, EARLIER))
    skill = skill[(skill["ahead"] == 1) & (skill["model"] != "persistence")]
    rows = []
    for model, part in skill.groupby("model", sort=False):
        rows.append({"model": model} | {row["target"]: interval(row) for _, row in part.iterrows()})
    return pd.DataFrame(rows)[["model", "corridors", "out", "in", "net", "net rate"]]


def by_group(results: Results, measure: str = "mae") -> pd.DataFrame:
    """Error of corridors over that of persistence one period ahead, the mean over origins, by group."""
    own = results.scores
    own = own[(own["target"] == "corridors") & (own["ahead"] == 1) & own["origin"].isin(SHOWN)]
    table = own.pivot_table(index="group", columns="model", values=measure, aggfunc="mean", sort=False)
    models = [model for model in own["model"].unique() if model != "persistence"]
    shown = pd.DataFrame({"corridors": table.index, "persistence": table["persistence"].map("{:,.1f}".format)})
    for model in models:
        shown[model] = (table[model] / table["persistence"]).map("{:.2f}".format)
    return shown


def coverage(results: Results) -> pd.DataFrame:
    """Coverage of the corridor model by target, horizon and group: world from 2000 and from 2005, CICA."""
    inside = [place for place, area in enumerate(areas()) if area in set(members("CICA"))]
    later = _of_origins(results, [origin for origin in ORIGINS if origin > min(ORIGINS) + NET_YEARS])
    parts = {"world": (results, None), "world, origins from 2005": (later, None), "CICA": (results, inside)}
    rows: dict[tuple[str, int], dict[str, str]] = {}
    for name, (chosen, places) in parts.items():
        for row in coverage_frame(chosen, OURS, places).to_dict("records"):
            if row["level"] in SHOWN_LEVELS:
                words = f"{row['coverage']:.1f} ({row['lower_95']:.0f} to {row['upper_95']:.0f})"
                shown = rows.setdefault((row["target"], row["ahead"]), {})
                shown[f"{row['level']} %, {name}"] = words
    table = [{"target": target, "years": str(NET_YEARS * ahead)} | shown for (target, ahead), shown in rows.items()]
    return pd.DataFrame(table).fillna("-")


def weights_table(product: FlowProduct) -> pd.DataFrame:
    """What the blends learnt, one period ahead: a row an origin."""
    rows = []
    for origin in (2000, 2005, 2010, 2015):
        past = history(product, origin)
        learnt, damped = blend_weights(past, 1), damping(past, 1)
        names = ("last", "back", "mean", "net: last", "net: mean since 1950")
        values = [f"{weight:.2f}" for weight in (*learnt, *damped)]
        rows.append({"origin": origin} | dict(zip(names, values, strict=True)))
    return pd.DataFrame(rows)


def section(product: FlowProduct, title: str, folder: Path) -> None:
    """Print all tables of a product."""
    results = run_rolling(product, folder, workers=2, progress=lambda name: echo(f"{title} {name}", err=True))
    echo(f"\n## {title}")
    for origin in SHOWN:
        echo(
            f"\n### {origin}-{origin + 5}, fitted to earlier years\n\n{markdown(one_origin(results, origin))}",
            nl=False,
        )
    echo("\n### Skill one period ahead at the origins 1995, 2000 and 2005, which were known in 2010\n")
    echo(markdown(earlier(results)), nl=False)
    echo(f"\n### By horizon, all origins from 1995 to 2015\n\n{markdown(by_horizon(results))}", nl=False)
    echo("\n### By region of origin, size of the last flow, and within CICA: 2010-15 and 2015-20\n")
    echo(
        "The error of persistence is in persons a year. The errors of the others are divided by that of persistence.\n"
    )
    echo(markdown(by_group(results)), nl=False)
    echo("\n### Coverage of the corridor model's intervals, per cent, with the 95 % interval\n")
    echo("The table pools all origins that have intervals and resamples areas and origins. At the first of them, 2000,")
    echo("errors of one earlier origin are known one period ahead and of none two periods ahead, so the intervals are")
    echo("not calibrated there. CICA means its areas, and corridors that leave them.\n")
    echo(markdown(coverage(results)), nl=False)
    r2 = r2_frame(results).drop(columns="product")
    r2 = r2.assign(
        median=r2["median"].map("{:.2f}".format), share_below_zero=r2["share_below_zero"].map("{:.2f}".format)
    )
    echo(f"\n### R2 over time within corridors, one period ahead\n\n{markdown(r2)}", nl=False)
    echo(f"\n### Weights of the blends, one period ahead\n\n{markdown(weights_table(product))}", nl=False)


def revisions(panel: Panel, sources: Path) -> None:
    """Print the ex-ante test."""
    frame, _ = read_revisions(sources / "wpp_vintages" / "net_migration_by_vintage.csv.gz")
    echo("\n## Old UN revisions, ex ante\n")
    echo("The table compares the projections of each revision with WPP 2024, only for periods that began after the")
    echo("revision was published. The last period ends in 2025; WPP 2024 projects a year and a half of it. Persistence")
    echo("and the damped forecast use the revision's own estimates of completed periods. The command")
    echo("`corridor backtest un-vintages FILE` prints the table.\n")
    echo(markdown(ex_ante_frame(ex_ante(panel, frame))), nl=False)


def main() -> None:
    """Write the page and its CSV, or print the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", type=Path)
    parser.add_argument("page", type=Path, nargs="?")
    chosen, panel = parser.parse_args(), load_panel()
    with redirect_stdout(io.StringIO()) as text, tempfile.TemporaryDirectory() as folder:
        echo(OPENING, nl=False)
        published = published_product(panel, "pseudo-Bayes", read_pseudo_bayes(chosen.sources))
        section(published, "Published pseudo-Bayes flows (Abel and Cohen 2019, 2022)", Path(folder))
        section(panel_product(panel), "Our own flows (moves)", Path(folder))
        revisions(panel, chosen.sources)
    publish(text.getvalue(), chosen.page)


if __name__ == "__main__":
    main()
