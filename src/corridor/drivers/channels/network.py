"""Networks: people who already live in a destination draw others from their birthplace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.calendar import BASE_YEAR
from corridor.drivers.channel import Channel, Part
from corridor.drivers.parameters import Normal, Parameter
from corridor.drivers.sign_facts import thousands

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.drivers.sign_facts import SignFacts

YEARS_PRESENT = 10.0
"""So many years of a corridor's base moves count as present beside its stock (our judgement)."""

FEW = 100.0
"""Corridors with fewer people than this in the base year count as nearly empty."""


def _reasons(facts: SignFacts) -> list[str]:
    base, outward = facts.stock[0], facts.outward
    before, after = (stock.sum(axis=0) - np.diagonal(stock) for stock in facts.stock)
    empty = np.where(base < FEW, outward, 0.0).sum(axis=0) / np.maximum(outward.sum(axis=0), 1.0)
    return [
        f"foreign-born from {thousands(first)} to {thousands(last)} thousand, {100 * share:.0f} % of newcomers over "
        f"corridors with fewer than {FEW:.0f} people in {BASE_YEAR}: stocks that draw newcomers grow "
        f"{'faster' if own > 0 else 'slower'} than where else they could go"
        for first, last, share, own in zip(before, after, empty, facts.at_once, strict=True)
    ]


CHANNEL = Channel(
    name="network",
    title="Networks of people abroad",
    block="feedback",
    acts_on=("pair",),
    mechanism=(
        "The factor on a corridor is factor_od = ((C_od + M_od,t) / (C_od + M_od,0))^delta. Here M_od is the number "
        "of people born in o who live in d, at the start of the year and in the base year. C_od is one person plus "
        "ten years of base moves. Without C, a corridor whose stock nobody counted would multiply with its first "
        "hundred migrants: 1.7 million people of Pakistan would live in Uzbekistan by 2060, where none were counted. "
        "The engine computes the factor from the stocks of each trajectory, year by year. The factor moves people "
        "between destinations and does not change the totals of origins."
    ),
    direction=(
        "A corridor gains where its stock abroad grows faster than the stocks of the same origin elsewhere. It loses "
        "where its migrants die, return or move on faster than others follow."
    ),
    limits=(
        "The elasticities of the literature compare corridors at one time. Base flows already contain the effect of "
        "today's networks, so only their change acts, with a smaller elasticity. A network also helps people to "
        "leave their origin, and this effect is left out. Second generations do not count. The ten years are our "
        "judgement; where stocks are as large as a generation of moves, they lower the elasticity by a quarter."
    ),
    parameters=(
        Parameter(
            "network.elasticity",
            "Percent by which moves of a corridor rise when its stock abroad grows by one percent.",
            "1",
            Normal(0.4, 0.1, 0.0, 1.0),
            "J",
            "Our judgement. It lies below the .6-.7 of Beine, Docquier & Ozden 2011 (recalled), which compare "
            "levels, because base flows contain a part of the effect.",
            title="Pull of people abroad",
        ),
    ),
    effects=lambda case, settings: Part(network=case.values(settings)["network.elasticity"]),
    flows=("newcomers in",),
    reasons=_reasons,
)


def presence(base_stock: Floats, outward: Floats) -> tuple[Floats, Floats]:
    """People who count as present in a corridor beside its stock, and all who do in the base year: both [orig, dest].

    Parameters
    ----------
    base_stock : [birthplace, residence], persons
    outward : [orig, dest], base moves a year, persons
    """
    beside = 1.0 + YEARS_PRESENT * outward
    return beside, beside + base_stock


def network_factor(stock: Floats, base_stock: Floats, outward: Floats, delta: float) -> Floats:
    """Multiplier of a corridor's moves from the change of its stock: [orig, dest], 1 on the diagonal and at the base.

    Parameters
    ----------
    stock, base_stock : [birthplace, residence], persons now and in the base year
    outward : [orig, dest], base moves a year, persons
    delta : elasticity
    """
    beside, base = presence(base_stock, outward)
    factor = np.add(beside, stock, out=beside)
    factor /= base
    np.power(factor, delta, out=factor)
    np.fill_diagonal(factor, 1.0)
    return factor
