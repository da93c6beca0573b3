"""Displacement: floods and storms drive people from home; most stay in their country, a few cross a border."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor import areas
from corridor.drivers.channel import Channel, Part
from corridor.drivers.parameters import Beta, Normal, Parameter, Uniform
from corridor.drivers.sign_facts import NONE

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.drivers.parameters import Draws
    from corridor.drivers.sign_facts import SignFacts

MOST_EXTRA = 1.0
"""Displacement adds at most so many moves per base move, and takes away at most half of them (our judgement)."""
FLOOD, STORM = "flood", "storm"


def _reasons(facts: SignFacts) -> list[str]:
    base: Displaced = facts.case.known("displacement")
    warmer, own = facts.case.global_warming(facts.settings)[0, -1], 100.0 * np.expm1(facts.at_once)
    return [
        f"floods displace {flood:,.0f} and storms {storm:,.0f} people a year, {outflow:,.0f} move abroad; "
        f"{warmer:.2f} K more: {'more cross a border' if change >= NONE else 'hardly anybody more'}"
        for flood, storm, outflow, change in zip(base.flood, base.storm, base.outflow, own, strict=True)
    ]


CHANNEL = Channel(
    name="displacement",
    title="Displacement by floods and storms",
    block="climate direct",
    acts_on=("push",),
    mechanism=(
        "The number of people displaced in a year, at the population of the base year, is D_t = F (1 + g_F dG_t) + S "
        "(1 + g_S dG_t). Here F and S are the yearly means of people displaced by floods and by storms in 2008-2023, "
        "dG is the warming of the globe since the base year, and g is the growth per degree. A share chi crosses a "
        "border: push_o = ln(1 + chi (D_t - D_0) / outflow_0), where outflow_0 is the number of outward moves of the "
        "origin in the base year. Growth of population belongs to the channel exposure, which multiplies the whole "
        "outflow. If it were counted here too, it would be counted twice. The number of people displaced inside "
        "their country does grow with population; no page shows it yet."
    ),
    direction=(
        "More people leave wherever floods or storms displace people today and the globe warms. In relation to their "
        "outflow, the effect is largest in Cuba, South Sudan, Somalia and China. In the Gulf and most of Central "
        "Asia it is close to zero. The effect is small, because nearly all displaced people stay in their country: "
        "it is about 1 % of the world's outward moves in 2100 under SSP2-4.5."
    ),
    limits=(
        "A person who is displaced twice counts twice, and most people return soon. The share chi allows for this "
        "too and is our judgement. River floods grow at one rate in the whole world. We found no published growth of "
        "displacement by storms. Years without a record count as years without displacement, and there are fewer "
        "records before 2013. The rise of the sea is left out. The only figure at hand counts people who live below "
        "5 m of elevation. It takes no account of dikes and would displace the Netherlands first. Users can bring "
        "effects of the sea in the channel own."
    ),
    parameters=(
        Parameter(
            "displacement.flood_growth",
            "Growth of displacement by floods per degree of global warming, at a fixed population.",
            "1/K",
            Normal(0.5, 0.15, 0.0, 1.0),
            "F",
            "Kam et al. 2021 find +50 % per degree for river floods. The spread is our judgement, and so is its use "
            "for all floods.",
            title="Growth of displacement by floods",
        ),
        Parameter(
            "displacement.storm_growth",
            "Growth of displacement by storms per degree of global warming, at a fixed population.",
            "1/K",
            Uniform(0.0, 0.5),
            "J",
            "We found no published figure. The prior lies between no growth and the growth of floods.",
            title="Growth of displacement by storms",
        ),
        Parameter(
            "displacement.crossing_share",
            "Share of people displaced by floods and storms who move to another country.",
            "1",
            Beta(2.0, 98.0),
            "J",
            "Our judgement. Of the people whom a higher sea moves, 93 % stay near by (computed from Burzynski, "
            "Docquier & Scheewel 2022).",
            title="Displaced who cross a border",
        ),
    ),
    effects=lambda case, settings: Part(
        push=displacement_push(case.global_warming(settings), case.known("displacement"), case.values(settings))
    ),
    load=lambda panel, outward, _: load_displaced(panel, outward.sum(axis=1)),
    acts=lambda settings: settings.demand == "corridor",
    warms=True,
    flows=("natives out",),
    reasons=_reasons,
)


@dataclass(frozen=True, slots=True)
class Displaced:
    """What displacement starts from.

    Attributes
    ----------
    flood, storm : [area], people displaced a year, mean of all years of the table, persons
    outflow : [area], outward moves a year in the base year, persons
    """

    flood: Floats
    storm: Floats
    outflow: Floats


def load_displaced(panel: Panel, outflow: Floats) -> Displaced:
    """Gather what displacement starts from; `outflow` [area] are the outward moves of the base year, persons.

    Years in which the source lists nothing for an area count as years without displacement: to leave them out would
    let a flood that came once in sixteen years come every year.
    """
    rows = panel.frame("internal_displacement")
    years = rows["year"].max() - rows["year"].min() + 1
    by_area = {
        cause: rows[rows["cause"] == cause].groupby("area")["persons"].sum().reindex(areas.codes(), fill_value=0.0)
        for cause in (FLOOD, STORM)
    }
    return Displaced(by_area[FLOOD].to_numpy() / years, by_area[STORM].to_numpy() / years, outflow)


def displaced_people(warming: Floats, people_ratio: Floats, base: Displaced, draws: Draws) -> Floats:
    """People whom floods and storms displace in a year, most inside their country: [draw, year, area], persons.

    Parameters
    ----------
    warming : [draw, year], K of global warming since the base year
    people_ratio : [year, area], population over that of the base year
    """
    people: Floats = (base.flood + base.storm + _more(warming, base, draws)) * people_ratio
    return people


def displacement_push(warming: Floats, base: Displaced, draws: Draws) -> Floats:
    """Log effect of displacement on outward moves: [draw, year, area], zero in the base year.

    Parameters
    ----------
    warming : [draw, year], K of global warming since the base year
    """
    crossing = draws["displacement.crossing_share"][:, None, None] * _more(warming, base, draws)
    extra = np.divide(crossing, base.outflow, out=np.zeros_like(crossing), where=base.outflow > 0)
    push: Floats = np.log1p(np.clip(extra, -MOST_EXTRA / (1.0 + MOST_EXTRA), MOST_EXTRA))
    return push


def _more(warming: Floats, base: Displaced, draws: Draws) -> Floats:
    """People displaced a year beyond those of the base year, at its population: [draw, year, area]."""
    flood, storm = (draws[f"displacement.{cause}_growth"][:, None, None] for cause in (FLOOD, STORM))
    more: Floats = (flood * base.flood + storm * base.storm) * warming[:, :, None]
    return more
