"""What a user asks of a plan of legal pathways, checked all at once before anything heavy is loaded; its answer."""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING

from corridor.analysis.capacity_plan import GAP
from corridor.analysis.pathway_plan import AIMS, Limit, PlanQuestion, answer_plan_question
from corridor.analysis.pathway_runs import load_pathway_runs
from corridor.areas import meant
from corridor.drivers.levers import KINDS, GateLever
from corridor.errors import InputError, Problem, spelling
from corridor.reports.request import (
    choice_problem,
    gathered,
    number_problem,
    option_words,
    run_problems,
    scenario_words,
    whole,
    year_problem,
)
from corridor.scenario.load import load_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from corridor.analysis.pathway_plan import PathwayAnswer
    from corridor.areas import Area
    from corridor.data.panel import Panel
    from corridor.drivers.channel import Settings
    from corridor.scenario.effective import EffectiveScenario

DRAWS = range(1001)
"""How many can be asked for; 0 is one run at the medians."""
MOST_NUMBERS = 100_000_000
"""Capacities times draws that a plan may have: twice those of CICA over ten years in 100 draws."""


@dataclass(frozen=True, slots=True)
class PathwayRequest:
    """What the user asked for.

    Attributes
    ----------
    group : name
    areas : its members today; the corridors from each to each are planned
    years : planned, in order
    question : aim and caps
    scenario : whose world it is; none of its levers works within the group
    anchor : a key of `ANCHORS`
    draws : how many trajectories; 0 is one run at the medians
    seed : of the trajectories
    options : as the user wrote them, for the command line
    """

    group: str
    areas: tuple[Area, ...]
    years: tuple[int, ...]
    question: PlanQuestion
    scenario: EffectiveScenario
    anchor: str
    draws: int
    seed: int
    options: tuple[str, ...]

    @property
    def command(self) -> str:
        """The line that asks for the same."""
        return " ".join(["corridor pathways optimise", quote(self.group), *self.options])


def check_pathway_request(
    group: str,
    *,
    first: int,
    last: int,
    aim: str,
    beside: str | None,
    cautious: float | None,
    total: str,
    caps: Sequence[str],
    budget: float | None,
    costs: Sequence[str],
    scenario: str,
    settings: Sequence[str],
    anchor: str,
    draws: int,
    seed: int,
    folder: Path | None = None,
) -> PathwayRequest:
    """Turn a user's words into a request.

    Parameters
    ----------
    total : places a year, or "+10%" of today's
    caps : "KOR=60000", "work=+5%": an area of the group or a kind, and places as in `total`
    costs : "work=500": a kind or an area of the group, and money for a place
    settings : KEY=VALUE, which hold over the scenario

    Raises
    ------
    InputError : with every problem
    """
    problems = [
        *year_problem("--from", first),
        *run_problems(last, number_problem("--draws", draws, DRAWS), seed, anchor, folder),
        *_aims(aim, beside),
    ]
    tail = gathered(problems, lambda: _tail(cautious, draws))
    members = gathered(problems, lambda: _members(group))
    of_areas, of_kinds = gathered(problems, lambda: _caps(caps, members)) or ({}, {})
    priced = gathered(problems, lambda: _costs(budget, costs, members))
    everything = gathered(problems, lambda: _limit("--total", total))
    found = gathered(problems, lambda: load_scenario(scenario, settings, last=whole(last)))
    if members is not None and found is not None:
        problems += _levers_within(found.settings, members[1])
    if members is not None and not problems:
        problems += _too_large(len(members[1]), first, last, draws)
    if problems or members is None or found is None or tail is None or everything is None or priced is None:
        raise InputError(problems)
    question = PlanQuestion(aim, beside, tail, everything, of_areas, of_kinds, *priced)
    plan = [("--from", first), ("--to", last), ("--aim", aim), ("--frontier", beside), ("--cautious", cautious)]
    limits = [("--total", total), *(("--cap", cap) for cap in caps)]
    money = [("--budget", budget), *(("--cost", cost) for cost in costs)]
    chance = [("--anchor", anchor), ("--draws", draws), ("--seed", seed)]
    options = (
        *option_words(*plan, *limits, *money),
        *scenario_words(scenario, settings),
        *option_words(*chance),
    )
    years = tuple(range(first, last + 1))
    return PathwayRequest(*members, years, question, found, anchor, draws, seed, options)


