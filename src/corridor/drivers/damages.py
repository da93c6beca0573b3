"""What warming takes from income: four families of damage functions, as log ratios to the base year.

All take the warming dT of an area above its mean of 2011-2020, K, and its temperature T0, degrees Celsius.

kalkuhl-wenz (default)
    a level effect (Kalkuhl & Wenz 2020): the share lost is D = s (-.0121 dT + .00092 [(T0 + dT)^2 - T0^2]).
burke-hsiang-miguel
    a growth effect (Burke, Hsiang & Miguel 2015): income is multiplied in every year by 1 + h(T0 + dT) - h(T0),
    h(T) = b1 T + b2 T^2, T at most 30.
kahn
    a growth effect of the pace of warming (Kahn et al. 2021), through its two published losses by 2100.
none
    nothing.

The families differ tenfold: India loses 5 % by 2100 under SSP2-4.5 in the first and 63 % in the second. Show both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.data.rules.warming_surface import QUANTITIES, TABLE
from corridor.drivers.channel import Channel
from corridor.drivers.channels.immobility import means_and_wishes, weighed
from corridor.drivers.channels.income import income_before
from corridor.drivers.parameters import Fixed, Normal, Parameter
from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.drivers.parameters import Draws
    from corridor.drivers.sign_facts import SignFacts

HOTTEST = 30.0
"""Burke, Hsiang and Miguel hold the response at this temperature beyond it: hotter years were hardly observed."""
BHM_LINEAR, BHM_QUADRATIC = 0.0127177399, -0.0004870765
BHM_TILT = -0.0255
"""Change of the quadratic coefficient for each unit of the linear one over the 1,000 bootstrap runs (C)."""
KAHN_YEARS = 86
"""2015 to 2100, over which the two losses are published."""
KAHN_SLOW, KAHN_FAST = 0.01, 0.04
"""Rates of warming of the two published losses, K a year."""
LARGEST_SHARE = 0.99
"""No level effect takes more of income, so that its log exists."""

_KW = (
    "Kalkuhl & Wenz 2020, Journal of Environmental Economics and Management 103: 102360, as in the country "
    "coefficients of NICE2020 (Young-Brun et al.)"
)
_BHM = "Burke, Hsiang & Miguel 2015, Nature 527: 235-239, pooled, no lags"
_KAHN = "Kahn, Mohaddes, Ng, Pesaran, Raissi & Yang 2021, Energy Economics 104: 105624 (abstract of NBER 26167)"


def _reasons(facts: SignFacts) -> list[str]:
    lost, log = facts.log_damages, facts.log_income
    words = [
        f"{temperature:.0f} degrees Celsius where people live: {change:+.1f} % of income"
        for temperature, change in zip(facts.case.known("damages"), 100.0 * np.expm1(lost), strict=True)
    ]
    if facts.flow == "newcomers in":
        others = lost - facts.at_once / facts.value("income.destination_elasticity")
        return [
            f"{start}, {rival:+.1f} % where its newcomers could go"
            for start, rival in zip(words, 100.0 * np.expm1(others), strict=True)
        ]
    pairs = zip(means_and_wishes(facts, log), means_and_wishes(facts, log - lost), strict=True)
    means, wishes = (with_it - without for with_it, without in pairs)
    return [
        f"{start}, now {income:,.0f} dollars: {weighed(can, will)}"
        for start, income, can, will in zip(words, income_before(facts) * np.exp(log), means, wishes, strict=True)
    ]


CHANNEL = Channel(
    name="damages",
    title="Income lost to warming",
    block="climate through income",
    acts_on=("push", "pull"),
    mechanism=(
        "The income per head of a pathway is multiplied by exp(ln((1 - D_t) / (1 - D_0))). Here D is the share that "
        "warming takes: D = s (-.0121 dT + .00092 ((T0 + dT)^2 - T0^2)), or that of another family. Income then "
        "moves emigration and destinations through the income channel."
    ),
    direction=(
        "Warm areas lose income and become weaker destinations than colder areas to which their newcomers could go. "
        "Cold areas gain a little, up to about 7 degrees Celsius (13 in burke-hsiang-miguel). The effect of a loss "
        "on emigration depends on how poor the origin is: a loss keeps the poorest at home and pushes others out."
    ),
    limits=(
        "The channel uses mean temperature only. It leaves out storms, floods, heat waves and sea level. T0 comes "
        "from a surface of ours with an error of 1.7 degrees. The estimates rest on weather of the past, so they "
        "leave out any adaptation beyond that of the past."
    ),
    parameters=(
        Parameter(
            "damages.kw_linear",
            "Share of income lost for each degree of warming, where the quadratic term is zero.",
            "1 per K",
            Fixed(-0.0121),
            "C",
            f"{_KW}. The value is our regression of 172 countries' linear coefficients on their temperature (r = "
            ".995).",
            title="Income lost a degree",
        ),
        Parameter(
            "damages.kw_quadratic",
            "Share of income lost for each squared degree of temperature.",
            "1 per K^2",
            Fixed(0.00092),
            "F",
            _KW,
            title="Income lost a squared degree",
        ),
        Parameter(
            "damages.kw_scale",
            "Factor on both coefficients. The best temperature stays at 6.6 degrees Celsius.",
            "1",
            Normal(1.0, 0.2, 0.0, 2.0),
            "J",
            "Our judgement: we read their 7 to 14 % of world output at 3.5 degrees as a range of 90 %.",
            title="Size of the damages, Kalkuhl-Wenz",
        ),
        Parameter(
            "damages.bhm_linear",
            "Change of growth for each degree of temperature.",
            "1 a year per K",
            Normal(BHM_LINEAR, 0.003857),
            "C",
            f"{_BHM}. We computed the standard deviation from 1,000 bootstrap runs.",
            title="Growth a degree, Burke et al.",
        ),
        Parameter(
            "damages.bhm_quadratic",
            "Change of growth for each squared degree of temperature, at the central linear coefficient. It changes "
            "together with that coefficient.",
            "1 a year per K^2",
            Normal(BHM_QUADRATIC, 6.169e-5),
            "C",
            f"{_BHM}. We computed the standard deviation, given the linear coefficient, from 1,000 bootstrap runs.",
            title="Growth a squared degree, Burke et al.",
        ),
        Parameter(
            "damages.kahn_slow",
            "Income lost by 2100 with warming of .01 K a year.",
            "1",
            Fixed(0.0107),
            "F",
            _KAHN,
            title="Income lost with slow warming, Kahn",
        ),
        Parameter(
            "damages.kahn_fast",
            "Income lost by 2100 with warming of .04 K a year.",
            "1",
            Fixed(0.0722),
            "F",
            _KAHN,
            title="Income lost with fast warming, Kahn",
        ),
        Parameter(
            "damages.kahn_scale",
            "Factor on the logarithm of the income that remains after the two losses.",
            "1",
            Normal(1.0, 0.3, 0.0, 2.0),
            "J",
            "Our judgement: we do not know their interval. If variability rises as well, they find 13 % instead of 7 "
            "%.",
            title="Size of the damages, Kahn et al.",
        ),
    ),
    income=lambda case, settings: log_income_ratio(
        settings.damages, case.known("damages"), case.warming(settings), case.values(settings)
    ),
    load=lambda panel, *_: load_base_temperature(panel),
    acts=lambda settings: settings.demand == "corridor" and settings.damages != "none",
    uses=lambda settings, name: name.startswith(f"damages.{FAMILIES[settings.damages].prefix}"),
    warms=True,
    flows=("natives out", "newcomers in"),
    reasons=_reasons,
)


def load_base_temperature(panel: Panel) -> Floats:
    """Return the mean temperature of 1980-2010 where people live, of our surface: [area], degrees Celsius."""
    return panel.array(TABLE)[:, QUANTITIES.index("temperature")]


def log_income_ratio(family: str, base_temperature: Floats, warming: Floats, draws: Draws) -> Floats:
    """Return the log of income with warming over income without, against the first year: [draw, year, area].

    It is exactly zero in the first year.

    Parameters
    ----------
    family : a key of `FAMILIES`
    base_temperature : [area], degrees Celsius
    warming : [draw, year, area], K above the mean of 2011-2020, in consecutive years from the base year
    draws : the parameters of `CHANNEL`

    Raises
    ------
    InputError : the family is unknown
    """
    if family not in FAMILIES:
        remedy = spelling(family, list(FAMILIES))
        raise InputError(Problem("there is no such family of damage functions", remedy, value=family))
    return FAMILIES[family].log_ratio(base_temperature, warming, draws)


def kalkuhl_wenz(base_temperature: Floats, warming: Floats, draws: Draws) -> Floats:
    """Return `log_income_ratio` of the level effect."""
    linear, quadratic, scale = (draws[f"damages.kw_{name}"][:, None, None] for name in ("linear", "quadratic", "scale"))
    left = np.log1p(-np.minimum(scale * lost_share(base_temperature, warming, linear, quadratic), LARGEST_SHARE))
    return np.asarray(left - left[:, :1])


def lost_share(base_temperature: Floats, warming: Floats, linear: Floats, quadratic: Floats) -> Floats:
    """Return the share of income that warming takes in a level effect, negative where it gives, shaped as `warming`."""
    return linear * warming + quadratic * ((base_temperature + warming) ** 2 - base_temperature**2)


def burke_hsiang_miguel(base_temperature: Floats, warming: Floats, draws: Draws) -> Floats:
    """Return `log_income_ratio` of the growth effect: years after the first add up."""
    linear = draws["damages.bhm_linear"][:, None, None]
    quadratic = draws["damages.bhm_quadratic"][:, None, None] + BHM_TILT * (linear - BHM_LINEAR)
    log_ratio = np.cumsum(np.log1p(growth_effect(base_temperature, warming, linear, quadratic)[:, 1:]), axis=1)
    return np.concatenate([np.zeros_like(warming[:, :1]), log_ratio], axis=1)


def growth_effect(base_temperature: Floats, warming: Floats, linear: Floats, quadratic: Floats) -> Floats:
    """Return what warming adds to a year's growth, shaped as `warming`."""
    before, after = (np.minimum(values, HOTTEST) for values in (base_temperature, base_temperature + warming))
    return np.asarray(linear * (after - before) + quadratic * (after**2 - before**2))


