"""The climate response of Burzynski, Docquier and Scheewel as a channel of its own, in place of ours.

It is used where `Settings.demand` is "bds". The tables of the model are the user's: `corridor data import bds DIR`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.areas import codes, index
from corridor.calendar import BASE_YEAR
from corridor.drivers.channel import Channel, Part
from corridor.drivers.channels.bds import MENDED, NO_CHANGE, PUBLISHED, BdsOutcome, solve
from corridor.drivers.channels.bds_tables import YEARS, load_world
from corridor.drivers.parameters import Fixed, Parameter
from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Floats
    from corridor.drivers.channel import Settings
    from corridor.drivers.channels.bds import Parameters
    from corridor.drivers.channels.bds_tables import BdsWorld

PATHWAY = "SSP2-4.5"
"""The one pathway whose temperature and sea the model has: its RCP 4.5."""
TEMPERATURE = "bds.temperature"
BY_TEMPERATURE = {1.0: "RCP 4.5", 1.5: "Higher T"}
"""Multiple of the temperature damage of RCP 4.5 -> scenario."""
SOURCE = "Burzynski, Docquier and Scheewel, The Geography of Climate Migration, doi 10.1017/dem.2021.6"
POSITIVE = float(np.nextafter(0, 1))
BELOW_ONE = float(np.nextafter(1, 0))


def _parameter(name: str, title: str, meaning: str, unit: str = "1") -> Parameter:
    return Parameter(f"bds.{name}", meaning, unit, Fixed(getattr(PUBLISHED, name)), "F", SOURCE, title)


MODEL_PARAMETERS = {
    _parameter(
        "mu", "Response of movers to wages", ("The inverse of the wage elasticity of the ratio of movers to stayers.")
    ): (
        POSITIVE,
        np.inf,
    ),
    _parameter(
        "chi",
        "Utility lost where homes are flooded",
        ("Share of utility that people lose if they stay where their home is flooded."),
    ): (0.0, BELOW_ONE),
    _parameter(
        "externality_rural", "Rural productivity and skills", "Elasticity of rural productivity to the skill ratio."
    ): (-np.inf, np.inf),
    _parameter(
        "externality_urban", "Urban productivity and skills", "Elasticity of urban productivity to the skill ratio."
    ): (-np.inf, np.inf),
    _parameter("growth", "Growth of productivity", "Factor by which productivity grows everywhere.", "per year"): (
        POSITIVE,
        np.inf,
    ),
    _parameter(
        "rural_bias",
        "Weight of skills in agriculture",
        "Weight of the high-skilled in agriculture, relative to that of the low-skilled.",
    ): (0.0, np.inf),
    _parameter(
        "causal_share",
        "Causal part of urban skill bias",
        "Causal share of the slope of urban skill bias over the skill ratio.",
    ): (
        0.0,
        1.0,
    ),
    _parameter(
        "internal_ratio_high",
        "Skilled movers to the city, 2010",
        "High-skilled people who moved from rural areas to the city in 2010, per rural stayer.",
    ): (0.0, np.inf),
}
"""Parameter of the model -> the least and the greatest value it may have."""

CHANNEL = Channel(
    name="bds",
    title="Climate response of Burzynski, Docquier and Scheewel",
    block="climate direct",
    acts_on=("push", "pair"),
    mechanism=(
        "The model has 179 countries, two regions and two skills. Movers per stayer follow wages: m / m(2010) = [k "
        "(w_dest / w_dest(2010)) / (w_orig / w_orig(2010))]^(1/mu). Here k = 1 / (1 - chi) where the home is "
        "flooded, and 1 elsewhere. Temperature multiplies the productivity of each region, and sea level floods "
        "homes. Wages and people are solved together in 2040, 2070 and 2100, with climate change and without. The "
        "log effect on an origin is the logarithm of the share of natives who emigrate with climate change, divided "
        "by that share without it. The log effect on a corridor is the logarithm of the same ratio for its "
        "emigrants, less the effect on its origin. Both effects are 0 in 2010 and linear between dates. We take them "
        f"relative to {BASE_YEAR}."
    ),
    direction=(
        "Emigration rises where productivity falls more at home than in the destinations of emigrants, because wages "
        "abroad then gain on wages at home. It falls where productivity at home falls less or rises, as in "
        "Afghanistan or Switzerland. A cold climate does not decide the sign: in the tables Russia and Mongolia "
        "lose. Where homes are flooded, more people leave. A corridor gains on the others of its origin where its "
        "destination loses less."
    ),
    limits=(
        "The model has one climate, RCP 4.5, and one with 1.5 times its temperature damage. It gives no interval. "
        "Temperature and income act together here, so this channel takes the place of our channels of climate and "
        "income losses and is not added to them. The model counts adults once in 30 years. It has no ages, no "
        "returns and no diaspora, and its immigrants leave no descendants. 58 of the 237 areas are not in it and "
        "keep an effect of 0. Corridors without emigrants in 2010 keep 0 relative to their origin. We date the moves "
        "of a generation at its year and draw straight lines between dates (our judgement)."
    ),
    parameters=(
        *MODEL_PARAMETERS,
        Parameter(
            TEMPERATURE,
            "Multiple of the temperature damage of RCP 4.5. It is 1, or 1.5 as in Higher T.",
            "1",
            Fixed(1.0),
            "F",
            SOURCE,
            title="Multiple of temperature damage",
        ),
    ),
    effects=lambda case, settings: response_under(settings, load_world(), case.conditions.years).part(case.draws),
    acts=lambda settings: settings.demand == "bds",
)


@dataclass(frozen=True, slots=True)
class BdsResponse:
    """Log effects of climate on moves, against 2025.

    Attributes
    ----------
    scenario : of the model
    years : calendar years
    push : [year, orig], over the 237 areas
    pair : [year, orig, dest], what a corridor has beside its origin
    absent : codes of the areas that the model lacks; their effects are 0
    """

    scenario: str
    years: tuple[int, ...]
    push: Floats
    pair: Floats
    absent: tuple[str, ...]

    def part(self, draws: int) -> Part:
        """Return what the channel gives, the same in all draws."""
        return Part(push=np.broadcast_to(self.push, (draws, *self.push.shape)).copy(), pair=self.pair)


def rate_ratios(changed: BdsOutcome, base: BdsOutcome) -> tuple[Floats, Floats]:
    """Return log ratios of emigration between two scenarios at the model's dates.

    The people of a date are one generation: the adult children of the generation before, of whom everyone chooses once
    and nobody is left at the next date. Its emigrants are therefore all its moves, and no stock that grows: the
    increment between two dates compares two generations and can be negative. A flow is emigrants over those who could
    leave, and the engine has the people who could leave from its own trajectory. So the effect on an origin is the
    ratio of shares, emigrants over natives: a ratio of emigrants alone would count again that climate changes how
    many are born in the country. In a corridor natives cancel.

    Returns
    -------
    push : [year, orig], log ratio of the share of natives who emigrate
    pair : [year, orig, dest], log ratio of emigrants of the corridor less that of all emigrants of its origin; 0 where
        a scenario has none
    """
    natives = _log_ratio(changed.natives.sum(axis=(1, 2)), base.natives.sum(axis=(1, 2)))
    totals = _log_ratio(changed.emigrants.sum(axis=-1), base.emigrants.sum(axis=-1))
    there = (changed.emigrants > 0) & (base.emigrants > 0)
    corridors = _log_ratio(changed.emigrants, base.emigrants)
    return totals - natives, np.where(there, corridors - totals[..., None], 0.0)


def _log_ratio(changed: Floats, base: Floats) -> Floats:
    there = (changed > 0) & (base > 0)
    return np.log(np.where(there, changed, 1.0) / np.where(there, base, 1.0))


def year_weights(years: Sequence[int]) -> Floats:
    """Return the weights [year, date] that give effects against 2025, linear between the model's dates."""
    weights = np.stack([np.interp([*years, BASE_YEAR], YEARS, unit) for unit in np.eye(len(YEARS))], axis=1)
    return np.asarray(weights[:-1] - weights[-1])


