"""Why flows of an area, a group, a corridor or the world change: a request, its answer, and what it says in numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.analysis.attribution import UNDER_WAY, Question, explain_central, explain_draws, under_way
from corridor.analysis.views import View, arrivals, corridor, departures, within
from corridor.areas import WORLD, codes, index, meant
from corridor.drivers.assembly import drive_of
from corridor.drivers.channel import BLOCKS
from corridor.errors import InputError, Problem
from corridor.projection.runs import load_runs
from corridor.reports.request import draws_problem, gathered, run_problems, scenario_words, whole
from corridor.scenario.load import load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from corridor.analysis.attribution import Explanation
    from corridor.areas import Area
    from corridor.axes import Floats
    from corridor.data.panel import Panel
    from corridor.drivers.assembly import Conditions
    from corridor.drivers.channel import Settings
    from corridor.projection.batches import Progress
    from corridor.projection.runs import Runs
    from corridor.scenario.effective import EffectiveScenario


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """What the user asked for.

    Attributes
    ----------
    name : of what is explained
    views : sums of moves
    last : the year that is explained
    anchor : a key of `ANCHORS`
    scenario : whose causes are explained
    against : another scenario to compare with, or None: then with the base year
    draws : how many trajectories; 0 is one run at the medians
    seed : of the trajectories
    target, settings : as the user wrote them, for the command line
    """

    name: str
    views: tuple[View, ...]
    last: int
    anchor: str
    scenario: EffectiveScenario
    against: EffectiveScenario | None
    draws: int
    seed: int
    target: tuple[str, ...]
    settings: tuple[str, ...]

    @property
    def command(self) -> str:
        """The line that asks for the same."""
        return " ".join(
            [
                "corridor explain",
                *(f'"{word}"' for word in self.target),
                f"--to {self.last}",
                *self.settings,
                f"--anchor {self.anchor} --draws {self.draws} --seed {self.seed}",
            ]
        )


@dataclass(frozen=True, slots=True)
class ExplanationAnswer:
    """Why flows change: figures of the central run, which every command states, and ranges of draws around it.

    Attributes
    ----------
    central : every parameter at its median, people on the UN's medium; one row
    under_way : [view, part of `UNDER_WAY`], what `central.carried` is made of, persons a year
    draws : the same in trajectories; None without any
    """

    central: Explanation
    under_way: Floats
    draws: Explanation | None = None


def check_explain_request(
    target: Sequence[str],
    *,
    last: int,
    scenario: str,
    settings: Sequence[str] = (),
    against: str | None = None,
    anchor: str,
    draws: int,
    seed: int,
    folder: Path | None = None,
) -> ExplainRequest:
    """Turn a user's words into a request.

    Parameters
    ----------
    target : an area, a group, the world, or two areas
    scenario, against : names of shipped scenarios or paths
    settings : KEY=VALUE, which hold over the scenario

    Raises
    ------
    InputError : with every problem: of the target, the scenarios, the numbers, the anchor, the folder
    """
    problems = [*run_problems(last, draws_problem(draws), seed, anchor, folder)]
    end = whole(last)
    found = gathered(problems, lambda: load_scenario(scenario, settings, last=end))
    other = None if against is None else gathered(problems, lambda: load_scenario(against, last=end))
    views = gathered(problems, lambda: views_of(target))
    if found is not None and other is not None:
        problems += _incomparable(found.settings, other.settings)
    if problems or found is None or views is None:
        raise InputError(problems)
    words = scenario_words(scenario, settings, against)
    return ExplainRequest(*views, last, anchor, found, other, draws, seed, tuple(target), words)


def _incomparable(scenario: Settings, against: Settings) -> Iterator[Problem]:
    """Name what two scenarios must have in common, because it is no cause."""
    feedback = [(one.off & {"network", "returns"}, one.fixed.get("network.elasticity")) for one in (scenario, against)]
    if feedback[0] != feedback[1]:
        fault = (
            "the compared scenarios have different settings for networks or returns, which respond to causes but are "
            "not causes"
        )
        remedy = "Set the channels network and returns, and network.elasticity, to the same values in both"
        yield Problem(fault, remedy, column="--against")
    if scenario.per_degree != against.per_degree:
        fault = "the compared scenarios use different tables of warming per degree"
        yield Problem(fault, "Set climate.per_degree to the same value in both", column="--against")


def views_of(words: Sequence[str]) -> tuple[str, tuple[View, ...]]:
    """Name and views of a target: one area or group, the world, or an origin and a destination.

    Raises
    ------
    InputError : an unknown area or group, a corridor from an area to itself, or not one or two words
    """
    if len(words) == 2:
        return _corridor_of(words)
    if len(words) != 1:
        raise InputError(
            Problem(
                "the target is neither one area or group nor two areas",
                "Name an area, a group, or an origin and a destination",
            )
        )
    name, chosen = meant(words[0])
    return name, views_of_members(name, chosen)


def views_of_members(name: str, chosen: Sequence[Area]) -> tuple[View, ...]:
    """Views of some areas together: in and out, and within where they are several; of the world, all its moves."""
    member = np.isin(np.array(codes()), [area.iso3 for area in chosen])
    if name == WORLD or member.all():
        return (View("moves in the world", np.ones(len(member)), np.ones(len(member))),)
    both = (arrivals(name, member), departures(name, member))
    return both if len(chosen) == 1 else (*both, within(name, member))


def _corridor_of(words: Sequence[str]) -> tuple[str, tuple[View, ...]]:
    ends = [meant(word)[1] for word in words]
    if any(len(end) != 1 for end in ends) or ends[0] == ends[1]:
        fault = "this is not a corridor from one area to another"
        raise InputError(Problem(fault, "Name two areas, not groups", value=" ".join(words)))
    (orig,), (dest,) = ends
    name = f"{orig.short_name} to {dest.short_name}"
    return name, (corridor(name, index(orig.iso3), index(dest.iso3), len(codes())),)


def group_and_member_views(name: str, members: Sequence[Area]) -> tuple[View, ...]:
    """Views of a group - in, out, within where it has several members - and of each member, in and out."""
    views = views_of_members(name, members) if len(members) > 1 else ()
    for area in members:
        alone = np.isin(np.array(codes()), [area.iso3])
        views += (arrivals(area.short_name, alone), departures(area.short_name, alone))
    return views


def players_of(scenario: Settings, against: Settings | None) -> tuple[str, ...]:
    """Blocks that can matter: policy only where a setting or lever of corridors is made."""
    made = any(settings.policies or settings.levers for settings in (scenario, against) if settings is not None)
    return BLOCKS if made else BLOCKS[:-1]


def question_of(
    conditions: Conditions, views: tuple[View, ...], scenario: Settings, against: Settings | None = None, seed: int = 1
) -> Question:
    """Return the question what a scenario changes, since the base year or against another one."""
    drive = drive_of(conditions, scenario, against, seed)
    return Question(views, players_of(scenario, against), drive, compared=against is not None)


def runs_of(request: ExplainRequest) -> int:
    """Runs of the world that a request takes: one at the medians beside those of the draws."""
    against = None if request.against is None else request.against.settings
    runs: int = (request.draws + 1) * 2 ** len(players_of(request.scenario.settings, against))
    return runs


def answer_explain_request(
    panel: Panel, request: ExplainRequest, *, progress: Progress | None = None
) -> ExplanationAnswer:
    """Answer a request.

    Parameters
    ----------
    progress : called with the number of runs done since the last call
    """
    settings = request.scenario.settings
    runs = load_runs(panel, request.last, request.anchor, per_degree=settings.per_degree)
    against = None if request.against is None else request.against.settings
    question = question_of(runs.conditions, request.views, settings, against, request.seed)
    answer = central_answer(runs, settings, question, progress=progress)
    if request.draws == 0:
        return answer
    paths = runs.paths(request.seed)
    return replace(answer, draws=explain_draws(runs.world, paths, question, request.draws, progress=progress))


def central_answer(
    runs: Runs, settings: Settings, question: Question, *, progress: Progress | None = None
) -> ExplanationAnswer:
    """Answer a question by the central run alone.

    Parameters
    ----------
    settings : of the scenario
    progress : called with 1 after each run
    """
    carried = np.zeros((len(question.views), len(UNDER_WAY)))
    if not question.compared:
        carried = under_way(runs, settings, question.views)
    return ExplanationAnswer(explain_central(runs.inputs, runs.baseline, question, progress=progress), carried)
