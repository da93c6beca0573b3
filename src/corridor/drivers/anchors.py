"""Anchors: how far net migration of the baseline follows the UN's medium, one row an anchor.

A new anchor is one more row of `ANCHORS`; commands, reports and the engine ask the row.
"""

from __future__ import annotations

from dataclasses import dataclass

from corridor.calendar import WPP

_SCALED = (
    "in every year one factor scales all corridors of an origin, and one all corridors of a destination, until net "
    "migration is "
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """An anchor.

    Attributes
    ----------
    name : as users write it
    weight : how much of an area's net migration is that of the UN's medium, 0 to 1; the rest is what base flows give
    choice : what the baseline follows, after "follows", for the help of commands
    tied : what projections are tied to, after "tied to"
    method : how it is done, a sentence or two
    cause : what its part in a change of moves is called; empty where it has none
    """

    name: str
    weight: float
    choice: str
    tied: str
    method: str
    cause: str

    @property
    def follows(self) -> bool:
        """Whether the UN's net migration counts at all."""
        return self.weight > 0.0

    @property
    def mixes(self) -> bool:
        """Whether it counts in part: then as the mean of five years, for base flows know no single year."""
        return 0.0 < self.weight < 1.0


def _tenths(weight: float) -> str:
    words = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "all")
    return f"{words[round(10 * weight)]} tenths"


def _blended(weight: float) -> Anchor:
    return Anchor(
        "blended",
        weight,
        "a mix of both",
        f"the rates of recent moves, with net migration {_tenths(weight)} of the way to the UN's medium",
        f"With the anchor blended, {_SCALED}{_tenths(weight)} the UN's, taken as the mean of five years, and "
        f"{_tenths(1.0 - weight)} that of the base flows. In tests with old revisions of the UN, such a mix was "
        "nearer to later net migration than either alone.",
        "The UN's path of net migration, in part",
    )


_ROWS = (
    Anchor(
        "un",
        1.0,
        "the UN's medium projection of net migration",
        f"the UN's medium net migration of every area ({WPP}), changed by the channels",
        f"With the anchor un, {_SCALED}the UN's. The world residual of the UN's net migration is removed in "
        "proportion to population.",
        "The UN's path of net migration",
    ),
    Anchor(
        "observed",
        0.0,
        "constant emigration rates",
        "the constant rates of the base",
        "With the anchor observed, the rates of the base flows stay constant, except for the effects of populations "
        "and channels.",
        "",
    ),
    _blended(0.4),
)
ANCHORS = {anchor.name: anchor for anchor in _ROWS}
"""Name -> anchor.

With old revisions of the UN, ex ante, weights of .3 to .6 had the least error on the flows that the default base
carries on (`corridor.backtest.anchor_weights`; the table is in docs/explanation/corridor-model.md).
"""
DEFAULT_ANCHOR = "blended"