def bds_response(
    world: BdsWorld, years: Sequence[int], scenario: str = "RCP 4.5", parameters: Parameters = MENDED
) -> BdsResponse:
    """Return how climate changes moves between the 237 areas in calendar years.

    Raises
    ------
    InputError : there is no such scenario, or a year lies outside 2010-2100
    NotConverged : the model finds no equilibrium
    """
    _need_years(years)
    push, pair = rate_ratios(solve(world, scenario, parameters), solve(world, NO_CHANGE, parameters))
    weights, place = year_weights(years), np.array([index(iso3) for iso3 in world.codes])
    areas = len(codes())
    all_push, all_pair = np.zeros((len(years), areas)), np.zeros((len(years), areas, areas))
    all_push[:, place] = weights @ push
    all_pair[:, place[:, None], place] = np.tensordot(weights, pair, axes=1)
    absent = tuple(iso3 for iso3 in codes() if iso3 not in world.codes)
    return BdsResponse(scenario, tuple(years), all_push, all_pair, absent)


def _need_years(years: Sequence[int]) -> None:
    outside = [year for year in years if not YEARS[0] <= year <= YEARS[-1]]
    if outside:
        fault = f"the model of Burzynski, Docquier and Scheewel runs only from {YEARS[0]} to {YEARS[-1]}"
        raise InputError(Problem(fault, "Choose years between", column="year", value=outside[0]))