def kahn(base_temperature: Floats, warming: Floats, draws: Draws) -> Floats:
    """Return `log_income_ratio` of the pace of warming since the first year, in either direction.

    With n years since and a mean rate r, ln income falls by k n (r / .01)^p; k and p are those that give both published
    losses after 86 years. The published coefficient (.0543 points of growth for each .01 K a year above the norm, as we
    recall it) is not used: taken straight it would give 17 % by 2100 at +.04, not 7.22.
    """
    del base_temperature
    slow, fast = (-np.log1p(-draws[f"damages.kahn_{pace}"])[:, None, None] for pace in ("slow", "fast"))
    power = np.log(fast / slow) / np.log(KAHN_FAST / KAHN_SLOW)
    since = np.maximum(np.arange(warming.shape[1]), 1)[:, None]
    rate = np.abs(warming - warming[:, :1]) / since
    return np.asarray(
        -draws["damages.kahn_scale"][:, None, None] * slow * since / KAHN_YEARS * (rate / KAHN_SLOW) ** power
    )


def none(base_temperature: Floats, warming: Floats, draws: Draws) -> Floats:
    """Return zeros: nothing is lost."""
    del base_temperature, draws
    return np.zeros_like(warming)


@dataclass(frozen=True, slots=True)
class DamageFamily:
    """A family of damage functions.

    Attributes
    ----------
    name : as scenarios write it
    log_ratio : its `log_income_ratio`
    prefix : of its parameters among those of the channel
    authors : whose it is, as it stands in a sentence; empty for none
    compared : whether reports show it beside the default
    """

    name: str
    log_ratio: Callable[[Floats, Floats, Draws], Floats]
    prefix: str
    authors: str
    compared: bool = False


_ROWS = (
    DamageFamily("kalkuhl-wenz", kalkuhl_wenz, "kw_", "Kalkuhl and Wenz", compared=True),
    DamageFamily("burke-hsiang-miguel", burke_hsiang_miguel, "bhm_", "Burke, Hsiang and Miguel", compared=True),
    DamageFamily("kahn", kahn, "kahn_", "Kahn and others"),
    DamageFamily("none", none, "", ""),
)
FAMILIES: dict[str, DamageFamily] = {family.name: family for family in _ROWS}
"""Name -> family of damage functions; a new one is one more row."""
COMPARED = tuple(family.name for family in _ROWS if family.compared)
"""Families that reports show beside each other, the default first, because they differ up to tenfold."""
