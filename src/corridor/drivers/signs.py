"""The table of signs: which way each channel moves an area's flows, and the written reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes, index
from corridor.data.arrays import LAST_STOCK, stock_on_1_july
from corridor.drivers import displacement, immobility, income
from corridor.drivers.channel import BASE_YEAR
from corridor.drivers.parameters import central_values
from corridor.estimate.base_flows import base_flows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.drivers.displacement import Displaced

NONE = 0.0005
"""A change by less than .05 % is none."""
SIGNS = {1: "+", 0: "0", -1: "-"}


def exogenous_signs(
    panel: Panel, members: Sequence[str], year: int, pathway: str = "SSP2-4.5", incomes: str = "SSP2"
) -> pd.DataFrame:
    """Effects in one year of the channels that need no trajectory, at central values and before climate damages.

    Columns: area, channel, flow ("arrivals" or "departures"), sign, percent (change of that flow by the channel alone),
    reason.

    Parameters
    ----------
    members : ISO codes of the areas to list
    pathway : of global temperature
    incomes : of income
    """
    import pandas as pd  # noqa: PLC0415 - slow to import

    outward = base_flows(panel, stock_on_1_july(panel, LAST_STOCK)).outward
    log_ratio = income.log_income_ratio(panel, incomes, [year])[0]
    warming = _warming(panel, pathway, year)
    parts = (
        _income(panel, outward, log_ratio, incomes),
        _immobility(panel, outward, log_ratio, incomes),
        _displacement(panel, outward, warming),
    )
    rows = [
        (iso3, name, flow, SIGNS[_sign(logs[index(iso3)])], 100.0 * np.expm1(logs[index(iso3)]), reasons[index(iso3)])
        for iso3 in members
        for name, flow, logs, reasons in parts
    ]
    return pd.DataFrame(rows, columns=["area", "channel", "flow", "sign", "percent", "reason"])


def base_shares(outward: Floats) -> Floats:
    """Shares of destinations in an origin's outward moves: [orig, dest], rows sum to 1, or to 0 where nobody moves."""
    totals = outward.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(outward, totals, out=np.zeros_like(outward), where=totals > 0)
    return shares


def arrivals_ratio(outward: Floats, pull: Floats) -> Floats:
    """Arrivals under a pull [area] over those at the base, totals of origins kept: [area], 1 where nobody arrives."""
    shares = base_shares(outward)
    chosen = shares * np.exp(pull)
    per_origin = np.divide(outward.sum(axis=1), chosen.sum(axis=1), out=np.zeros(len(pull)), where=shares.any(axis=1))
    before = outward.sum(axis=0)
    ratio: Floats = np.divide(per_origin @ chosen, before, out=np.ones_like(before), where=before > 0)
    return ratio


def _sign(log: float) -> int:
    return int(np.sign(log)) if abs(log) >= NONE else 0


def _income(panel: Panel, outward: Floats, log_ratio: Floats, incomes: str) -> tuple[str, str, Floats, list[str]]:
    draws = central_values(income.CHANNEL.parameters, {})
    pull = income.income_pull(log_ratio[None, None], draws)[0, 0]
    effect = np.log(arrivals_ratio(outward, pull))
    elasticity = float(draws["income.destination_elasticity"][0])
    before = income.income_paths(panel, incomes, [BASE_YEAR])[0]
    others = np.exp((pull - effect) / elasticity)
    reasons = [
        f"income grows {own:.2f} times from {start:,.0f} dollars, {rival:.2f} times where its immigrants could go"
        for own, start, rival in zip(np.exp(log_ratio), before, others, strict=True)
    ]
    return income.CHANNEL.name, "arrivals", effect, reasons


def _immobility(panel: Panel, outward: Floats, log_ratio: Floats, incomes: str) -> tuple[str, str, Floats, list[str]]:
    means = immobility.load_means(panel, base_shares(outward))
    draws = central_values(immobility.CHANNEL.parameters, {})
    effect = immobility.immobility_push(log_ratio[None, None], means, draws)[0, 0]
    before = income.income_paths(panel, incomes, [BASE_YEAR])[0]
    reasons = [_means(start, end) for start, end in zip(before, before * np.exp(log_ratio), strict=True)]
    return immobility.CHANNEL.name, "departures", effect, reasons


def _means(before: float, after: float) -> str:
    path = f"income from {before:,.0f} to {after:,.0f} dollars"
    turn = f"{immobility.REVERSES:,.0f}"
    if max(before, after) <= immobility.REVERSES:
        return f"{path}, below {turn}: {'more' if after > before else 'fewer'} can pay for a move"
    if min(before, after) >= immobility.REVERSES:
        return f"{path}, above {turn}: {'less' if after > before else 'more'} reason to leave"
    return f"{path}, past {turn}: means count below, reasons to leave above"


def _displacement(panel: Panel, outward: Floats, warming: float) -> tuple[str, str, Floats, list[str]]:
    base = displacement.load_displaced(panel, outward.sum(axis=1))
    draws = central_values(displacement.CHANNEL.parameters, {})
    effect = displacement.displacement_push(np.array([[warming]]), base, draws)[0, 0]
    reasons = [_floods(base, position, warming) for position in range(len(codes()))]
    return displacement.CHANNEL.name, "departures", effect, reasons


def _floods(base: Displaced, position: int, warming: float) -> str:
    return (
        f"floods displace {base.flood[position]:,.0f} and storms {base.storm[position]:,.0f} people a year, "
        f"{base.outflow[position]:,.0f} move abroad; {warming:.2f} K more"
    )


def _warming(panel: Panel, pathway: str, year: int) -> float:
    """Central warming of the globe from the base year to a year, K."""
    rows = panel.frame("global_warming")
    central = rows[rows["scenario"] == pathway].set_index("year")["central"]
    return float(central[year] - central[BASE_YEAR])


def signs_markdown(signs: pd.DataFrame) -> str:
    """Return the rows of a table of signs as Markdown, one line a row."""
    lines = ["| area | channel | acts on | sign | per cent | why |", "|:--|:--|:--|:-:|--:|:--|"]
    lines += [
        f"| {row.area} | {row.channel} | {row.flow} | {row.sign} | {row.percent:+.1f} | {row.reason} |"
        for row in signs.itertuples()
    ]
    return "\n".join(lines) + "\n"