def response_under(settings: Settings, world: BdsWorld, years: Sequence[int]) -> BdsResponse:
    """Return the response that a scenario's settings ask for, with the slips of the published computation mended.

    Raises
    ------
    InputError : the settings ask for a climate, or a value of a parameter, that the model does not have
    """
    scenario, parameters = asked(settings)
    return bds_response(world, years, scenario, parameters)


def asked(settings: Settings) -> tuple[str, Parameters]:
    """Return the scenario and the parameters of the model that settings ask for.

    Raises
    ------
    InputError : with every setting that the model cannot follow
    """
    fixed = {name: value for name, value in settings.fixed.items() if name.startswith("bds.")}
    scenario = BY_TEMPERATURE.get(fixed.pop(TEMPERATURE, 1.0))
    problems = _climate_problems(settings, scenario) + _parameter_problems(fixed)
    if problems or scenario is None:
        raise InputError(problems)
    own: dict[str, Any] = {name.removeprefix("bds."): value for name, value in fixed.items()}
    return scenario, replace(MENDED, **own)


def _climate_problems(settings: Settings, scenario: str | None) -> list[Problem]:
    can = (
        f"With demand bds use pathway {PATHWAY} without a percentile and without warming of your own (its RCP 4.5), "
        f"and {TEMPERATURE} = 1.5 for its Higher T; for other climates use demand corridor"
    )
    fault = "the model of Burzynski, Docquier and Scheewel has no such climate"
    asked_for = {
        "pathway": None if settings.pathway == PATHWAY else settings.pathway,
        "percentile": settings.percentile,
        "own_warming": None if settings.own_warming is None else "a path of its own",
        TEMPERATURE: None if scenario else settings.fixed[TEMPERATURE],
    }
    return [Problem(fault, can, column=name, value=value) for name, value in asked_for.items() if value is not None]


def _parameter_problems(fixed: dict[str, float]) -> list[Problem]:
    bounds = {parameter.name: limits for parameter, limits in MODEL_PARAMETERS.items()}
    problems = []
    for name, value in fixed.items():
        if name not in bounds:
            known = [parameter.name for parameter in CHANNEL.parameters]
            problems.append(Problem("the channel has no such parameter", spelling(name, known), value=name))
        elif not (isfinite(value) and bounds[name][0] <= value <= bounds[name][1]):
            low, high = bounds[name]
            fault = f"the parameter is not finite and between {low:g} and {high:g}"
            problems.append(Problem(fault, "Correct the value", column=name, value=value))
    return problems
