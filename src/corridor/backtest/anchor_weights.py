"""How much of the UN's projected net migration a baseline should follow: measured with old revisions, ex ante.

A revision is asked only about periods that began after it came out. The flows of the last period by then, which the
default base carries on, are balanced to a mix of their own net migration and of what the revision projected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.flow_scores import skill_with_interval, skill_words
from corridor.backtest.forecast_form import known_areas, margins
from corridor.backtest.un_vintages import PUBLISHED, VINTAGES, read_vintage
from corridor.estimate.tables.net_balance import PERSONS, balance_to_net

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from corridor.axes import Floats
    from corridor.backtest.flow_products import FlowProduct
    from corridor.backtest.un_vintages import Vintage

WEIGHTS = tuple(round(0.1 * step, 1) for step in range(11))
POOLED = "all"


@dataclass(frozen=True, slots=True)
class AnchorCase:
    """One period that a revision projected.

    Attributes
    ----------
    revision, start : year of the revision, first year of the period
    last, outcome : [orig, dest] of known areas: the last flows at the origin, and what came
    projected : [known area], net migration that the revision projected, NaN where it has none
    people : [known area], at the origin, persons
    """

    revision: int
    start: int
    last: Floats
    outcome: Floats
    projected: Floats
    people: Floats


def cases(product: FlowProduct, frame: pd.DataFrame, revisions: Sequence[int] = VINTAGES) -> Iterator[AnchorCase]:
    """Lay out every period of the product that began after a revision came out; the origin is the last start by then.

    Parameters
    ----------
    frame : old revisions, the first that `un_vintages.read_revisions` gives
    """
    for year in revisions:
        vintage = read_vintage(frame, year)
        appeared = PUBLISHED.get(year, year)
        origin = max(start for start in product.starts if start <= year)
        first, periods = product.period(origin), len(product.starts)
        for place in range(first, periods):
            if product.starts[place] >= appeared:
                yield _case(product, vintage, first, place)


def _case(product: FlowProduct, vintage: Vintage, first: int, place: int) -> AnchorCase:
    last, outcome = product.flows[first - 1], product.flows[place]
    known = known_areas(last) & known_areas(outcome)
    cells = np.ix_(known, known)
    projected = vintage.net[vintage.starts.index(product.starts[place])]
    people = product.population[first, known]
    return AnchorCase(vintage.year, product.starts[place], last[cells], outcome[cells], projected[known], people)


def mixed(case: AnchorCase, weight: float) -> Floats:
    """Balance the last flows to a net migration that is by `weight` the revision's: [orig, dest], persons."""
    own = margins(case.last)[2]
    target = np.where(np.isfinite(case.projected), weight * case.projected + (1.0 - weight) * own, own)
    target = target - target.sum() * case.people / case.people.sum()
    balance = balance_to_net(case.last, target, tolerance=PERSONS)
    return np.asarray(case.last * balance.factors[:, None] / balance.factors)


def weight_errors(product: FlowProduct, frame: pd.DataFrame, weights: Sequence[float] = WEIGHTS) -> pd.DataFrame:
    """Errors of every weight in every case, corridors and net migration: a row a case, weight, target and area.

    Columns revision, start, weight (NaN: persistence), target, area, error (sum of absolute errors, persons a year).
    """
    import pandas as pd  # noqa: PLC0415 - only a table needs it

    parts = []
    for case in cases(product, frame):
        forecasts = {np.nan: case.last} | {weight: mixed(case, weight) for weight in weights}
        for weight, flows in forecasts.items():
            off = flows - case.outcome
            for target, error in (("corridors", np.abs(off).sum(axis=1)), ("net", np.abs(margins(off)[2]))):
                rows = pd.DataFrame({"area": np.arange(len(error)), "error": error})
                parts.append(rows.assign(revision=case.revision, start=case.start, weight=weight, target=target))
    return pd.concat(parts, ignore_index=True)


def weight_frame(errors: pd.DataFrame) -> pd.DataFrame:
    """Skill of every weight against persistence, by revision and pooled.

    Columns revision, target, weight, skill, lower_95, upper_95 (per cent).
    """
    import pandas as pd  # noqa: PLC0415 - only a table needs it

    rows = []
    groups = [*((str(name), part) for name, part in errors.groupby("revision")), (POOLED, errors)]
    for name, part in groups:
        for target, of_target in part.groupby("target"):
            rival = _table(of_target[of_target["weight"].isna()])
            for weight, own in of_target.groupby("weight"):
                skill, low, high = skill_with_interval(_table(own), rival)
                row = {"revision": name, "target": target, "weight": weight}
                rows.append(row | {"skill": skill, "lower_95": low, "upper_95": high})
    return pd.DataFrame(rows)


def shown_weights(found: pd.DataFrame) -> pd.DataFrame:
    """Return what `weight_frame` found as a table for people: a row a revision and weight."""
    columns = ["skill", "lower_95", "upper_95"]
    words = found[["revision", "weight", "target"]].assign(
        skill=[skill_words(*map(float, row)) for row in found[columns].to_numpy()]
    )
    corridors, net = (
        words[words["target"] == target].drop(columns="target").rename(columns={"skill": target})
        for target in ("corridors", "net")
    )
    return corridors.merge(net, on=["revision", "weight"]).rename(columns={"weight": "share of the UN's"})


def _table(part: pd.DataFrame) -> Floats:
    """Errors as cases by areas."""
    table = part.pivot_table(index=["revision", "start"], columns="area", values="error", aggfunc="sum")
    return np.asarray(table.fillna(0.0).to_numpy(dtype=np.float64))


def best_weight(found: pd.DataFrame, revision: str = POOLED) -> float:
    """Return the weight whose skill on corridors and on net migration has the largest sum."""
    own = found[found["revision"] == revision]
    total = own.groupby("weight")["skill"].sum()
    return float(total.index.to_numpy()[int(total.argmax())])