def _aims(aim: str, beside: str | None) -> Iterator[Problem]:
    yield from choice_problem("--aim", aim, tuple(AIMS))
    if beside is not None:
        yield from choice_problem("--frontier", beside, tuple(AIMS))
    if aim == beside:
        yield Problem(
            "the second aim of the frontier is the same as the first aim",
            "Name another second aim",
            column="--frontier",
            value=beside,
        )


def _members(group: str) -> tuple[str, tuple[Area, ...]]:
    """Name and members of a group.

    Raises
    ------
    InputError : no such group, or fewer than two members
    """
    name, areas = meant(group)
    if len(areas) < 2:
        fault = "the group has fewer than two areas, but a plan needs corridors within the group"
        raise InputError(Problem(fault, "Name a group, such as CICA or Central Asia", value=group))
    return name, areas


def _tail(cautious: float | None, draws: int) -> float:
    """Share of the worst draws: 1 where none is asked for.

    Raises
    ------
    InputError : no such share, or less than one draw
    """
    if cautious is None:
        return 1.0
    share, trajectories = _number(cautious), whole(draws) or 0
    if not trajectories:
        raise InputError(
            Problem(
                "a cautious plan needs draws, and none are requested",
                "Ask for draws, for example --draws 100",
                column="--cautious",
            )
        )
    if share is None or not 1.0 / trajectories <= share <= 1.0:
        fault = f"this is not a share of draws from {1.0 / trajectories:g} (one of {trajectories}) to 1"
        raise InputError(
            Problem(fault, "Choose a share between these, for example 0.2", column="--cautious", value=cautious)
        )
    return share


def _number(given: object) -> float | None:
    """Return a finite number that is not negative, or None."""
    try:
        value = float(given)  # type: ignore[arg-type]  # tried
    except (TypeError, ValueError):
        return None
    return value if 0.0 <= value < float("inf") else None


def _limit(option: str, word: str, named: str | None = None) -> Limit:
    """Read places a year.

    Raises
    ------
    InputError : neither a number nor a share to be added
    """
    added = word.startswith("+") and word.endswith("%")
    amount = _number(word[1:-1] if added else word)
    if amount is None or (word.startswith("+") and not added):
        fault = "this is neither a number of places a year nor a rise over today's places"
        raise InputError(Problem(fault, "Write, for example, 60000 or +10%", column=option, value=named or word))
    return Limit(amount / 100.0, added=True) if added else Limit(amount, added=False)


def _caps(
    words: Sequence[str], members: tuple[str, tuple[Area, ...]] | None
) -> tuple[dict[str, Limit], dict[str, Limit]]:
    """Caps of destinations and of kinds.

    Raises
    ------
    InputError : with every problem
    """
    problems: list[Problem] = []
    found: dict[str, Limit] = {}
    for word, key, right in _split("--cap", words, members, problems):
        limit = gathered(problems, lambda right=right, word=word: _limit("--cap", right, word))  # type: ignore[misc]  # both have defaults
        if limit is not None:
            found[key] = limit
    if problems:
        raise InputError(problems)
    areas = {key: limit for key, limit in found.items() if key not in KINDS}
    return areas, {key: limit for key, limit in found.items() if key in KINDS}


def _costs(
    budget: float | None, words: Sequence[str], members: tuple[str, tuple[Area, ...]] | None
) -> tuple[float | None, dict[str, float]]:
    """Budget and costs of places.

    Raises
    ------
    InputError : with every problem: numbers, unknown words, one without the other
    """
    problems: list[Problem] = []
    amount = None if budget is None else _number(budget)
    if budget is not None and amount is None:
        fault = "the budget is not a number of 0 or more. It is the money for additional places over all years"
        problems.append(Problem(fault, "Write a number, for example 5000000", column="--budget", value=budget))
    found: dict[str, float] = {}
    for word, key, right in _split("--cost", words, members, problems):
        cost = _number(right)
        if cost is None:
            problems.append(
                Problem(
                    "the cost is not a number of 0 or more", "Write, for example, work=500", column="--cost", value=word
                )
            )
        else:
            found[key] = cost
    if (budget is None) != (not words):
        fault = "costs are given without a budget" if budget is None else "a budget is given without costs of places"
        problems.append(Problem(fault, "Give both: --budget 5000000 --cost work=500", column="--budget"))
    if problems:
        raise InputError(problems)
    return amount, found


