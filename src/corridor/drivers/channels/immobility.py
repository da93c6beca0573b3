"""Immobility: the poor cannot pay for a move, the rich have less reason to make one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import areas, index
from corridor.calendar import BASE_YEAR
from corridor.drivers.channel import Channel, Part
from corridor.drivers.channels.income import income_before, income_paths
from corridor.drivers.parameters import Beta, Fixed, Parameter, Uniform
from corridor.drivers.sign_facts import NONE
from corridor.estimate.gravity.gravity_floor import label_distance_km

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.drivers.parameters import Draws
    from corridor.drivers.sign_facts import SignFacts

SLOWS, REVERSES = 5_000.0, 10_000.0
"""Incomes at which emigration rises no more as fast, and begins to fall (Clemens 2020, found): dollars at purchasing
power parity. We take them for dollars of 2011 (recalled), the prices of the panel; were they dollars of 2005, they
would be 12 % higher in those. The fall is in full at twice the second, as the rise is at half of it (our judgement)."""
RICH = 30_000.0
"""Destinations with at least this income in the base year count as rich (our judgement)."""
INCOME_PATHWAY = "SSP2"
"""Whose income of the base year counts: the pathways differ little in it."""
DECILES = 10
SPREAD = 0.5
"""Scale of the logistic curve in log income, by which the share able to pay rises with income (our judgement)."""
LOG_CHANGES = np.arange(-64, 81) / 16.0
"""Log changes of income at which the share able to pay is tabulated; zero is one of them, exactly."""


def _reasons(facts: SignFacts) -> list[str]:
    log, start = facts.log_income, income_before(facts)
    means, wishes = means_and_wishes(facts, log)
    return [
        f"income from {before:,.0f} to {after:,.0f} dollars: {weighed(can, will)}"
        for before, after, can, will in zip(start, start * np.exp(log), means, wishes, strict=True)
    ]


def means_and_wishes(facts: SignFacts, log_income: Floats) -> tuple[Floats, Floats]:
    """Parts of the push: through the means of the poor, and through reasons to leave: each [area], in logs."""
    means: Means = facts.case.known("immobility")
    push = immobility_push(log_income[None, None], means, facts.case.values(facts.settings))[0, 0]
    poor, rich = facts.value("immobility.elasticity"), facts.value("immobility.elasticity_rich")
    fall = np.array([rise_and_fall(at, change)[1] for at, change in zip(means.log_income, log_income, strict=True)])
    wishes: Floats = facts.value("immobility.strength") * (poor + (rich - poor) * means.rich_share) * fall
    return push - wishes, wishes


def weighed(means: float, wishes: float) -> str:
    """Words for the greater of two log effects, and both where both count."""
    can, will = (100.0 * float(np.expm1(part)) for part in (means, wishes))
    if abs(means) > abs(wishes):
        words = f"{'more' if means > 0 else 'fewer'} can pay for a move"
    else:
        words = f"{'less' if wishes <= 0 else 'more'} reason to leave"
    both = f" (means {can:+.1f} %, reasons {will:+.1f} %)"
    return words + (both if min(abs(can), abs(will)) >= NONE else "")


CHANNEL = Channel(
    name="immobility",
    title="Means and reasons to leave",
    block="income",
    acts_on=("push",),
    mechanism=(
        "The push of an origin is push_o = lambda * [(1 - w) * rise + w * gate + fall]. The three terms are zero in "
        "the base year. The elasticity of emigration to own income y is e for y below 5,000 dollars. It then changes "
        "with ln y through 0 at 10,000 to -e at 20,000 and stays there. The terms rise and fall are the integrals of "
        "its positive and negative part from ln y_0 to ln y_t. The elasticity e is .35, and .74 for the share of the "
        "origin's moves that goes to rich destinations. The term gate is ln(A_t / A_0), where A is the share of "
        "people who can pay. A is the mean, over an origin's destinations by base share and over ten income groups, "
        "of logistic((ln y - ln C_od) / .5). Incomes are lognormal with the origin's Gini index. A move costs 500 "
        "dollars to start, .10 a km, and a fee for the passport: 300 for a visa, 50 for a visa from the border or "
        "the screen, 20 for an authorisation, and 2,500 where nobody is admitted. Rise and gate describe the same "
        "thing, the means of poor people: rise by the outcome where incomes grew, gate by the cause. So they are "
        "averaged with weight w and never added. The factor lambda expresses doubt about all three terms."
    ),
    direction=(
        "Below 10,000 dollars, growth of income lets more people leave and a loss of income lets fewer leave. Above, "
        "growth keeps people at home and a loss sends more away. So climate damages make poor people less mobile and "
        "people with middle incomes more mobile; this is the change of sign of Cattaneo & Peri 2016. In an origin "
        "that grows through 10,000 dollars, emigration rises first and falls later."
    ),
    limits=(
        "In 44 countries that grew out of low income, emigration fell (Berthiaume et al. 2021), so lambda may be "
        "near zero. Clemens doubts that costs of travel and policy are the main cause of the rise, so w may be near "
        "zero too. The costs are our judgement. We set them once so that the median elasticity of the gate, in "
        "origins below 5,000 dollars, is near Clemens' .35. They are market dollars, but we compare them with "
        "incomes at purchasing power, which makes the gate too weak for the poorest. Product per head is more than "
        "households have. Gini indices are constant. The elasticity .35 holds for all destinations, so its mix with "
        ".74 is an upper reading. The fall goes on in the richest origins, where there is little evidence. In "
        "Benveniste et al. 2022, damages take 10 % of the emigration of the poorest fifth by 2100; here a loss of 10 "
        "% of income takes 3 % below 2,000 dollars, and 6 % at lambda 1. At central values and base populations, the "
        "world's outward moves fall by 10 % to 2060 and by 26 % to 2100 under SSP2, and to 2100 by 8 % under SSP3 "
        "and 39 % under SSP5. This is a large effect on weak evidence."
    ),
    parameters=(
        Parameter(
            "immobility.strength",
            "The factor lambda: how strongly own income changes emigration in this way.",
            "1",
            Beta(2.0, 2.0),
            "J",
            "The range goes from no effect (Berthiaume et al. 2021; our own fit with country effects finds none) to "
            "that of Clemens 2020.",
            title="Strength of means and reasons to stay",
        ),
        Parameter(
            "immobility.elasticity",
            "Elasticity of poor people's emigration to their own income, to all destinations.",
            "1",
            Fixed(0.35),
            "F",
            "Clemens 2020, CGD Working Paper 540, within countries and below 10,000 dollars.",
            title="Emigration of the poor and income",
        ),
        Parameter(
            "immobility.elasticity_rich",
            "Elasticity of poor people's emigration to their own income, to rich destinations.",
            "1",
            Fixed(0.74),
            "F",
            "Clemens 2020, CGD Working Paper 540.",
            title="Emigration of the poor to rich destinations and income",
        ),
        Parameter(
            "immobility.gate_weight",
            "The weight w of the share who can pay, relative to the measured elasticity, where emigration rises with "
            "income.",
            "1",
            Uniform(0.0, 1.0),
            "J",
            "Our judgement. Both terms describe the same thing, and no evidence chooses between them.",
            title="Weight of the share able to pay",
        ),
    ),
    effects=lambda case, settings: Part(
        push=immobility_push(case.log_income, case.known("immobility"), case.values(settings))
    ),
    load=lambda panel, _, shares: load_means(panel, shares),
    through=("climate through income",),
    flows=("natives out",),
    reasons=_reasons,
)


@dataclass(frozen=True, slots=True)
class Costs:
    """What a move costs, dollars; all our judgement except the price of a passage.

    Attributes
    ----------
    start : to leave and to begin
    per_km : of travel
    fees : class of the Passport Index -> fee; `no_admission` is the price of an irregular passage, 2,200 to 2,800 a
        head (computed from UNODC 2018: 5.5-7 billion dollars, 2.5 million people smuggled in 2016)
    """

    start: float = 500.0
    per_km: float = 0.10
    visa_free: float = 0.0
    eta: float = 20.0
    on_arrival: float = 50.0
    e_visa: float = 50.0
    required: float = 300.0
    no_admission: float = 2500.0


@dataclass(frozen=True, slots=True)
class Means:
    """What immobility starts from.

    Attributes
    ----------
    log_income : [area], in the base year
    rich_share : [area], share of an origin's moves that goes to rich destinations
    gate : [area, change], log of the share able to pay over that of the base year, at `LOG_CHANGES`
    """

    log_income: Floats
    rich_share: Floats
    gate: Floats


def load_means(panel: Panel, shares: Floats, costs: Costs | None = None) -> Means:
    """Gather what immobility starts from.

    Parameters
    ----------
    shares : [orig, dest], base shares of destinations in an origin's outward moves; rows sum to 1, or to 0
    """
    income = income_paths(panel, INCOME_PATHWAY, [BASE_YEAR])[0]
    deciles = decile_incomes(income, gini_indices(panel))
    rich: Floats = shares @ (income >= RICH).astype(np.float64)
    return Means(np.log(income), rich, gate_table(deciles, moving_costs(panel, costs or Costs()), shares))


def gini_indices(panel: Panel) -> Floats:
    """Gini index of income, 0 to 1: [area], the latest published; where none is, the mean of the subregion."""
    rows = panel.frame("wdi")
    rows = rows[rows["indicator"] == "SI.POV.GINI"].sort_values("year")
    latest: dict[str, float] = dict(zip(rows["area"], rows["value"], strict=True))
    known: dict[str, list[float]] = {}
    for area in areas():
        known.setdefault(area.subregion, []).extend([latest[area.iso3]] if area.iso3 in latest else [])
    return np.array([latest.get(area.iso3, np.mean(known[area.subregion])) for area in areas()]) / 100.0


def decile_incomes(mean: Floats, gini: Floats) -> Floats:
    """Mean income of each tenth of the people under a lognormal distribution: [area, decile].

    Parameters
    ----------
    mean : [area], income per head
    gini : [area], 0 to 1
    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - slow to import

    sigma = np.sqrt(2.0) * ndtri((1.0 + gini) / 2.0)
    bounds = ndtri(np.arange(DECILES + 1) / DECILES)
    incomes: Floats = mean[:, None] * DECILES * np.diff(ndtr(bounds - sigma[:, None]), axis=1)
    return incomes


