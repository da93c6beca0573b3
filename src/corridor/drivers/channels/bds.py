"""World model of climate migration of Burzynski, Docquier and Scheewel: calibration, equilibrium, generations, table.

"The Geography of Climate Migration", Journal of Demographic Economics, doi 10.1017/dem.2021.6. Adults of 179 countries
live in a rural or an urban region and are low- or high-skilled. Each generation, one in 30 years, chooses once to stay,
to move to the other region, or to move abroad, by wages. Climate acts through productivity (temperature) and through
flooded homes (sea level). Movers per stayer change with the ratio of wages to the power 1 / mu from what was observed
in 2010: the constant costs of moving cancel.

`PUBLISHED` computes what was published, slips included; `MENDED` without the slips. Three things of the published
computation are slips, because its text means something else or because people are lost:

- the flooded shares of the higher sea are those of the country before in alphabetical order, times 1.5;
- whether a child becomes high-skilled hangs on whether the home is flooded, not on the parent's own skill;
- high-skilled New Zealanders and low-skilled Samoans from the countryside leave, and arrive nowhere.

Choices of the model that limit it are no slips and stay: immigrants leave no descendants, half of the correlation of
skill bias and skill ratio is causal, the high-skilled move to the city at one ratio everywhere, Tonga's low-skilled do
not (at the ratio of its table Tonga's city would have fewer adults than have moved there), and where the data of 2010
leave no stayers nobody moves. Axes of all arrays: `corridor.drivers.channels.bds_tables`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.drivers.channels.bds_tables import FLOODED, HIGH, LOW, RURAL, URBAN, YEARS
from corridor.errors import InputError, NotConverged, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from corridor.axes import Booleans, Floats
    from corridor.drivers.channels.bds_tables import BdsWorld

NO_CHANGE = "No CLC"
NORMAL_SEA, HIGHER_SEA = 4.5, 9.0
SCENARIOS: Mapping[str, tuple[float, float]] = {
    NO_CHANGE: (0.0, 0.0),
    "RCP 4.5": (2.09, NORMAL_SEA),
    "Higher T": (9.0, NORMAL_SEA),
    "Higher SL": (2.09, HIGHER_SEA),
}
"""Scenario -> labels of its temperature damage and of its flooded shares."""
COLUMNS = ("Local", "Int-reg", "N-N", "N-S", "S-N", "S-S")
"""Flooded who stay, movers between regions, emigrants from and to North and South."""
_POSITION = {f"delta {name}": position for position, name in enumerate(SCENARIOS)}
MOST_ROUNDS = 50
HIGHER = 1.5
"""A higher sea floods this multiple of the shares of RCP 4.5."""
NOT_FROM_COUNTRYSIDE = "TON"


@dataclass(frozen=True, slots=True)
class Parameters:
    """Numbers of the model and its slips.

    Attributes
    ----------
    mu : inverse wage elasticity of the ratio of movers to stayers
    chi : share of utility lost by staying where the home is flooded
    externality_rural, externality_urban : elasticity of productivity to the skill ratio
    growth : factor of productivity a year
    rural_bias : skill bias in agriculture
    causal_share : of the slope of urban skill bias over the skill ratio
    internal_ratio_high : high-skilled rural movers to the city per stayer; None takes the table's
    floor : persons, the least in a cell
    tolerance : persons squared, sum of squared changes of residents in the last round
    damping : weight of the new guess of high-skilled urban residents
    own_flood : a higher sea floods a country by its own share
    own_schooling : a child's skill hangs on the parent's own
    all_arrive : who leaves arrives, whatever the stayers of 2010
    """

    mu: float = 1.4
    chi: float = 0.5
    externality_rural: float = 0.324228560775267
    externality_urban: float = 0.276894909527694
    growth: float = 1.00256317290118
    rural_bias: float = 1.32558139534884
    causal_share: float = 0.5
    internal_ratio_high: float | None = 0.3
    floor: float = 1e-5
    tolerance: float = 1e-5
    damping: float = 0.9
    own_flood: bool = False
    own_schooling: bool = False
    all_arrive: bool = False


PUBLISHED = Parameters()
MENDED = Parameters(own_flood=True, own_schooling=True, all_arrive=True)
VARIANTS: Mapping[str, Parameters] = {"published": PUBLISHED, "mended": MENDED}
SINGLE_MENDS: Mapping[str, Parameters] = {
    "own flood only": Parameters(own_flood=True),
    "own schooling only": Parameters(own_schooling=True),
    "all arrive only": Parameters(all_arrive=True),
}


@dataclass(frozen=True, slots=True)
class Technology:
    """How residents make output and wages.

    Attributes
    ----------
    slope : of log urban skill bias over log skill ratio, by least squares over areas
    kappa : [region, 1], elasticity of skill bias to the skill ratio
    bias : [region, area], skill bias at a skill ratio of one
    externality : [region, 1], elasticity of productivity to the skill ratio
    scale : [region, area], productivity of 2010 at a skill ratio of one and a damage factor of one
    """

    slope: float
    kappa: Floats
    bias: Floats
    externality: Floats
    scale: Floats


@dataclass(frozen=True, slots=True)
class Calibration:
    """The world of 2010, from which ratios move.

    Attributes
    ----------
    technology : of output and wages
    wages : [region, skill, area], dollars a year
    natives : [region, skill, area]
    stayers : [region, skill, area]; negative where the data have more movers than people
    internal : [region, skill, area], movers to the other region per stayer
    abroad : [region, skill, orig, dest], emigrants per stayer
    arriving : the same without those who arrive nowhere
    """

    technology: Technology
    wages: Floats
    natives: Floats
    stayers: Floats
    internal: Floats
    abroad: Floats
    arriving: Floats


@dataclass(frozen=True, slots=True)
class Choices:
    """Where the natives of a period live. Persons.

    Attributes
    ----------
    stayers, internal : [home, region, skill, area]; internal movers by the region they leave
    leaving : [region, skill, area], sum over homes of stayers times the weight of leaving
    pull : [skill, area], weight of a destination
    residents : [region, skill, area], with immigrants
    """

    stayers: Floats
    internal: Floats
    leaving: Floats
    pull: Floats
    residents: Floats


@dataclass(frozen=True, slots=True)
class BdsOutcome:
    """A scenario, computed. Persons.

    Attributes
    ----------
    natives, residents : [year, region, skill, area]
    stayers, internal : [year, home, region, skill, area]; internal movers by the region they leave
    emigrants : [year, orig, dest], of both regions and skills
    rounds : of the search for the equilibrium, by year; 0 in 2010
    """

    natives: Floats
    residents: Floats
    stayers: Floats
    internal: Floats
    emigrants: Floats
    rounds: tuple[int, ...]


# Technology ---------------------------------------------------------------------------------------------------------


def skill_ratio(residents: Floats) -> Floats:
    """Return high- over low-skilled residents [region, area]."""
    return np.asarray(residents[:, HIGH] / residents[:, LOW])


def skill_weights(bias: Floats) -> Floats:
    """Return the weights of skills in output [region, skill, area] from the skill bias [region, area]."""
    return np.stack([1 / (1 + bias), bias / (1 + bias)], axis=1)


def labour(weights: Floats, residents: Floats) -> Floats:
    """Return composite labour [region, area]: perfect substitutes in the countryside, elasticity 2 in the city."""
    rural = (weights[RURAL] * residents[RURAL]).sum(axis=0)
    urban = (weights[URBAN] * np.sqrt(residents[URBAN])).sum(axis=0) ** 2
    return np.stack([rural, urban])


def wages(technology: Technology, residents: Floats, factor: Floats) -> Floats:
    """Return marginal products of labour [region, skill, area], dollars a year.

    Parameters
    ----------
    residents : [region, skill, area]
    factor : [region, area], of productivity: damage of temperature and growth since 2010
    """
    ratio = skill_ratio(residents)
    weights = skill_weights(technology.bias * ratio**technology.kappa)
    productivity = factor * technology.scale * ratio**technology.externality
    paid = weights * productivity[:, None]
    paid[URBAN] *= np.sqrt(labour(weights, residents)[URBAN] / residents[URBAN])
    return paid


def _calibrate_technology(world: BdsWorld, damage: Floats, parameters: Parameters) -> Technology:
    """Return the technology that makes the output and the urban wage ratio of 2010; `damage` [region, area]."""
    ratio = skill_ratio(world.residents)
    urban_bias = world.wage_ratio * np.sqrt(ratio[URBAN])
    slope = np.polyfit(np.log(ratio[URBAN]), np.log(urban_bias), 1)[0]
    kappa = np.array([[0.0], [parameters.causal_share * slope]])
    observed = np.stack([np.full_like(urban_bias, parameters.rural_bias), urban_bias])
    externality = np.array([[parameters.externality_rural], [parameters.externality_urban]])
    productivity = world.output / labour(skill_weights(observed), world.residents)
    scale = productivity / (damage * ratio**externality)
    return Technology(float(slope), kappa, observed / ratio**kappa, externality, scale)


# Calibration --------------------------------------------------------------------------------------------------------


def calibrate(world: BdsWorld, damage: Floats, parameters: Parameters) -> Calibration:
    """Return the world of 2010 under the damage factors of 2010 [region, area]."""
    technology = _calibrate_technology(world, damage, parameters)
    to_city = _movers_to_city(world, parameters)
    leaving = world.emigrants.sum(axis=-1)
    arrived = world.emigrants.sum(axis=(0, 2))
    rural = world.residents[RURAL]
    stayers = np.stack([rural, world.residents[URBAN] - to_city * rural - arrived])
    internal = np.stack([to_city, np.zeros_like(to_city)])
    known = stayers > 0
    abroad = np.where(known[..., None], world.emigrants, 0.0) / np.where(known, stayers, 1.0)[..., None]
    nowhere = (stayers[URBAN] <= 0)[:, :, None] & (world.emigrants[URBAN] > 0)
    return Calibration(
        technology=technology,
        wages=wages(technology, world.residents, damage),
        natives=stayers * (1 + internal) + leaving,
        stayers=stayers,
        internal=internal,
        abroad=abroad,
        arriving=abroad if parameters.all_arrive else np.where(nowhere, 0.0, abroad),
    )


def _movers_to_city(world: BdsWorld, parameters: Parameters) -> Floats:
    """Return rural movers to the city per rural stayer [skill, area]."""
    low, high = world.internal_ratio[RURAL]
    if parameters.internal_ratio_high is not None:
        high = np.full_like(high, parameters.internal_ratio_high)
    return np.stack([np.where(np.array(world.codes) == NOT_FROM_COUNTRYSIDE, 0.0, low), high])


# Equilibrium --------------------------------------------------------------------------------------------------------


def choose(calibration: Calibration, paid: Floats, natives: Floats, flooded: Floats, parameters: Parameters) -> Choices:
    """Return where natives live at given wages.

    Parameters
    ----------
    paid : wages [region, skill, area]; those of the city attract people from abroad
    natives : [region, skill, area]
    flooded : [region, area], share of natives whose home is flooded
    """
    elasticity = 1 / parameters.mu
    gain = (paid / calibration.wages) ** elasticity
    pull = gain[URBAN]
    flight = np.array([1.0, 1 / (1 - parameters.chi)])[:, None, None, None] ** elasticity
    push = flight / gain
    abroad = (calibration.abroad @ pull[..., None])[..., 0]
    inside = calibration.internal * pull
    homes = np.stack([1 - flooded, flooded])[:, :, None] * natives
    stayers = homes / (1 + push * (inside + abroad))
    internal = stayers * push * inside
    leaving = (stayers * push).sum(axis=0)
    residents = stayers.sum(axis=0) + internal.sum(axis=0)[::-1]
    residents[URBAN] += pull * (leaving[..., None, :] @ calibration.arriving)[..., 0, :].sum(axis=0)
    return Choices(stayers, internal, leaving, pull, np.maximum(residents, parameters.floor))


def equilibrium(
    calibration: Calibration, natives: Floats, factor: Floats, flooded: Floats, parameters: Parameters
) -> tuple[Choices, int]:
    """Return choices at wages that those choices make, and the rounds it took.

    Raises
    ------
    NotConverged : residents still change after the last round
    """
    guess = np.ones_like(natives)
    weight = np.ones_like(natives)
    weight[URBAN, HIGH] = parameters.damping
    for taken in range(1, MOST_ROUNDS + 1):
        paid = wages(calibration.technology, guess, factor)
        chosen = choose(calibration, paid, natives, flooded, parameters)
        change = chosen.residents - guess
        if (change**2).sum() <= parameters.tolerance:
            return chosen, taken
        guess = guess + weight * change
    raise NotConverged(f"the residents of the world model still change after {MOST_ROUNDS} rounds")


def emigrants_of(calibration: Calibration, chosen: Choices) -> Floats:
    """Return emigrants [orig, dest] of both regions and skills; those who arrive nowhere count."""
    by_skill = (calibration.abroad * chosen.leaving[..., None]).sum(axis=0)
    return np.asarray((by_skill * chosen.pull[:, None, :]).sum(axis=0))


def next_generation(chosen: Choices, children: Floats, schooling: Floats, parameters: Parameters) -> Floats:
    """Return the natives [region, skill, area] of the next period: adult children of natives who live in the country.

    Parameters
    ----------
    children, schooling : [region, skill, area], of the region of residence
    """
    born = children * (chosen.stayers + chosen.internal[:, ::-1])
    skilled = np.broadcast_to(schooling, born.shape)
    if not parameters.own_schooling:
        of_home = np.stack([schooling[:, HIGH], schooling[:, LOW]])  # dry homes, flooded homes
        skilled = np.broadcast_to(of_home[:, :, None], born.shape)
    grown = [(born * (1 - skilled)).sum(axis=(0, 2)), (born * skilled).sum(axis=(0, 2))]
    return np.asarray(np.maximum(np.stack(grown, axis=1), parameters.floor))


# Scenarios ----------------------------------------------------------------------------------------------------------


def climate(world: BdsWorld, scenario: str, parameters: Parameters) -> tuple[Floats, Floats]:
    """Return damage factors and flooded shares of a scenario: both [year, region, area].

    Raises
    ------
    InputError : there is no such scenario
    """
    if scenario not in SCENARIOS:
        raise InputError(Problem("the model has no such scenario", spelling(scenario, list(SCENARIOS)), value=scenario))
    temperature, sea = SCENARIOS[scenario]
    if sea == HIGHER_SEA and parameters.own_flood:
        return world.damage[temperature], np.minimum(HIGHER * world.flooded[NORMAL_SEA], 1.0)
    return world.damage[temperature], world.flooded[sea]


def solve(world: BdsWorld, scenario: str, parameters: Parameters = PUBLISHED) -> BdsOutcome:
    """Return one scenario in 2010, 2040, 2070 and 2100.

    Raises
    ------
    InputError : there is no such scenario
    NotConverged : a period finds no equilibrium
    """
    damage, flooded = climate(world, scenario, parameters)
    calibration = calibrate(world, damage[0], parameters)
    natives = [calibration.natives]
    chosen = [choose(calibration, calibration.wages, natives[0], flooded[0], parameters)]
    residents, rounds = [world.residents], [0]
    for period in range(1, len(YEARS)):
        before = period - 1
        natives.append(next_generation(chosen[before], world.children[before], world.schooling[before], parameters))
        factor = parameters.growth ** (YEARS[period] - YEARS[0]) * damage[period]
        found, taken = equilibrium(calibration, natives[period], factor, flooded[period], parameters)
        chosen.append(found)
        residents.append(found.residents)
        rounds.append(taken)
    return BdsOutcome(
        natives=np.stack(natives),
        residents=np.stack(residents),
        stayers=np.stack([period.stayers for period in chosen]),
        internal=np.stack([period.internal for period in chosen]),
        emigrants=np.stack([emigrants_of(calibration, period) for period in chosen]),
        rounds=tuple(rounds),
    )


def solve_all(world: BdsWorld, parameters: Parameters = PUBLISHED) -> dict[str, BdsOutcome]:
    """Return the four scenarios by name, the one without climate change first."""
    return {scenario: solve(world, scenario, parameters) for scenario in SCENARIOS}


# Tables -------------------------------------------------------------------------------------------------------------


def levels(outcome: BdsOutcome, north: Booleans) -> Floats:
    """Return persons [year, column] of `COLUMNS`: adults alive in the year, no yearly flows."""
    local = outcome.stayers[:, FLOODED].sum(axis=(1, 2, 3))
    internal = outcome.internal.sum(axis=(1, 2, 3, 4))
    sides = (north, ~north)
    abroad = [outcome.emigrants[:, orig][:, :, dest].sum(axis=(1, 2)) for orig in sides for dest in sides]
    return np.stack([local, internal, *abroad], axis=1)


def world_table(outcomes: Mapping[str, BdsOutcome], north: Booleans) -> pd.DataFrame:
    """Return the published table in millions, not rounded.

    Returns
    -------
    Columns scenario, year, those of `COLUMNS`, Total. Levels without climate change, which have no totals; then each
    other scenario less these, with the sum of the six columns and of the three years.
    """
    counted = {name: levels(outcome, north)[1:] / 1e6 for name, outcome in outcomes.items()}
    return _differences(counted, COLUMNS)


def totals_table(world: BdsWorld) -> pd.DataFrame:
    """Return the sums of 2040, 2070 and 2100, millions: as published, with each slip mended alone, and with all.

    Returns
    -------
    Columns scenario, computation, those of `COLUMNS`, Total; by scenario, then by computation.
    """
    import pandas as pd  # noqa: PLC0415 - slow to import, and the kernels do without

    computations = {"published": PUBLISHED, **SINGLE_MENDS, "mended": MENDED}
    blocks = []
    for name, parameters in computations.items():
        table = world_table(solve_all(world, parameters), world.north)
        blocks.append(table[table["year"] == "Total"].assign(computation=name))
    table = pd.concat(blocks).sort_values("scenario", kind="stable", key=lambda names: names.map(_POSITION))
    return table[["scenario", "computation", *COLUMNS, "Total"]].reset_index(drop=True)


def crossing_table(
    outcomes: Mapping[str, BdsOutcome], codes: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Return how many adults live outside their country of birth, in millions, not rounded, by group of origin.

    Parameters
    ----------
    codes : of the areas, as `World.codes`
    groups : name -> codes of the origins, each of them in `codes`

    Returns
    -------
    Columns scenario, year and the groups: levels without climate change, then each other scenario less these, with the
    sum of the three years.
    """
    inside = {name: np.isin(codes, members) for name, members in groups.items()}
    counted = {
        scenario: np.stack([outcome.emigrants[1:, members].sum(axis=(1, 2)) for members in inside.values()], axis=1)
        / 1e6
        for scenario, outcome in outcomes.items()
    }
    return _differences(counted, tuple(groups)).drop(columns="Total")


def _differences(counted: Mapping[str, Floats], columns: tuple[str, ...]) -> pd.DataFrame:
    """Lay out levels [year, column] of the first scenario, and what the others have more or less."""
    import pandas as pd  # noqa: PLC0415 - slow to import, and the kernels do without

    years = [str(year) for year in YEARS[1:]]
    base = pd.DataFrame(counted[NO_CHANGE], columns=list(columns)).assign(scenario=NO_CHANGE, year=years)
    blocks = [base.assign(Total=np.nan)]
    for scenario in (name for name in counted if name != NO_CHANGE):
        change = counted[scenario] - counted[NO_CHANGE]
        rows = np.vstack([change, change.sum(axis=0)])
        block = pd.DataFrame(rows, columns=list(columns)).assign(Total=rows.sum(axis=1))
        blocks.append(block.assign(scenario=f"delta {scenario}", year=[*years, "Total"]))
    return pd.concat(blocks, ignore_index=True)[["scenario", "year", *columns, "Total"]]
