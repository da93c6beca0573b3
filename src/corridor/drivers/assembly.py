"""All channels together: what drives a run, from a scenario's settings and the values of the parameters.

A block of causes can have the settings of a scenario, or be frozen in the base year: attribution runs all combinations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes
from corridor.data.tables.imports import imported
from corridor.drivers import damages
from corridor.drivers.channel import BLOCKS, Driving, Effects
from corridor.drivers.channels import displacement, immobility, income, slow_onset
from corridor.drivers.channels.own import own_push
from corridor.drivers.channels.policy import policy_effects
from corridor.drivers.country_warming import country_warming, draw_warming_per_degree, load_warming_per_degree
from corridor.drivers.levers import gate_of, return_effects
from corridor.drivers.parameters import central_values, draw_values
from corridor.drivers.registry import PARAMETERS
from corridor.drivers.temperature import warming_since_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from corridor.axes import Booleans, Floats
    from corridor.data.panel import Panel
    from corridor.drivers.channel import Settings
    from corridor.drivers.country_warming import WarmingPerDegree
    from corridor.drivers.levers import Gate
    from corridor.drivers.parameters import Draws


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the channels know of the world outside the engine, gathered from the panel once.

    Attributes
    ----------
    panel : for the tables of pathways
    years : calendar years of the run, from the base year on
    shares : [orig, dest], base shares of destinations in an origin's outward moves
    warming : per degree of global warming, and its spread
    base_temperature : [area], degrees Celsius
    means, displaced, slow_onset : what these channels start from
    """

    panel: Panel
    years: tuple[int, ...]
    shares: Floats
    warming: WarmingPerDegree
    base_temperature: Floats
    means: immobility.Means
    displaced: displacement.Displaced
    slow_onset: slow_onset.SlowOnsetData


@dataclass(frozen=True, slots=True)
class Chance:
    """Values of all parameters in some draws.

    Attributes
    ----------
    values : parameter -> [draw]
    per_degree : [draw, area], warming of areas for each degree of global warming, K per K
    """

    values: Draws
    per_degree: Floats


def load_conditions(panel: Panel, years: Sequence[int], outward: Floats, per_degree: str = "surface") -> Conditions:
    """Gather what the channels need.

    Parameters
    ----------
    years : consecutive calendar years from `BASE_YEAR`
    outward : [orig, dest], base outward moves a year, persons
    per_degree : as in `Settings`

    Raises
    ------
    InputError : the user's table of warming is asked for and was not imported
    """
    leaving = outward.sum(axis=1)
    shares = np.divide(outward, leaving[:, None], out=np.zeros_like(outward), where=leaving[:, None] > 0.0)
    return Conditions(
        panel,
        tuple(years),
        shares,
        load_warming_per_degree(panel, imported("warming") if per_degree == "imported" else None),
        damages.load_base_temperature(panel),
        immobility.load_means(panel, shares),
        displacement.load_displaced(panel, leaving),
        slow_onset.load_slow_onset(panel),
    )


def central_chance(conditions: Conditions) -> Chance:
    """Return every parameter at its median: one draw."""
    return Chance(central_values(PARAMETERS, {}), conditions.warming.mean[None])


def drawn_chance(conditions: Conditions, numbers: range, seed: int) -> Chance:
    """Return the parameters of some trajectories; those of one depend on the seed and its number only."""
    return Chance(
        draw_values(PARAMETERS, {}, numbers, seed), draw_warming_per_degree(conditions.warming, numbers, seed)
    )


def driving_of(
    conditions: Conditions, causes: Mapping[str, Settings | None], feedback: Settings, chance: Chance
) -> Driving:
    """Return what drives runs whose blocks of causes have the given settings.

    Parameters
    ----------
    causes : every block of `BLOCKS` -> its settings; None freezes it in the base year
    feedback : settings of networks and returns, which are no cause
    """
    effects = _through_income(conditions, causes["income"], causes["climate through income"], chance)
    effects = effects + _climate_direct(conditions, causes["climate direct"], chance)
    effects = effects + _policy(conditions, causes["policy"], chance)
    driving = _with_people(effects, causes["demography"], feedback, chance)
    return replace(driving, gate=gate_under(conditions, causes["policy"], chance))


