"""Policy: settings of corridors multiply their moves; other destinations of the origin make up a part of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.areas import codes as area_codes
from corridor.drivers.channel import Channel, Part
from corridor.drivers.lever_gate import gate_of
from corridor.drivers.levers import GateLever, ReturnProgramme, Visa, check_levers, corridors_of, weight
from corridor.drivers.parameters import Beta, Fixed, Normal, Parameter, Uniform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.axes import Booleans, Floats
    from corridor.drivers.assembly import Case, Chance, Conditions
    from corridor.drivers.channel import Settings
    from corridor.drivers.lever_gate import Gate
    from corridor.drivers.levers import Lever, Policy
    from corridor.drivers.sign_facts import SignFacts

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
        title="Share of irregular moves",
    ),
    Parameter(
        "policy.unmet_share",
        "Share of latent demand of a corridor with levers that is not met, before them.",
        "1",
        Uniform(0.1, 0.7),
        "J",
        "Our judgement; in Simon et al. 2018 56 % of aspiring migrants from Jamaica cannot move legally.",
        title="Share of demand that is not met",
    ),
    Parameter(
        "policy.redirected",
        "Largest share of the people without a legal place who move irregularly instead: work, family, protection.",
        "1",
        Beta(5.0, 15.0),
        "F",
        'Simon, Schwartz, Hudson & Johnson 2018, PNAS: "roughly a quarter"; the spread is our judgement.',
        title="Lost places that turn irregular",
    ),
    Parameter(
        "policy.redirected_skilled",
        "Largest share of the people without a legal place who move irregularly instead: study.",
        "1",
        Beta(1.0, 19.0),
        "F",
        "Simon et al. 2018, PNAS: negligible for students and the highly skilled; the spread is our judgement.",
        title="Lost places of study that turn irregular",
    ),
    Parameter(
        "policy.legal_elasticity",
        "Percent by which irregular moves fall when legal ones rise by one percent.",
        "1",
        Fixed(0.30),
        "F",
        "Clemens 2024, PIIE Working Paper 24-10: lawful crossings +10 %, unlawful -3 % after about ten months.",
        title="Irregular moves and legal ones",
    ),
    Parameter(
        "policy.visa_refusals",
        "Percent by which irregular moves rise when refusals of short-stay visas rise by one percent.",
        "1",
        Uniform(0.412, 0.688),
        "F",
        "Czaika & Hobolth 2016, European Union Politics: refusals +10 %, irregular entries +4 to +7 %; middle .55.",
        title="Irregular moves and refused visas",
    ),
    Parameter(
        "policy.asylum_refusals",
        "Percent by which irregular moves rise when refusals of asylum rise by one percent.",
        "1",
        Uniform(0.208, 0.392),
        "F",
        "Czaika & Hobolth 2016, European Union Politics: refusals +10 %, irregular migrants +2 to +4 %; middle .30.",
        title="Irregular moves and refused asylum",
    ),
    Parameter(
        "policy.return_response",
        "Percent by which returns rise when legal moves of a corridor with levers rise by one percent; 0: not at all.",
        "1",
        Fixed(0.0),
        "R",
        "-88 % of outflow beside -67 % of inflow under visas (Czaika & de Haas 2017) would be 1.9; recalled: not used.",
        title="Returns and legal moves",
    ),
)
"""Numbers of the gate through which corridors with levers pass."""
GATED = {f"policy.{name}" for name in ("irregular_share", "unmet_share", "redirected", "redirected_skilled")}
"""Numbers that act wherever a corridor passes the gate."""


def _part(case: Case, settings: Settings) -> Part:
    conditions, (diversion, *_) = case.conditions, case.values(settings)["policy.diversion"]
    back = return_effects(settings.levers, conditions.years, area_codes())
    found = policy_effects(settings.policies, conditions.years, area_codes(), conditions.shares, float(diversion))
    push, pair = (None, None) if found is None else (np.zeros(case.shape) + found[0], found[1])
    return Part(push=push, pair=pair, back=back, gate=gate_under(conditions, settings, case.chance))


def gate_under(conditions: Conditions, settings: Settings, chance: Chance, also: Booleans | None = None) -> Gate | None:
    """Return the gate of a scenario's levers, and of the corridors `also` as in `gate_of`; None where there is none."""
    levers = () if "policy" in settings.off else settings.levers
    return gate_of(levers, conditions.years, area_codes(), chance.under(settings), also)