def _split(
    option: str, words: Sequence[str], members: tuple[str, tuple[Area, ...]] | None, problems: list[Problem]
) -> Iterator[tuple[str, str, str]]:
    """Yield each word, the kind or ISO code before its sign of equality, and what follows; add what is wrong."""
    seen: set[str] = set()
    for word in words:
        left, sign, right = word.partition("=")
        if not sign:
            fault = "this is not a destination or kind, an equals sign and a number"
            problems.append(Problem(fault, "Write, for example, KOR=60000 or work=300000", column=option, value=word))
            continue
        key = _key(option, left.strip(), members, problems)
        if key in seen:
            fault = f"{left.strip()} is named twice"
            problems.append(Problem(fault, "Leave one out", column=option, value=word))
        elif key is not None:
            seen.add(key)
            yield word, key, right.strip()


def _key(option: str, word: str, members: tuple[str, tuple[Area, ...]] | None, problems: list[Problem]) -> str | None:
    """Kind or ISO code of a member that a word means; None where there is none."""
    if word.casefold() in KINDS:
        return word.casefold()
    if members is None:  # said already
        return None
    name, areas = members
    try:
        _, chosen = meant(word)
    except InputError:
        chosen = ()
    if len(chosen) == 1 and chosen[0] in areas:
        return chosen[0].iso3
    fault = f"this is neither an area of {name} nor one of {', '.join(KINDS)}"
    known = [*KINDS, *(area.iso3 for area in areas), *(area.name for area in areas)]
    problems.append(Problem(fault, spelling(word, known), column=option, value=word))
    return None


def _levers_within(settings: Settings, areas: Sequence[Area]) -> Iterator[Problem]:
    """Name the levers that work in corridors of the group: a plan starts from capacities without them."""
    members = {area.iso3 for area in areas}
    for lever in settings.levers if "policy" not in settings.off else ():
        if isinstance(lever, GateLever) and members & set(lever.origins) and members & set(lever.destinations):
            fault = f"lever {lever.name} of the scenario works within the group"
            yield Problem(fault, "Leave it out: a plan starts from today's capacities", column="--scenario")


def _too_large(areas: int, first: int, last: int, draws: int) -> Iterator[Problem]:
    """Say that a plan would not fit into memory, or has no year."""
    if first > last:
        yield Problem("the first year is after the last", "Change --from or --to", column="--from", value=first)
        return
    numbers = areas * (areas - 1) * len(KINDS) * (last - first + 1) * max(draws, 1)
    if numbers > MOST_NUMBERS:
        product = f"corridors times {len(KINDS)} kinds, years and draws"
        fault = f"{product} are {numbers:,}, more than the {MOST_NUMBERS:,} that fit"
        yield Problem(fault, "Ask for a smaller group, fewer years or fewer draws")


def answer_pathway_request(
    panel: Panel,
    request: PathwayRequest,
    *,
    progress: Callable[[int], object] = lambda _: None,
    say: Callable[[str], object] = lambda _: None,
) -> PathwayAnswer:
    """Answer a request; parameters and errors are those of `answer_plan_question`."""
    runs = load_pathway_runs(
        panel,
        request.scenario.settings,
        [area.iso3 for area in request.areas],
        request.years,
        anchor=request.anchor,
        draws=request.draws,
        seed=request.seed,
    )
    return answer_plan_question(runs, request.question, gap=GAP, progress=progress, say=say)


def words_of_caps(question: PlanQuestion, names: Mapping[str, str]) -> list[str]:
    """Say what a plan has to keep within.

    Parameters
    ----------
    names : ISO code -> name
    """
    words = [f"places in all: {question.total}"]
    words += [f"places in {names[iso3]}: {limit}" for iso3, limit in question.of_areas.items()]
    words += [f"places for {kind}: {limit}" for kind, limit in question.of_kinds.items()]
    if question.budget is not None:
        costs = ", ".join(f"{names.get(key, key)} {cost:,g}" for key, cost in question.costs.items())
        words.append(f"a budget of {question.budget:,.10g} for places beyond today's ({costs} each)")
    return words