def _with_people(effects: Effects, demography: Settings | None, feedback: Settings, chance: Chance) -> Driving:
    """Add what the engine computes from the people of each trajectory."""
    exposed = demography is not None and "exposure" not in demography.off
    return Driving(
        effects,
        np.full(len(chance.per_degree), float(exposed)),
        _elasticity("ageing.elasticity", demography, chance),
        _elasticity("network.elasticity", feedback, chance),
        np.full(len(chance.per_degree), float("returns" not in feedback.off)),
    )


def drive_of(
    conditions: Conditions, scenario: Settings, against: Settings | None = None, seed: int = 1
) -> Callable[[frozenset[str], range | None], Driving]:
    """Return what gives the driving of runs in which some blocks have a scenario's settings.

    The others have those of `against`, or are frozen in the base year if that is None. It is called with the blocks and
    with numbers of trajectories, or None for one run at the medians. What runs have in common is computed once.
    """

    @lru_cache(maxsize=8)
    def chance(numbers: range | None) -> Chance:
        return central_chance(conditions) if numbers is None else drawn_chance(conditions, numbers, seed)

    def of(chosen: bool) -> Settings | None:
        return scenario if chosen else against

    @lru_cache(maxsize=32)
    def income_part(own: bool, climate: bool, numbers: range | None) -> Effects:
        return _through_income(conditions, of(own), of(climate), chance(numbers))

    @lru_cache(maxsize=16)
    def other_part(climate: bool, policy: bool, numbers: range | None) -> Effects:
        return _climate_direct(conditions, of(climate), chance(numbers)) + _policy(
            conditions, of(policy), chance(numbers)
        )

    @lru_cache(maxsize=4)
    def gate_part(policy: bool, numbers: range | None) -> Gate | None:
        return gate_under(conditions, of(policy), chance(numbers))

    def drive(blocks: frozenset[str], numbers: range | None) -> Driving:
        income_effects = income_part("income" in blocks, "climate through income" in blocks, numbers)
        effects = income_effects + other_part("climate direct" in blocks, "policy" in blocks, numbers)
        driving = _with_people(effects, of("demography" in blocks), scenario, chance(numbers))
        return replace(driving, gate=gate_part("policy" in blocks, numbers))

    return drive


def everything(settings: Settings) -> dict[str, Settings | None]:
    """Return causes that all have the same settings."""
    return dict.fromkeys(BLOCKS, settings)


def drawn_driving(conditions: Conditions, settings: Settings, seed: int) -> Callable[[range], Driving]:
    """Return what all channels under one scenario do to trajectories by their number."""

    def drive(numbers: range) -> Driving:
        return driving_of(conditions, everything(settings), settings, drawn_chance(conditions, numbers, seed))

    return drive


def frozen() -> dict[str, Settings | None]:
    """Return causes that all stay as in the base year."""
    return dict.fromkeys(BLOCKS)


def _values(settings: Settings, chance: Chance) -> Draws:
    """Values of the parameters, those that the settings fix in their place."""
    draws = len(chance.per_degree)
    return {**chance.values, **{name: np.full(draws, value) for name, value in settings.fixed.items()}}


def _elasticity(name: str, settings: Settings | None, chance: Chance) -> Floats:
    if settings is None or name.split(".", maxsplit=1)[0] in settings.off:
        return np.zeros(len(chance.per_degree))
    return np.asarray(_values(settings, chance)[name])


def global_warming_of(conditions: Conditions, settings: Settings, chance: Chance) -> Floats:
    """Global warming above the mean of 2011-2020: [draw, year], K."""
    percentile = chance.values["temperature.percentile"]
    if settings.percentile is not None:
        percentile = np.full(len(percentile), settings.percentile)
    return warming_since_reference(
        conditions.panel, settings.pathway, conditions.years, percentile, own=settings.own_warming
    )


