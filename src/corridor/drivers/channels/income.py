"""Income: destinations whose income grows faster than that of others attract more of those who move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.calendar import BASE_YEAR
from corridor.drivers.channel import Channel, Part
from corridor.drivers.parameters import Normal, Parameter
from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.drivers.parameters import Draws
    from corridor.drivers.sign_facts import SignFacts


def _reasons(facts: SignFacts) -> list[str]:
    others = facts.log_income - facts.at_once / facts.value("income.destination_elasticity")
    return [
        f"income, less damages, grows {own:.2f} times from {before:,.0f} dollars, "
        f"{rival:.2f} times where its newcomers could go"
        for own, before, rival in zip(np.exp(facts.log_income), income_before(facts), np.exp(others), strict=True)
    ]


def income_before(facts: SignFacts) -> Floats:
    """Income of the base year on the pathway of a run: [area], dollars a head."""
    before: Floats = income_paths(facts.case.conditions.panel, facts.settings.income, [BASE_YEAR])[0]
    return before


CHANNEL = Channel(
    name="income",
    title="Income of destinations",
    block="income",
    acts_on=("pull",),
    mechanism=(
        f"A destination attracts by pull_d = e * ln(y_d,t / y_d,{BASE_YEAR}). Here y is product per head at "
        "purchasing power parity under a Shared Socioeconomic Pathway, less climate damages where these are on. The "
        "factor e is the elasticity of moves with respect to the income of the destination. Destinations divide an "
        "origin's moves in proportion to base share times exp(pull). So only differences between destinations count, "
        "and growth that all of them have in common changes nothing."
    ),
    direction=(
        "A destination gains where its income grows faster than the mean of the destinations among which an origin's "
        "emigrants choose, weighted by their shares of the year. It loses where its income grows slower. Poorer "
        "destinations catch up under all five pathways, fastest under SSP1 and SSP5, so they gain. Totals of origins "
        "do not change."
    ),
    limits=(
        "The elasticity within corridors over time is uncertain. Regressions with fixed effects of origins, "
        "destinations and years find 0, and pooled ones find .83. Pooled elasticities compare rich with poor "
        "destinations and must not be used for growth, so the prior lies below them. Product per head is not the "
        "same as a migrant's earnings."
    ),
    parameters=(
        Parameter(
            "income.destination_elasticity",
            "Percent by which moves to a destination rise when its income rises by one percent and that of others "
            "stays.",
            "1",
            Normal(0.3, 0.25),
            "J",
            "Benveniste et al. 2020 find 0 with origin, destination and year effects and .83 with year effects only; "
            "the prior lies between. Ortega & Peri 2013 have .6-.8 (recalled).",
            title="Pull of income",
        ),
    ),
    effects=lambda case, settings: Part(pull=income_pull(case.log_income, case.values(settings))),
    through=("climate through income",),
    flows=("newcomers in",),
    reasons=_reasons,
)


def income_paths(panel: Panel, pathway: str, years: Sequence[int]) -> Floats:
    """Product per head under a pathway: [year, area], dollars at purchasing power parity.

    Published every five years, log-linear between. The dollars are those of 2017 times about .91, which is the fall of
    US prices from 2017 back to 2011 (recalled): read them as purchasing power of 2017 at prices of 2011.

    Parameters
    ----------
    pathway : SSP1 to SSP5
    years : calendar years, 2025 to 2100

    Raises
    ------
    InputError : no such pathway, or a year outside the range
    """
    pathways = tuple(str(one) for one in panel.coordinates("income", "scenario"))
    if pathway not in pathways:
        raise InputError(Problem("there are no incomes for this pathway", spelling(pathway, pathways), value=pathway))
    nodes = np.array(panel.coordinates("income", "year"), dtype=np.float64)
    last = int(nodes[-1])
    outside = [year for year in years if not BASE_YEAR <= year <= last]
    if outside:
        raise InputError(
            [
                Problem("incomes of this year are not known", f"Choose years from {BASE_YEAR} to {last}", value=year)
                for year in outside
            ]
        )
    logs = np.log(panel.array("income")[pathways.index(pathway)])
    wanted = np.asarray(years, dtype=np.float64)
    paths: Floats = np.exp(np.stack([np.interp(wanted, nodes, area) for area in logs.T], axis=1))
    return paths


def log_income_ratio(panel: Panel, pathway: str, years: Sequence[int]) -> Floats:
    """Log of income over that of the base year, before climate damages: [year, area], zero in the base year."""
    paths = income_paths(panel, pathway, [BASE_YEAR, *years])
    ratio: Floats = np.log(paths[1:] / paths[0])
    return ratio


def income_pull(log_ratio: Floats, draws: Draws) -> Floats:
    """Log attraction of destinations through their income: [draw, year, area].

    Parameters
    ----------
    log_ratio : [draw or 1, year, area], log of income over that of the base year; may include climate damages
    draws : values of the channel's parameters
    """
    pull: Floats = draws["income.destination_elasticity"][:, None, None] * log_ratio
    return pull
