"""Exposure: more people at the ages at which people move make more moves. The formula is the engine's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.calendar import BASE_YEAR
from corridor.drivers.channel import Channel, Part

if TYPE_CHECKING:
    from corridor.drivers.sign_facts import SignFacts


def _reasons(facts: SignFacts) -> list[str]:
    base, now = facts.movable
    born = (100.0 * share for share in facts.natives)
    return [
        f"residents, weighted by how much their age moves, {people:.2f} times those of {BASE_YEAR}; "
        f"{before:.0f} % born there, then {after:.0f} %: {'more' if own > 0 else 'fewer'} could go"
        for people, before, after, own in zip(now / base, *born, facts.at_once, strict=True)
    ]


CHANNEL = Channel(
    name="exposure",
    title="People who could move",
    block="demography",
    acts_on=("push",),
    mechanism=(
        "The push of an origin is push_o = ln E_o. E_o is the sum, over sex s and age a, of r_sa * P_o,sa,t times "
        "the share of residents who were born there, divided by the same sum in the base year. P is the number of "
        "residents and r is the age schedule of moving. The schedule is the family model of the United Nations "
        "(World Population Prospects 2024): a Rogers-Castro curve for women and one for men, which peak shortly "
        "after age 20, and children who move with their parents. We do not use the fundamental curve of Rogers and "
        "Castro (a1 .02, alpha1 .1, a2 .06, mu2 20, alpha2 .1, lambda2 .4, c .003), because it is one curve for both "
        "sexes and its constant moves old people more than observed schedules do. Only the ratio to the base year "
        "counts, so the level of the schedule has no effect."
    ),
    direction=(
        "An origin sends more people where its young adults grow in number (Afghanistan, Pakistan, Iraq, "
        "Tajikistan). It sends fewer where they become fewer (China, the Republic of Korea, Thailand)."
    ),
    limits=(
        "One schedule serves all origins and years, although countries of labour migrants have sharper peaks and "
        "displaced people flatter ones. Returns and transit moves follow the stocks abroad instead. Education has no "
        "effect."
    ),
    effects=lambda case, _: Part(exposure=np.ones(case.draws)),
    flows=("natives out",),
    reasons=_reasons,
)
