"""All channels together: what drives a run, from a scenario's settings and the values of the parameters.

A block of causes can have the settings of a scenario, or be frozen in the base year: attribution runs all combinations.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor.data.tables.imports import imported
from corridor.drivers.channel import BLOCKS, Driving, Effects, Part
from corridor.drivers.channels import income
from corridor.drivers.country_warming import country_warming, draw_warming_per_degree, load_warming_per_degree
from corridor.drivers.parameters import central_values, draw_values
from corridor.drivers.registry import CHANNELS, PARAMETERS
from corridor.drivers.temperature import warming_since_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.drivers.channel import Channel, Settings
    from corridor.drivers.country_warming import WarmingPerDegree
    from corridor.drivers.parameters import Draws

ALL_BLOCKS = (*BLOCKS, "feedback")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the channels know of the world outside the engine, gathered from the panel once.

    Attributes
    ----------
    panel : for the tables of pathways
    years : calendar years of the run, from the base year on
    shares : [orig, dest], base shares of destinations in an origin's outward moves
    warming : per degree of global warming, and its spread
    known : channel -> what it starts from, as its `load` gathered it
    """

    panel: Panel
    years: tuple[int, ...]
    shares: Floats
    warming: WarmingPerDegree
    known: Mapping[str, Any]


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

    def under(self, settings: Settings) -> Draws:
        """Return the values of all parameters, in the place of some those that settings fix."""
        draws = len(self.per_degree)
        return {**self.values, **{name: np.full(draws, value) for name, value in settings.fixed.items()}}


@dataclass(frozen=True)
class Case:
    """What channels answer to: conditions, the settings of every block of causes, and the parameters of some draws.

    Attributes
    ----------
    causes : every block, `feedback` too -> its settings; None freezes it in the base year
    """

    conditions: Conditions
    causes: Mapping[str, Settings | None]
    chance: Chance

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(self.chance.per_degree)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Draws, years and areas."""
        return self.draws, len(self.conditions.years), len(self.conditions.shares)

    def known(self, channel: str) -> Any:  # noqa: ANN401 - of the type that the channel gives it
        """Return what a channel starts from."""
        return self.conditions.known[channel]

    def settings_of(self, channel: Channel) -> Settings | None:
        """Return the settings under which a channel acts; None where it is frozen, off, or has nothing to do."""
        settings = next((found for block in channel.blocks if (found := self.causes.get(block)) is not None), None)
        if settings is None or channel.name in settings.off or not channel.acts(settings):
            return None
        return settings

    def values(self, settings: Settings) -> Draws:
        """Return the values of all parameters under settings."""
        return self.chance.under(settings)

    def warming(self, settings: Settings) -> Floats:
        """Warming of areas above their mean of 2011-2020: [draw, year, area], K."""
        return _warming_of(self.conditions, settings, self.chance)

    def global_warming(self, settings: Settings) -> Floats:
        """Global warming since the base year: [draw, year], K."""
        globe = _global_warming_of(self.conditions, settings, self.chance)
        return globe - globe[:, :1]

    @cached_property
    def log_income(self) -> Floats:
        """Log of income over that of the base year, with what channels do to it: [draw, year, area]."""
        ratio, own = np.zeros(self.shape), self.causes.get("income")
        if own is not None:
            ratio += income.log_income_ratio(self.conditions.panel, own.income, self.conditions.years)
        for channel in CHANNELS.values():
            if channel.income is not None and (settings := self.settings_of(channel)) is not None:
                ratio += channel.income(self, settings)
        return ratio

    def part(self, block: str) -> Part:
        """Return what the channels of a block do to moves, together."""
        return sum(
            (
                channel.effects(self, settings)
                for channel in CHANNELS.values()
                if channel.block == block and channel.effects and (settings := self.settings_of(channel)) is not None
            ),
            Part(),
        )

    def driving(self, parts: Sequence[Part]) -> Driving:
        """Return what drives the runs of these draws, from the parts of all blocks."""
        total, still, nothing = sum(parts, Part()), Effects.none(*self.shape), np.zeros(self.draws)

        def given(part: Floats | None, otherwise: Floats) -> Floats:
            return otherwise if part is None else part

        return Driving(
            Effects(given(total.push, still.push), given(total.pull, still.pull), total.pair, total.back),
            given(total.exposure, nothing),
            given(total.ageing, nothing),
            given(total.network, nothing),
            given(total.returns, nothing),
            total.gate,
        )


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
        {name: channel.load(panel, outward, shares) for name, channel in CHANNELS.items() if channel.load is not None},
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
    case = Case(conditions, {**causes, "feedback": feedback}, chance)
    return case.driving([case.part(block) for block in ALL_BLOCKS])


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

    def case(chosen: frozenset[str], numbers: range | None) -> Case:
        causes = {block: scenario if block in chosen else against for block in BLOCKS}
        return Case(conditions, {**causes, "feedback": scenario}, chance(numbers))

    @lru_cache(maxsize=48)
    def part(block: str, chosen: frozenset[str], numbers: range | None) -> Part:
        return case(chosen, numbers).part(block)

    def drive(blocks: frozenset[str], numbers: range | None) -> Driving:
        parts = [part(block, blocks & _through(block), numbers) for block in ALL_BLOCKS]
        return case(blocks, numbers).driving(parts)

    return drive


def _through(block: str) -> frozenset[str]:
    """Return the blocks of causes that act through the channels of a block."""
    return frozenset(cause for channel in CHANNELS.values() if channel.block == block for cause in channel.blocks)


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


def _global_warming_of(conditions: Conditions, settings: Settings, chance: Chance) -> Floats:
    """Global warming above the mean of 2011-2020: [draw, year], K."""
    percentile = chance.values["temperature.percentile"]
    if settings.percentile is not None:
        percentile = np.full(len(percentile), settings.percentile)
    return warming_since_reference(
        conditions.panel, settings.pathway, conditions.years, percentile, own=settings.own_warming
    )


def _warming_of(conditions: Conditions, settings: Settings, chance: Chance) -> Floats:
    """Warming of areas above their mean of 2011-2020: [draw, year, area], K."""
    return country_warming(chance.per_degree, _global_warming_of(conditions, settings, chance))


def log_income_of(conditions: Conditions, own: Settings | None, climate: Settings | None, chance: Chance) -> Floats:
    """Log of income over that of the base year, with damages: [draw, year, area].

    Parameters
    ----------
    own, climate : settings of the pathway of income and of the damages; None leaves income as in the base year
    """
    return Case(conditions, {"income": own, "climate through income": climate}, chance).log_income
