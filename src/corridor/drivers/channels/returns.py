"""Returns and transit: people abroad who go home or move on. The formulas are the engine's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.drivers.channel import Channel, Part
from corridor.drivers.sign_facts import thousands

if TYPE_CHECKING:
    from corridor.drivers.sign_facts import SignFacts


def _reasons(facts: SignFacts) -> list[str]:
    home = facts.flow == "returns in"
    before, after = (stock.sum(axis=1 if home else 0) - np.diagonal(stock) for stock in facts.stock)
    who, go = ("people born there and living abroad", "return") if home else ("foreign-born residents", "leave")
    texts = []
    for first, last, own in zip(before, after, facts.at_once, strict=True):
        rates = (
            "" if (own > 0) == (last > first) else f", but in corridors with {'higher' if own > 0 else 'lower'} rates"
        )
        words = f"{who} from {thousands(first)} to {thousands(last)} thousand{rates}"
        texts.append(f"{words}: {'more' if own > 0 else 'fewer'} {go}")
    return texts


CHANNEL = Channel(
    name="returns",
    title="Returns and onward moves",
    block="feedback",
    acts_on=("back",),
    mechanism=(
        "Returns of people born in b who live in d: R = rho_bd * M_bd, rho_bd the return moves of the base periods "
        "over the person-years of the stock abroad, at most one half a year. Onward moves from d to k: the "
        "foreign-born residents of d times the transit moves of the base periods per foreign-born person-year. People "
        "whom war displaced return at one rate of their own. Stocks change with moves, births and deaths, so returns "
        "follow past outward moves without a rule of their own. The engine has this by itself, without channels; "
        "switched off, returns and onward moves stay those of the base year."
    ),
    direction=(
        "Returns to a birthplace rise with its people abroad and fall as they die: more emigration is followed by more "
        "returns, unless the people abroad shift to corridors from which fewer return."
    ),
    limits=(
        "Rates stay as they were: neither growth at home nor policy changes them, though a visa that keeps people out "
        "is known to keep those who are in from leaving (Czaika & de Haas 2017, recalled). A rate does not "
        "know how long people have been abroad. From the Gulf to South Asia 7 % return in a year of the base, where "
        "contracts of two to five years would mean 20 to 40 % (our judgement): many stay for several contracts. About "
        "a quarter of the transitions of five years are returns (Azose & Raftery 2019); of the moves of a year, which "
        "also hold short stays, 39 % are in the base."
    ),
    effects=lambda case, _: Part(returns=np.ones(case.draws)),
    flows=("returns in", "foreign-born out"),
    reasons=_reasons,
)
