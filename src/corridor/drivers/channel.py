"""The form of a channel: what it is called, what it acts on, its parameters, and the effects it returns.

A channel changes moves by log effects against the base year, 2025, in which they are exactly zero:

push[orig]
    outward moves of an area's natives, in total;
pull[dest]
    how strongly a destination attracts: it shifts destinations, the totals of origins stay;
pair[orig, dest]
    the same for one corridor;
back[birthplace, residence]
    returns of people born in one area and living in another.

Channels that know what happens outside the engine (climate, income, policy) return these from years and draws. Those
that answer to the people of a trajectory (exposure, ageing, network, returns) are computed by the engine as it goes:
they return what it needs for that. A new channel is one file, whose `CHANNEL` holds its function, and one line in
`corridor.drivers.registry`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.drivers.assembly import Case
    from corridor.drivers.lever_gate import Gate
    from corridor.drivers.levers import Policy, RampedLever
    from corridor.drivers.parameters import Parameter
    from corridor.drivers.sign_facts import SignFacts

    Block: TypeAlias = Literal["demography", "income", "climate through income", "climate direct", "policy", "feedback"]
    ActsOn: TypeAlias = Literal["push", "pull", "pair", "back"]
    Flow: TypeAlias = Literal["natives out", "newcomers in", "returns in", "foreign-born out"]

BLOCKS = ("demography", "income", "climate through income", "climate direct", "policy")
"""Blocks of causes to which changes are attributed; `feedback` is recomputed in every coalition of them."""


def _always(*_: object) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Channel:
    """One way in which something moves the flows.

    Attributes
    ----------
    name : in small letters, as in scenario files
    title : a few words
    block : the cause it counts under, or `feedback`
    acts_on : which log effects it has
    mechanism : what it computes, in a paragraph with its formula in plain text
    direction : which sign its effect has, where, and why: the written reason of the table of signs
    limits : what it leaves out
    parameters : its numbers
    effects : what it does to moves, from a case and from the settings of its block; None for a channel of income
    income : what it does to income, the log of a ratio that is zero in the base year: [draw, year, area]; or None
    load : what it needs from the panel, from that, base outward moves and their shares of an origin [orig, dest]
    through : other blocks of causes that act through it; it has their settings where its own block is frozen
    acts : whether settings let it act, where it is on
    uses : whether a parameter, by name, matters under settings that let it act
    warms : whether it follows the path of warming, which is drawn
    flows : what it moves in the table of signs; none where it needs what the user brings
    reasons : why it moves them as it does, in words with each area's own figures: [area]; asked for each of its flows
    """

    name: str
    title: str
    block: Block
    acts_on: tuple[ActsOn, ...]
    mechanism: str
    direction: str
    limits: str
    parameters: tuple[Parameter, ...] = ()
    effects: Callable[[Case, Settings], Part] | None = None
    income: Callable[[Case, Settings], Floats] | None = None
    load: Callable[[Panel, Floats, Floats], Any] | None = None
    through: tuple[Block, ...] = ()
    acts: Callable[[Settings], bool] = _always
    uses: Callable[[Settings, str], bool] = _always
    warms: bool = False
    flows: tuple[Flow, ...] = ()
    reasons: Callable[[SignFacts], list[str]] | None = None

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Blocks of causes that act through it, the one that it counts under first."""
        return (self.block, *self.through)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one channel, or several together, give to what drives a run; None where they give nothing.

    Attributes
    ----------
    push, pull, pair, back : as in `Effects`
    exposure, ageing, network, returns, gate : as in `Driving`
    """

    push: Floats | None = None
    pull: Floats | None = None
    pair: Floats | None = None
    back: Floats | None = None
    exposure: Floats | None = None
    ageing: Floats | None = None
    network: Floats | None = None
    returns: Floats | None = None
    gate: Gate | None = None

    def __add__(self, other: Part) -> Part:
        """Return both together: log effects add."""
        ours, theirs = ({each.name: getattr(part, each.name) for each in fields(Part)} for part in (self, other))
        return Part(**{name: _sum(ours[name], theirs[name]) for name in ours})


def _sum(one: Any, other: Any) -> Any:  # noqa: ANN401 - arrays, or the one gate there is
    if one is None or other is None:
        return one if other is None else other
    return one + other


@dataclass(frozen=True, slots=True)
class Effects:
    """Log effects of channels that know what happens outside the engine; zero in the first year.

    Attributes
    ----------
    push : [draw, year, orig]
    pull : [draw, year, dest]
    pair : [year, orig, dest], the same in all draws; None where no channel has one
    back : [year, birthplace, residence], the same in all draws; None where no channel has one
    """

    push: Floats
    pull: Floats
    pair: Floats | None = None
    back: Floats | None = None

    @classmethod
    def none(cls, draws: int, years: int, areas: int) -> Effects:
        """Return effects of nothing."""
        return cls(np.zeros((draws, years, areas)), np.zeros((draws, years, areas)))


@dataclass(frozen=True, slots=True)
class Driving:
    """What the channels do to some trajectories.

    Attributes
    ----------
    effects : log effects of what happens outside the engine
    exposure : [draw], 1 where outward moves follow the people who could make them, 0 where they do not
    ageing : [draw], elasticity of a destination's pull to its need of people of working age; 0 is off
    network : [draw], elasticity of a corridor's pull to the people already there; 0 is off
    returns : [draw], 1 where returns and onward moves follow the stocks, 0 where they stay those of the base year
    gate : corridors with levers; None without any
    """

    effects: Effects
    exposure: Floats
    ageing: Floats
    network: Floats
    returns: Floats
    gate: Gate | None = None

    def of(self, draw: int) -> Driving:
        """Return what drives one trajectory, with an axis of one draw."""
        one = slice(draw, draw + 1)
        effects = replace(self.effects, push=self.effects.push[one], pull=self.effects.pull[one])
        gate = None if self.gate is None else self.gate.of(draw)
        return Driving(effects, self.exposure[one], self.ageing[one], self.network[one], self.returns[one], gate)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a scenario sets, in full: the effective settings that are stored with every result.

    Attributes
    ----------
    pathway : of global temperature, a key of `corridor.drivers.temperature.PATHWAYS`: SSP1-1.9 to SSP5-8.5
    percentile : of the assessed warming, 0 to 100; None draws it, or takes the median in a run without draws
    own_warming : calendar year -> K above 1850-1900, a path of the user's own in place of the pathway's
    per_degree : warming of areas for each degree of global warming: surface (ours) or imported (the user's table)
    own_effects : none, or imported: the user's table of log effects on leaving
    income : SSP1 to SSP5
    damages : kalkuhl-wenz, burke-hsiang-miguel, kahn or none
    off : names of channels that are switched off
    fixed : parameter name -> value in every draw
    policies : settings of corridors that change how many move
    levers : pathways, visas and all other levers on corridors, in the order of `corridor.drivers.levers.LEVERS`
    demand : corridor (our channels) or bds (the climate response of Burzynski, Docquier and Scheewel)
    """

    pathway: str = "SSP2-4.5"
    percentile: float | None = None
    own_warming: Mapping[int, float] | None = None
    per_degree: str = "surface"
    own_effects: str = "none"
    income: str = "SSP2"
    damages: str = "kalkuhl-wenz"
    off: frozenset[str] = frozenset()
    fixed: Mapping[str, float] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()
    levers: tuple[RampedLever, ...] = ()
    demand: str = "corridor"