def moving_costs(panel: Panel, costs: Costs) -> Floats:
    """Cost of a move: [orig, dest], dollars.

    Areas that the Passport Index does not list (most are territories whose people hold the passport of another area)
    pay no fee.
    """
    distance = label_distance_km()
    fees = np.zeros_like(distance)
    rows = panel.frame("visa_requirement")
    passports, destinations, requirements = (
        rows[column].to_list() for column in ("passport", "destination", "requirement")
    )  # columns give their words one by one several times as slowly
    at = [index(iso3) for iso3 in passports], [index(iso3) for iso3 in destinations]
    fees[at] = [getattr(costs, requirement) for requirement in requirements]
    return costs.start + costs.per_km * distance + fees


def gate_table(deciles: Floats, costs: Floats, shares: Floats) -> Floats:
    """Log of the share able to pay over that of the base year: [orig, change] at `LOG_CHANGES`, zero at no change.

    Parameters
    ----------
    deciles : [orig, decile], incomes in the base year
    costs, shares : [orig, dest]
    """
    power = 1.0 / SPREAD
    grown = np.exp(power * LOG_CHANGES)
    able = np.ones((len(deciles), len(LOG_CHANGES)))
    for orig in np.flatnonzero(shares.sum(axis=1) > 0):
        odds = np.multiply.outer(grown, (deciles[orig][:, None] / costs[orig]) ** power)
        able[orig] = (odds / (1.0 + odds)).mean(axis=1) @ shares[orig]
    table: Floats = np.log(able / able[:, LOG_CHANGES == 0.0])
    return table


