"""Policy: settings of corridors multiply their moves; other destinations of the origin make up a part of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.calendar import BASE_YEAR
from corridor.drivers.channel import Channel
from corridor.drivers.parameters import Beta, Fixed, Normal, Parameter, Uniform
from corridor.errors import InputError, Problem, spelling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Booleans, Floats
    from corridor.drivers.channel import CorridorPolicy

MOST_DIVERTED = 2.0
"""Diversion at most doubles or halves the moves to an origin's other destinations (our judgement)."""

GATE_PARAMETERS = (
    Parameter(
        "policy.irregular_share",
        "Share of irregular moves in the moves of a corridor with levers, before them.",
        "1",
        Uniform(0.02, 0.30),
        "J",
        "Our judgement, around the 10-15 % of the world's migrants that IOM names (recalled); corridors differ widely.",
    ),
    Parameter(
        "policy.unmet_share",
        "Share of latent demand of a corridor with levers that is not met, before them.",
        "1",
        Uniform(0.1, 0.7),
        "J",
        "Our judgement; in Simon et al. 2018 56 % of aspiring migrants from Jamaica cannot move legally.",
    ),
    Parameter(
        "policy.redirected",
        "Most of a person whom a lost legal place sends into irregular moves: work, family, protection.",
        "1",
        Beta(5.0, 15.0),
        "F",
        'Simon, Schwartz, Hudson & Johnson 2018, PNAS: "roughly a quarter"; the spread is our judgement.',
    ),
    Parameter(
        "policy.redirected_skilled",
        "The same for study.",
        "1",
        Beta(1.0, 19.0),
        "F",
        "Simon et al. 2018, PNAS: negligible for students and the highly skilled; the spread is our judgement.",
    ),
    Parameter(
        "policy.legal_elasticity",
        "Percent by which irregular moves fall when legal ones rise by one percent.",
        "1",
        Fixed(0.30),
        "F",
        "Clemens 2024, PIIE Working Paper 24-10: lawful crossings +10 %, unlawful -3 % after about ten months.",
    ),
    Parameter(
        "policy.visa_refusals",
        "Percent by which irregular moves rise when refusals of short-stay visas rise by one percent.",
        "1",
        Uniform(0.412, 0.688),
        "F",
        "Czaika & Hobolth 2016, European Union Politics: refusals +10 %, irregular entries +4 to +7 %; middle .55.",
    ),
    Parameter(
        "policy.asylum_refusals",
        "Percent by which irregular moves rise when refusals of asylum rise by one percent.",
        "1",
        Uniform(0.208, 0.392),
        "F",
        "Czaika & Hobolth 2016, European Union Politics: refusals +10 %, irregular migrants +2 to +4 %; middle .30.",
    ),
    Parameter(
        "policy.return_response",
        "Percent by which returns rise when legal moves of a corridor with levers rise by one percent; 0: not at all.",
        "1",
        Fixed(0.0),
        "R",
        "-88 % of outflow beside -67 % of inflow under visas (Czaika & de Haas 2017) would be 1.9; recalled: not used.",
    ),
)
"""Numbers of the gate through which corridors with levers pass."""

CHANNEL = Channel(
    name="policy",
    title="Visas, free movement, entry laws",
    block="policy",
    acts_on=("push", "pair", "back"),
    mechanism=(
        "A setting multiplies the outward moves of its corridors by m = exp(effect), phased in linearly and removed at "
        "once after its last year; settings that overlap add their effects. The change of an origin's moves to the "
        "corridors set is X = sum s (m - 1), s the base shares of destinations; a share q of it is made up by the "
        "origin's other destinations, each multiplied by 1 - q X / (1 - S), S the base share of the corridors set. So "
        "pair = ln m there and ln(1 - q X / (1 - S)) elsewhere, and push = ln sum s exp(pair), which undoes the "
        "sharing-out: the origin's total changes by (1 - q) X. Exact where no other channel shifts destinations; "
        "where others do, ratios between corridors are exact and totals follow the base shares. Levers act "
        "beside these settings: pathways with a capacity, visas, enforcement and regularisation make their corridors "
        "pass a gate that splits demand into legal, irregular and unmet; programmes of return change rates of return."
    ),
    direction=(
        "A corridor with a positive effect gains, its origin sends more in all and a little less to every other "
        "destination; a negative effect the reverse."
    ),
    limits=(
        "Effects are published for other corridors than those they are used for: no causal estimate was found for the "
        "Eurasian Economic Union, the Gulf or ASEAN. Visas also keep people from returning (-88 % of outflow beside "
        "-67 % of inflow in Czaika & de Haas 2017, recalled): in the long run net migration changes less than moves. "
        "Introducing a visa works within 5-10 years, removing one almost at once: set the phase accordingly. "
        "The published 3-17 % is a rise of moves to other destinations; we read it as the part of the change that goes "
        "there, because no small corridor can divert more people than it has."
    ),
    parameters=(
        Parameter(
            "policy.diversion",
            "Share of the change in a corridor that the origin's other destinations make up; published range .03-.17.",
            "1",
            Fixed(0.10),
            "R",
            "Bertoli & Fernandez-Huertas Moraga 2015; the reading as a share of the change is our judgement.",
        ),
        Parameter(
            "policy.visa_requirement",
            "Log effect of a visa requirement: on legal moves where a visa lever sets one; else for reference.",
            "1",
            Uniform(-0.63, -0.51),
            "R",
            "Bertoli & Fernandez-Huertas Moraga 2015: -40 to -47 %.",
        ),
        Parameter(
            "policy.free_movement",
            "Log effect of a zone of free movement on the moves inside it, for reference.",
            "1",
            Normal(0.5, 0.35),
            "J",
            "Our judgement; positive for Schengen and the euro (Beine, Bourgeon & Bricongne 2019).",
        ),
        Parameter(
            "policy.entry_law",
            "Log effect of one reform that tightens an entry law, for reference.",
            "1",
            Uniform(-0.10, -0.06),
            "R",
            "Ortega & Peri 2013.",
        ),
        *GATE_PARAMETERS,
    ),
)


