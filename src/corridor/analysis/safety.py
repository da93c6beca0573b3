"""Smuggling and the risk of death on irregular moves, by corridor: revenue of smugglers, expected deaths; wide ranges.

    revenue = irregular moves x share that pays smugglers x price
    deaths = irregular moves x risk of death of an irregular move

Neither the share nor the risk is known for any corridor. The share is a stated prior. The risk comes from counts where
a route has both deaths (IOM Missing Migrants) and detections (Frontex, US Customs and Border Protection), else it is a
stated prior. What is counted are incidents on routes; nothing here says anything about any group of people.

How routes are matched. Irregular moves to a member of the EU or of Schengen take Frontex routes as the detections of
the origin's nationals do (of all nationals, where there are fewer than `FEWEST`); four of them have deaths in the
Missing Migrants counts, the others have the prior. Irregular moves to the United States have the deaths recorded there
and in Mexico on the Central American route over encounters at the land border. All other corridors have the prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import members
from corridor.calendar import LAST_KNOWN
from corridor.drivers.parameters import Parameter, Uniform, central_values, draw_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.drivers.parameters import Draws

SMUGGLED, PRICE, RISK = "safety.smuggled_share", "safety.price", "safety.risk"
PARAMETERS = (
    Parameter(
        SMUGGLED,
        "Share of irregular moves that pay smugglers.",
        "1",
        Uniform(0.2, 0.9),
        "J",
        "Our judgement. The range reaches from corridors where most people enter with a visa and overstay to sea "
        "routes. There are no data by corridor.",
    ),
    Parameter(
        PRICE,
        "Price that a smuggled person pays.",
        "US dollars of 2016",
        Uniform(2200.0, 2800.0),
        "C",
        "UNODC, Global Study on Smuggling of Migrants 2018: 5.5-7 billion dollars over at least 2.5 million, in 2016.",
    ),
    Parameter(
        RISK,
        "Position of the risk of death in the range of its route, on a logarithmic scale: 0 is the lowest risk and 1 "
        "the highest.",
        "1",
        Uniform(0.0, 1.0),
        "J",
        "Our judgement. The ranges are computed from counts, or stated where there are no counts.",
    ),
)
PRIOR_RISK = (1e-6, 1e-3)
"""Deaths an irregular move where nobody counts both: from next to none, as where people overstay visas, to the highest
year of the land route from Mexico to the United States (our judgement). By sea the risk is higher."""
NOT_ON_ROUTE = 4.0
"""The range goes from the lowest yearly ratio over this, since many irregular moves are overstayed visas and no
crossings (our judgement), to the highest: deaths go unrecorded, but so do people, and detections without a nationality
are not in the panel."""
FEWEST = 100
"""Detections of nationals from which their routes are read (our judgement)."""
EUROPE_YEARS, AMERICA_YEARS = range(2014, LAST_KNOWN + 1), range(2020, LAST_KNOWN + 1)
"""Full years that both counts have."""
ROUTES = {
    "Central Mediterranean Route": "Central Mediterranean Route",
    "Eastern Mediterranean Route": "Eastern Mediterranean Route",
    "Western African Route": "Western African Atlantic Route",
    "Western Mediterranean Route": "Western Mediterranean Route",
}
"""Route of Frontex -> the same in Missing Migrants."""
SCHENGEN_BESIDE_EU = ("CHE", "ISL", "LIE", "NOR")
AMERICAN_ROUTE, AMERICAN_PLACES = "Central American Route", ("MEX", "USA")


@dataclass(frozen=True, slots=True)
class DeathRisk:
    """Range of the risk of death an irregular move.

    Attributes
    ----------
    low, high : [corridor], deaths a move
    counted : [corridor], share of the moves whose route has counts of both deaths and detections; the rest has the
        prior
    """

    low: Floats
    high: Floats
    counted: Floats

    def at(self, position: Floats) -> Floats:
        """Risk at positions of the range [draw]: [draw, corridor], deaths a move."""
        where = np.asarray(position)[:, None]
        risk: Floats = self.low ** (1.0 - where) * self.high**where
        return risk


@dataclass(frozen=True, slots=True)
class Exposure:
    """What irregular moves of corridors expose people to, in a year.

    Attributes
    ----------
    revenue : US dollars of 2016 that smugglers take, of the shape of the moves
    deaths : expected deaths, persons
    """

    revenue: Floats
    deaths: Floats


def exposure(irregular: Floats, risk: DeathRisk, values: Draws) -> Exposure:
    """Revenue and expected deaths of irregular moves.

    Parameters
    ----------
    irregular : [draw or 1, year, corridor], persons a year
    risk : of the corridors
    values : parameters of this module -> [draw]
    """
    revenue = irregular * (values[SMUGGLED] * values[PRICE])[:, None, None]
    return Exposure(revenue, irregular * risk.at(values[RISK])[:, None, :])


def safety_draws(numbers: range, seed: int) -> Draws:
    """Values of the parameters in some trajectories; those of one depend on the seed and its number only."""
    return draw_values(PARAMETERS, {}, numbers, seed)


def safety_bounds() -> Draws:
    """Values of the parameters at the lower ends of their ranges, at the medians and at the upper ends: [3]."""
    central = central_values(PARAMETERS, {})
    ends = {each.name: each.prior.quantile(np.array([0.0, 1.0])) for each in PARAMETERS}
    return {name: np.array([ends[name][0], central[name][0], ends[name][1]]) for name in central}


def load_death_risk(panel: Panel, origins: Sequence[str], destinations: Sequence[str]) -> DeathRisk:
    """Range of the risk of corridors from `origins` to `destinations`, given pairwise as ISO codes."""
    detections, deaths = panel.frame("border_detections"), panel.frame("missing_migrants")
    europe = {*SCHENGEN_BESIDE_EU, *(area.iso3 for area in members("EU"))}
    on_routes = {route: european_range(detections, deaths, route) for route in ROUTES}
    american = _american_range(panel.frame("border_encounters"), deaths)
    found = np.empty((len(origins), 3))
    for at, (orig, dest) in enumerate(zip(origins, destinations, strict=True)):
        if dest in europe and orig not in europe:
            found[at] = _mixed(route_shares(detections, orig), on_routes)
        else:
            found[at] = (*american, 1.0) if dest == "USA" else (*PRIOR_RISK, 0.0)
    return DeathRisk(*found.T)


def european_range(detections: pd.DataFrame, deaths: pd.DataFrame, route: str) -> tuple[float, float]:
    """Return the lowest and the highest risk of a Frontex route that has deaths: deaths a move."""
    crossed = detections[detections["route"] == route].groupby("year")["detections"].sum()
    died = deaths[deaths["route"] == ROUTES[route]].groupby("year")["dead_missing"].sum()
    return _range(died, crossed, EUROPE_YEARS)


def _american_range(encounters: pd.DataFrame, deaths: pd.DataFrame) -> tuple[float, float]:
    there = (deaths["route"] == AMERICAN_ROUTE) & deaths["area"].isin(AMERICAN_PLACES)
    died = deaths[there].groupby("year")["dead_missing"].sum()
    return _range(died, encounters.groupby("year")["encounters"].sum(), AMERICA_YEARS)


def _range(died: pd.Series[float], crossed: pd.Series[float], years: range) -> tuple[float, float]:
    """Return the range of the yearly ratios of deaths to deaths and detections, its lower end widened."""
    died, crossed = (counts.reindex(list(years), fill_value=0.0) for counts in (died, crossed))
    ratio = (died / (died + crossed))[(died > 0.0) & (crossed > 0.0)]
    return float(ratio.min()) / NOT_ON_ROUTE, float(ratio.max())


def route_shares(detections: pd.DataFrame, orig: str) -> dict[str, float]:
    """Shares of Frontex routes in the detections of an area's nationals, or of all where these are few."""
    since = detections[detections["year"].isin(EUROPE_YEARS)]
    own = since[since["nationality"] == orig]
    by_route = (own if own["detections"].sum() >= FEWEST else since).groupby("route")["detections"].sum()
    return {str(route): float(share) for route, share in (by_route / by_route.sum()).items()}


def _mixed(shares: dict[str, float], on_routes: dict[str, tuple[float, float]]) -> tuple[float, float, float]:
    """Lowest and highest risk over routes with shares, and the share whose route has counts."""
    low, high = (sum(part * on_routes.get(route, PRIOR_RISK)[end] for route, part in shares.items()) for end in (0, 1))
    return low, high, sum(part for route, part in shares.items() if route in on_routes)
