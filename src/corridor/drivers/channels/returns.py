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
        "Returns of people born in b who live in d are R = rho_bd * M_bd. The rate rho_bd is the number of return "
        "moves of the base periods, divided by the person-years of the stock abroad; it is at most one half a year. "
        "Onward moves from d to k are the foreign-born residents of d, times the transit moves of the base periods "
        "per foreign-born person-year. People whom war displaced return at one rate of their own. Stocks change with "
        "moves, births and deaths, so returns follow earlier outward moves without another rule. The engine does "
        "this without any channel. If you switch this channel off, returns and onward moves stay at those of the "
        "base year."
    ),
    direction=(
        "Returns to a birthplace rise when more of its people live abroad, and fall as these people die. So more "
        "emigration leads to more returns, unless the people abroad shift to corridors from which fewer return."
    ),
    limits=(
        "Rates stay constant: neither growth at home nor policy changes them, although a visa that keeps people out "
        "also keeps those who are in from leaving (Czaika & de Haas 2017, recalled). A rate does not depend on how "
        "long people have been abroad. From the Gulf to South Asia, 7 % return in a year of the base, but contracts "
        "of two to five years would imply 20 to 40 % (our judgement): many stay for several contracts. About a "
        "quarter of the transitions of five years are returns (Azose & Raftery 2019). Of the moves of a year, which "
        "include short stays, 39 % are returns in the base."
    ),
    effects=lambda case, _: Part(returns=np.ones(case.draws)),
    flows=("returns in", "foreign-born out"),
    reasons=_reasons,
)