def immobility_push(log_ratio: Floats, means: Means, draws: Draws) -> Floats:
    """Log effect of an origin's own income on its outward moves: [draw, year, area], zero where income is unchanged.

    Parameters
    ----------
    log_ratio : [draw or 1, year, area], log of income over that of the base year; may include climate damages
    draws : values of the channel's parameters
    """
    strength, weight, elasticity, to_rich = (
        draws[f"immobility.{name}"][:, None] for name in ("strength", "gate_weight", "elasticity", "elasticity_rich")
    )
    push = np.empty((len(strength), *log_ratio.shape[1:]))
    for area, start in enumerate(means.log_income):
        change = np.ascontiguousarray(log_ratio[..., area])
        slope = elasticity + (to_rich - elasticity) * means.rich_share[area]
        rise, fall = (part * slope for part in rise_and_fall(start, change))
        gate = np.interp(change, LOG_CHANGES, means.gate[area])
        push[..., area] = strength * ((1.0 - weight) * rise + weight * gate + fall)
    return push


def rise_and_fall(start: float, change: Floats) -> tuple[Floats, Floats]:
    """Integrals of the positive and of the negative part of the elasticity, in units of the poor's, in closed form.

    The elasticity is 1 below `SLOWS`, linear in log income through 0 at `REVERSES`, and -1 from as far above.

    Parameters
    ----------
    start : log of income in the base year
    change : of log income since, in any shape
    """
    rise: Floats = _risen(start + change) - _risen(start)
    fall: Floats = _fallen(start + change) - _fallen(start)
    return rise, fall


def _risen(log_income: Floats | float) -> Floats:
    """Integral of the positive part up to a log income, zero from `REVERSES` on."""
    below = np.maximum(np.log(REVERSES) - log_income, 0.0)
    return -_ramp(below)


def _fallen(log_income: Floats | float) -> Floats:
    """Integral of the negative part up to a log income, zero up to `REVERSES`."""
    above = np.maximum(log_income - np.log(REVERSES), 0.0)
    return -_ramp(above)


def _ramp(distance: Floats) -> Floats:
    """Integral from 0 of a slope that grows linearly to 1 at the width of the ramp and stays there."""
    width = np.log(REVERSES / SLOWS)
    within = np.minimum(distance, width)
    area: Floats = 0.5 * (within * within) / width + (distance - within)  # a power of one number may round otherwise
    return area