def warming_of(conditions: Conditions, settings: Settings, chance: Chance) -> Floats:
    """Warming of areas above their mean of 2011-2020: [draw, year, area], K."""
    return country_warming(chance.per_degree, global_warming_of(conditions, settings, chance))


def log_income_of(conditions: Conditions, own: Settings | None, climate: Settings | None, chance: Chance) -> Floats:
    """Log of income over that of the base year, with damages: [draw, year, area].

    Parameters
    ----------
    own, climate : settings of the pathway of income and of the damages; None leaves income as in the base year
    """
    draws, years, areas = len(chance.per_degree), len(conditions.years), len(conditions.shares)
    ratio = np.zeros((draws, years, areas))
    if own is not None:
        ratio += income.log_income_ratio(conditions.panel, own.income, conditions.years)
    if climate is not None and climate.demand == "corridor" and "damages" not in climate.off:
        ratio += damages.log_income_ratio(
            climate.damages,
            conditions.base_temperature,
            warming_of(conditions, climate, chance),
            _values(climate, chance),
        )
    return ratio


def _through_income(conditions: Conditions, own: Settings | None, climate: Settings | None, chance: Chance) -> Effects:
    """Effects of income on destinations and on leaving, with damages where they are a cause."""
    settings = own or climate
    if settings is None:
        return Effects.none(len(chance.per_degree), len(conditions.years), len(conditions.shares))
    ratio, values = log_income_of(conditions, own, climate, chance), _values(settings, chance)
    nothing = np.zeros_like(ratio)
    return Effects(
        nothing if "immobility" in settings.off else immobility.immobility_push(ratio, conditions.means, values),
        nothing if "income" in settings.off else income.income_pull(ratio, values),
    )


def _climate_direct(conditions: Conditions, settings: Settings | None, chance: Chance) -> Effects:
    found = Effects.none(len(chance.per_degree), len(conditions.years), len(conditions.shares))
    if settings is None:
        return found
    if settings.own_effects == "imported" and "own" not in settings.off:
        found = replace(found, push=found.push + own_push(imported("effects"), conditions.years))
    if settings.demand == "bds":
        return found if "bds" in settings.off else found + _bds(conditions, settings, len(found.push))
    values, push = _values(settings, chance), found.push
    globe = global_warming_of(conditions, settings, chance)
    if "slow_onset" not in settings.off:
        warming = country_warming(chance.per_degree, globe)
        push = push + slow_onset.slow_onset_push(conditions.slow_onset, warming, values)
    if "displacement" not in settings.off:
        push = push + displacement.displacement_push(globe - globe[:, :1], conditions.displaced, values)
    return Effects(push, found.pull)


def _bds(conditions: Conditions, settings: Settings, draws: int) -> Effects:
    """Return the whole climate response of the model of Burzynski, Docquier and Scheewel, in place of ours."""
    from corridor.drivers.channels.bds_response import response_under  # noqa: PLC0415 - only this demand needs its tables
    from corridor.drivers.channels.bds_tables import load_world  # noqa: PLC0415 - as above

    return response_under(settings, load_world(), conditions.years).effects(draws)


def _policy(conditions: Conditions, settings: Settings | None, chance: Chance) -> Effects:
    none = Effects.none(len(chance.per_degree), len(conditions.years), len(conditions.shares))
    if settings is None or "policy" in settings.off:
        return none
    none = replace(none, back=return_effects(settings.levers, conditions.years, codes()))
    diversion = float(_values(settings, chance)["policy.diversion"][0])
    found = policy_effects(settings.policies, conditions.years, codes(), conditions.shares, diversion)
    if found is None:
        return none
    push, pair = found
    return Effects(none.push + push, none.pull, pair, none.back)


def gate_under(
    conditions: Conditions, settings: Settings | None, chance: Chance, also: Booleans | None = None
) -> Gate | None:
    """Return the gate of a scenario's levers, and of the corridors `also` as in `gate_of`; None where there is none."""
    if settings is None:
        return None
    levers = () if "policy" in settings.off else settings.levers
    return gate_of(levers, conditions.years, codes(), _values(settings, chance), also)