def _counts(settings: Settings, name: str) -> bool:
    """Whether a number of the gate acts; those of policies are for reference, and settings give their effects."""
    visas = [lever for lever in settings.levers if isinstance(lever, Visa)]
    match name.removeprefix("policy."):
        case "visa_requirement":
            return any(visa.requirement is not None for visa in visas)
        case "visa_refusals":
            return any(visa.refusals != 1.0 for visa in visas)
        case "asylum_refusals":
            return any(visa.asylum_refusals != 1.0 for visa in visas)
    gated = any(isinstance(lever, GateLever) for lever in settings.levers)
    return gated and name in GATED


def _reasons(facts: SignFacts) -> list[str]:
    count = len(facts.settings.policies) + len(facts.settings.levers)
    return [f"{count} set" if count else "none set"] * len(facts.at_once)


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
            title="Diversion to other destinations",
        ),
        Parameter(
            "policy.visa_requirement",
            "Log effect of a visa requirement: on legal moves where a visa lever sets one; else for reference.",
            "1",
            Uniform(-0.63, -0.51),
            "R",
            "Bertoli & Fernandez-Huertas Moraga 2015: -40 to -47 %.",
            title="Effect of a visa requirement",
        ),
        Parameter(
            "policy.free_movement",
            "Log effect of a zone of free movement on the moves inside it, for reference.",
            "1",
            Normal(0.5, 0.35),
            "J",
            "Our judgement; positive for Schengen and the euro (Beine, Bourgeon & Bricongne 2019).",
            title="Effect of free movement",
        ),
        Parameter(
            "policy.entry_law",
            "Log effect of one reform that tightens an entry law, for reference.",
            "1",
            Uniform(-0.10, -0.06),
            "R",
            "Ortega & Peri 2013.",
            title="Effect of a stricter entry law",
        ),
        *GATE_PARAMETERS,
    ),
    effects=_part,
    acts=lambda settings: bool(settings.policies or settings.levers),
    uses=_counts,
    flows=("natives out",),
    reasons=_reasons,
)


def policy_pair(policies: Sequence[Policy], years: Sequence[int], codes: Sequence[str]) -> Floats | None:
    """Log multipliers of moves that policies set: [year, orig, dest], zero elsewhere; None without policies.

    Raises
    ------
    InputError : see `check_levers`
    """
    check_levers(policies, codes)
    if not policies:
        return None
    effects = np.zeros((len(years), len(codes), len(codes)))
    for policy in policies:
        effects += (policy.effect * weight(policy, years))[:, None, None] * corridors_of(policy, codes)
    return effects


def policy_effects(
    policies: Sequence[Policy],
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
    InputError : see `check_levers`
    """
    pair = policy_pair(policies, years, codes)
    if pair is None:
        return None
    corridors = [(weight(policy, years), corridors_of(policy, codes)) for policy in policies]
    push = np.zeros(pair.shape[:2])
    for at in range(len(years)):
        chosen = np.any([area for works, area in corridors if works[at] > 0] or [np.zeros_like(base_shares)], axis=0)
        pair[at] = _with_diversion(pair[at], chosen, base_shares, diversion)
        push[at] = np.log1p((base_shares * np.expm1(pair[at])).sum(axis=1))
    return push, pair


def _with_diversion(effect: Floats, chosen: Booleans, base_shares: Floats, diversion: float) -> Floats:
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


def return_effects(levers: Sequence[Lever], years: Sequence[int], codes: Sequence[str]) -> Floats | None:
    """Log effects of programmes on returns: [year, birthplace, residence]; None without programmes.

    Raises
    ------
    InputError : see `check_levers`
    """
    check_levers(levers, codes)
    programmes = [lever for lever in levers if isinstance(lever, ReturnProgramme)]
    if not programmes:
        return None
    back = np.zeros((len(years), len(codes), len(codes)))
    for lever in programmes:
        back += (lever.effect * weight(lever, years))[:, None, None] * corridors_of(lever, codes)
    return back