def check_policies(policies: Sequence[CorridorPolicy], codes: Sequence[str]) -> None:
    """Refuse settings that cannot be used.

    Raises
    ------
    InputError : an unknown area, a start in the base year or before, an end before the start, a negative phase, or an
        effect that is not finite; all that are found
    """
    problems = [problem for policy in policies for problem in _problems(policy, codes)]
    if problems:
        raise InputError(problems)


def _problems(policy: CorridorPolicy, codes: Sequence[str]) -> list[Problem]:
    unknown = [iso3 for iso3 in (*policy.origins, *policy.destinations) if iso3 not in codes]
    problems = [
        Problem(
            f"policy {policy.name} names an area that no ISO alpha-3 code stands for", spelling(iso3, codes), value=iso3
        )
        for iso3 in unknown
    ]
    if policy.start <= BASE_YEAR:
        fault = f"policy {policy.name} does not start after {BASE_YEAR}, whose moves are given"
        problems.append(Problem(fault, f"Start in {BASE_YEAR + 1} or later", value=policy.start))
    if policy.end is not None and policy.end < policy.start:
        fault = f"policy {policy.name} ends before the year it starts"
        problems.append(Problem(fault, "Change its end or leave it out", value=policy.end))
    if policy.phase_in < 0:
        fault = f"policy {policy.name} is phased in over less than 0 years"
        problems.append(Problem(fault, "0 lets it work at once", value=policy.phase_in))
    if not np.isfinite(policy.effect):
        problems.append(
            Problem(
                f"the effect of policy {policy.name} is not a finite number",
                "Give one such as -0.5",
                value=policy.effect,
            )
        )
    return problems


def policy_weight(policy: CorridorPolicy, years: Sequence[int]) -> Floats:
    """How far a policy works in each year: [year], 0 to 1, in full `phase_in` years after its start."""
    since = np.asarray(years, dtype=np.float64) - policy.start
    grown = np.clip((since + 1.0) / (policy.phase_in + 1.0), 0.0, 1.0)
    over = np.zeros(len(since), dtype=bool) if policy.end is None else np.asarray(years) > policy.end
    weight: Floats = np.where(over, 0.0, grown)
    return weight


def policy_pair(policies: Sequence[CorridorPolicy], years: Sequence[int], codes: Sequence[str]) -> Floats | None:
    """Log multipliers of moves that policies set: [year, orig, dest], zero elsewhere; None without policies.

    Raises
    ------
    InputError : see `check_policies`
    """
    check_policies(policies, codes)
    if not policies:
        return None
    effects = np.zeros((len(years), len(codes), len(codes)))
    for policy in policies:
        effects += (policy.effect * policy_weight(policy, years))[:, None, None] * _corridors(policy, codes)
    return effects


def policy_effects(
    policies: Sequence[CorridorPolicy],
    years: Sequence[int],
    codes: Sequence[str],
    base_shares: Floats,
    diversion: float,
) -> tuple[Floats, Floats] | None:
    """Log effects (push [year, orig], pair [year, orig, dest]) of policies; None without policies.

    Parameters
    ----------
    base_shares : [orig, dest], shares of destinations in an origin's outward moves; rows sum to 1, or to 0
    diversion : share of the change in the corridors set that the origin's other destinations make up

    Raises
    ------
    InputError : see `check_policies`
    """
    pair = policy_pair(policies, years, codes)
    if pair is None:
        return None
    corridors = [(policy_weight(policy, years), _corridors(policy, codes)) for policy in policies]
    push = np.zeros(pair.shape[:2])
    for at in range(len(years)):
        chosen = np.any([area for weight, area in corridors if weight[at] > 0] or [np.zeros_like(base_shares)], axis=0)
        pair[at] = with_diversion(pair[at], chosen, base_shares, diversion)
        push[at] = np.log1p((base_shares * np.expm1(pair[at])).sum(axis=1))
    return push, pair


def with_diversion(effect: Floats, chosen: Booleans, base_shares: Floats, diversion: float) -> Floats:
    """Log multipliers of all corridors, those set and those to which moves divert: [orig, dest].

    Parameters
    ----------
    effect : [orig, dest], of the corridors set, zero elsewhere
    chosen : [orig, dest], true for corridors set
    """
    change = (base_shares * np.expm1(effect)).sum(axis=1)
    others = np.where(chosen, 0.0, base_shares).sum(axis=1)
    taken = np.divide(diversion * change, others, out=np.zeros_like(change), where=others > 0)
    other = np.log(np.clip(1.0 - taken, 1.0 / MOST_DIVERTED, MOST_DIVERTED))
    pair: Floats = np.where(chosen, effect, other[:, None])
    np.fill_diagonal(pair, 0.0)
    return pair


def _corridors(policy: CorridorPolicy, codes: Sequence[str]) -> Booleans:
    """Corridors of a policy: [orig, dest]."""
    corridors: Booleans = np.outer(np.isin(codes, policy.origins), np.isin(codes, policy.destinations))
    np.fill_diagonal(corridors, val=False)
    return corridors
