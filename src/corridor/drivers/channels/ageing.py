"""Ageing: destinations that run short of people of working age attract more of those who move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGE, SEX
from corridor.calendar import BASE_YEAR
from corridor.drivers.channel import Channel, Part
from corridor.drivers.parameters import Normal, Parameter

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.drivers.sign_facts import SignFacts

WORKING_AGES = (20, 64)
"""First and last completed year of age that count as working age."""


def _reasons(facts: SignFacts) -> list[str]:
    before, now = (working_share(working_people(people), people.sum(axis=(SEX, AGE))) for people in facts.population)
    log = np.log(before / now)
    others = log - facts.at_once / facts.value("ageing.elasticity")
    return [
        f"residents of 20 to 64 from {100 * first:.0f} to {100 * last:.0f} %: need {own:.2f} times that of "
        f"{BASE_YEAR}, {rival:.2f} times where its newcomers could go"
        for first, last, own, rival in zip(before, now, np.exp(log), np.exp(others), strict=True)
    ]


CHANNEL = Channel(
    name="ageing",
    title="Need for people of working age",
    block="demography",
    acts_on=("pull",),
    mechanism=(
        "A destination attracts by pull_d = theta * ln(need_d,t). The need is the share of residents aged 20 to 64 "
        "in the base year, divided by that share now. We read the need of a destination as the number of people who "
        "would be at work at base rates, divided by the number who are there to work. The first is in proportion to "
        "its residents. With constant rates of employment, only the shares remain. The engine computes the need from "
        "the residents of each trajectory, year by year."
    ),
    direction=(
        "A destination gains where the share of residents of working age falls faster than in other destinations "
        "(Eastern Asia, Southern Europe). It loses where this share rises (Afghanistan, Pakistan, most of Africa). "
        "Ageing that all destinations have in common changes nothing."
    ),
    limits=(
        "States decide whether they admit more people when they need them. The prior leaves this open, because it "
        "includes zero. Later retirement, more women at work and automation would lessen the need. The need for care "
        "is not the same as the need for workers. Two studies give sizes for comparison: in large European countries "
        "stocks reach three times those of 2010 by 2040 (Hanson & McIntosh 2016), and immigrants reach 25-28 % of "
        "the OECD's population by 2100 (Dao et al. 2021)."
    ),
    parameters=(
        Parameter(
            "ageing.elasticity",
            "Percent by which moves to a destination rise when its need rises by one percent and the need of others "
            "stays.",
            "1",
            Normal(0.5, 0.3),
            "J",
            "Our judgement, because we found no published elasticity.",
            title="Response to ageing",
        ),
    ),
    effects=lambda case, settings: Part(ageing=case.values(settings)["ageing.elasticity"]),
    flows=("newcomers in",),
    reasons=_reasons,
)


def working_people(population: Floats) -> Floats:
    """Residents of working age: [area], persons, from the population [area, sex, age]."""
    first, last = WORKING_AGES
    people: Floats = population[..., first : last + 1].sum(axis=(SEX, AGE))
    return people


def working_share(working: Floats, residents: Floats) -> Floats:
    """Share of residents who are of working age: [area], 1 where nobody lives."""
    share: Floats = np.divide(working, residents, out=np.ones_like(residents), where=(residents > 0) & (working > 0))
    return share


def ageing_pull(working: Floats, residents: Floats, base_share: Floats, theta: Floats | float) -> Floats:
    """Log attraction of destinations through their need: [..., area], zero where the share is that of the base year.

    Parameters
    ----------
    working, residents : [..., area], persons of working age and of all ages
    base_share : [area], `working_share` in the base year
    theta : elasticity, one or [..., 1]
    """
    pull: Floats = theta * np.log(base_share / working_share(working, residents))
    return pull
