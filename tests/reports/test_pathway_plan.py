"""Plans of legal pathways, as a user asks: words and their problems, proof, caps, the engine, files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from corridor.analysis.capacity_plan import GAP
from corridor.analysis.pathway_plan import AIMS, Limit, PlanQuestion, answer_plan_question, problem_of
from corridor.analysis.pathway_runs import gate_with, inside, load_pathway_runs, wanted_of
from corridor.areas import codes, members
from corridor.cli import main
from corridor.cli.options import IntRange, Number
from corridor.drivers.levers import KINDS
from corridor.errors import InputError
from corridor.reports.pathways.page import changes_of, difference_words, openings_of, plan_page, price_words, prices_of
from corridor.reports.pathways.request import check_pathway_request
from corridor.scenario.load import load_scenario
from tests.plain_words import tells, words_of_page

GROUP = "Central Asia"
YEARS = (2027, 2028, 2029)
DRAWS = 8
QUESTION = PlanQuestion("least", None, 1.0, Limit(0.1, added=True), {}, {}, None, {})
DIVERSION = 0.1
"""Share of a change that other destinations make up, in all draws."""
PLACES = 100.0
"""Places added to see their price: of a single one the solver's gap hides the effect on irregular moves."""
CONSERVED = 1e-9
"""Relative: the promise."""


def number(word: str) -> Any:
    return IntRange(0, 0).convert(word, None, None)


def share(word: str | None) -> Any:
    return None if word is None else Number().convert(word, None, None)


def request_of(*options: str):
    """Parse options as the command does."""
    words = {"--from": "2027", "--to": "2028", "--draws": "0"} | dict(zip(options[::2], options[1::2], strict=True))
    return check_pathway_request(
        words.pop("group", GROUP),
        first=number(words["--from"]),
        last=number(words["--to"]),
        aim=words.get("--aim", "least"),
        beside=words.get("--frontier"),
        cautious=share(words.get("--cautious")),
        total=words.get("--total", "+10%"),
        caps=words.get("--cap", "").split(),
        budget=share(words.get("--budget")),
        costs=words.get("--cost", "").split(),
        scenario=words.get("--scenario", "baseline"),
        settings=(),
        anchor="blended",
        draws=number(words["--draws"]),
        seed=1,
        folder=Path(),
    )


@pytest.fixture(scope="module", params=[0, DRAWS], ids=["medians", "draws"])
def runs(request, panel):
    settings = load_scenario("baseline").settings
    group = [area.iso3 for area in members(GROUP)]
    return load_pathway_runs(panel, settings, group, YEARS, anchor="blended", draws=request.param, seed=1)


@pytest.fixture(scope="module")
def wanted(runs):
    return wanted_of(runs)


@pytest.fixture(scope="module")
def answer(runs):
    return answer_plan_question(runs, QUESTION, gap=GAP)


def conserved(split):
    np.testing.assert_allclose(split.legal + split.irregular + split.unmet, split.demand, rtol=CONSERVED)
    for part in (split.legal, split.irregular, split.unmet):
        assert (part >= 0.0).all()


def test_the_problem_is_the_split_of_the_engine_without_levers(runs, wanted):
    problem, today = problem_of(runs, wanted, QUESTION), runs.static(runs.gate, wanted.moves)
    kinds = (max(runs.draws, 1), len(runs.members), len(KINDS), len(YEARS))
    by_corridor = problem.demand.reshape(kinds).sum(axis=2).swapaxes(1, 2)
    np.testing.assert_allclose(by_corridor, today.demand, rtol=1e-12)
    aim = problem.room(problem.floor)
    legal = np.where(aim > 0.0, problem.demand / (1.0 + (problem.demand / np.maximum(aim, 1e-300)) ** 4) ** 0.25, 0.0)
    np.testing.assert_allclose(legal.reshape(kinds).sum(axis=2).swapaxes(1, 2), today.legal, rtol=1e-10)
    conserved(today)


def test_a_gate_without_a_plan_leaves_the_world_as_it_is(runs, wanted):
    origins, destinations = (end[runs.members] for end in (runs.gate.origins, runs.gate.destinations))
    assert inside([area.iso3 for area in members(GROUP)])[origins, destinations].all()
    assert len(origins) == 5 * 4
    again = runs.run(runs.gate, lambda _: None)
    np.testing.assert_array_equal(again.moves, wanted.moves)
    assert gate_with(runs, np.zeros(wanted.demand.shape[1:])) is runs.gate


def test_the_plan_is_proven_and_within_its_cap(answer):
    plan = answer.plan
    assert plan.status == "proven"
    assert 0.0 <= plan.gap <= GAP
    assert plan.today <= plan.value <= plan.bound
    assert (answer.places >= answer.today).all()
    assert (plan.used <= answer.limits * (1.0 + 1e-12)).all()
    np.testing.assert_allclose(answer.places.sum(axis=(0, 1)), 1.1 * answer.today.sum(axis=(0, 1)), rtol=1e-9)


def test_the_promise_is_what_the_solution_says(answer):
    for legal, split in ((answer.legal_today, answer.draws.without), (answer.legal, answer.draws.promise)):
        np.testing.assert_allclose(legal.sum(axis=1).T, split.legal.mean(axis=0), rtol=1e-9)
    np.testing.assert_allclose(answer.draws.promise.demand, answer.draws.without.demand, rtol=1e-12)
    assert (answer.draws.promise.irregular <= answer.draws.without.irregular * (1.0 + 1e-12)).all()


def test_demand_is_conserved_and_the_first_year_differs_by_deflection_only(answer):
    for split in (answer.draws.without, answer.draws.promise, answer.draws.engine):
        conserved(split)
    legal, irregular = (
        getattr(answer.draws.engine, part)[:, 0] - getattr(answer.draws.promise, part)[:, 0]
        for part in ("legal", "irregular")
    )
    np.testing.assert_allclose(legal, 0.0, atol=1e-6)
    np.testing.assert_allclose(irregular, 0.0, atol=1e-6)
    change = (answer.draws.promise.moves - answer.draws.without.moves)[:, 0]
    np.testing.assert_allclose(
        (answer.draws.engine.demand - answer.draws.without.demand)[:, 0], DIVERSION * change, atol=1e-6
    )
    assert (answer.draws.engine.demand[:, -1] != answer.draws.promise.demand[:, -1]).any()


def test_more_places_never_mean_less_legal_moves(runs):
    legal = []
    for share in (0.0, 0.05, 0.2, 1.0):
        answer = answer_plan_question(runs, replace(QUESTION, total=Limit(share, added=True)), gap=GAP)
        legal.append([answer.draws.promise.legal.sum(axis=2).mean(), answer.draws.engine.legal.sum(axis=2).mean()])
    assert (np.diff(legal, axis=0) > 0.0).all()


def test_todays_places_change_nothing(runs, wanted):
    answer = answer_plan_question(runs, replace(QUESTION, total=Limit(0.0, added=True)), gap=GAP)
    assert (answer.places == answer.today).all()
    np.testing.assert_array_equal(answer.draws.engine.moves, runs.of_group(runs.run(runs.gate, lambda _: None)).moves)
    np.testing.assert_allclose(answer.draws.engine.legal, answer.draws.promise.legal, rtol=1e-12)
    assert openings_of(answer) == []
    assert difference_words(answer) == "The plan adds no places."
    assert wanted.avoided.min() > 0.0


@pytest.mark.parametrize("aim", AIMS)
def test_caps_of_destinations_kinds_and_the_budget_are_kept(runs, aim):
    question = replace(
        QUESTION,
        aim=aim,
        of_areas={"KAZ": Limit(0.02, added=True)},
        of_kinds={"work": Limit(0.05, added=True)},
        budget=90_000.0,
        costs={"work": 20.0, "UZB": 5.0},
    )
    answer = answer_plan_question(runs, question, gap=GAP)
    added, destinations = answer.places - answer.today, np.array(answer.destinations)
    in_kaz, work, in_uzb = destinations == "KAZ", KINDS.index("work"), destinations == "UZB"
    tiny = 1.0 + 1e-9
    assert answer.plan.gap <= GAP
    assert (answer.places[in_kaz].sum(axis=(0, 1)) <= tiny * 1.02 * answer.today[in_kaz].sum(axis=(0, 1))).all()
    assert (answer.places[:, work].sum(axis=0) <= tiny * 1.05 * answer.today[:, work].sum(axis=0)).all()
    assert 20.0 * added[:, work].sum() + 5.0 * added[in_uzb].sum() <= 90_000.0 * tiny
    names = {"places in all", "places in Kazakhstan", "places for work", "the budget"}
    assert {price.cap for price in prices_of(answer)} == names
    assert len(price_words(answer)) == 4


def test_a_price_is_what_one_more_place_brings(runs, answer):
    today = float(answer.today[..., 0].sum())
    exact, more = (
        answer_plan_question(runs, replace(QUESTION, total=Limit(0.1 + added / today, added=True)), gap=1e-7)
        for added in (0.0, PLACES)
    )
    gained = (more.legal - exact.legal)[..., 0].sum() / PLACES
    assert exact.plan.legal_per_place[0] == pytest.approx(gained, abs=0.02)
    (price,) = prices_of(exact)
    assert price.binds
    before, after = (each.draws.promise.irregular[:, 0].sum(axis=1).mean() for each in (exact, more))
    avoided = (before - after) / PLACES
    # The slope is today's: where places bind in some draws only, a hundred of them avoid up to twice as many.
    assert 0.4 * avoided < exact.plan.irregular_per_place[0] < 1.25 * avoided


def test_the_command_writes_what_it_prints(tmp_path):
    folder = tmp_path / "plan"
    words = ["pathways", "optimise", GROUP, "--from", "2027", "--to", "2028", "--draws", "8", "--cap", "KAZ=+3%"]
    done = CliRunner().invoke(
        main, [*words, "--frontier", "gains", "--cautious", "0.5", "-o", str(folder)], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    for said in (
        "proven",
        "Raising the cap on places in all by one",
        "Largest openings",
        "deflection",
        "in Kazakhstan",
    ):
        assert said in done.output
    plan, caps, outcomes = (pd.read_csv(folder / f"{name}.csv") for name in ("plan", "caps", "outcomes"))
    pd.testing.assert_frame_equal(plan, pd.read_parquet(folder / "plan.parquet"), check_exact=False)
    assert len(plan) == 20 * len(KINDS) * 2
    assert (caps["used"] <= caps["limit"] * (1.0 + 1e-9)).all()
    wide = outcomes.pivot_table(index="year", columns="part", values="engine_change")
    np.testing.assert_allclose(wide["legal"] + wide["irregular"] + wide["unmet"], wide["demand"], atol=1e-6)
    assert len(pd.read_csv(folder / "frontier.csv")) == 10
    made = json.loads((folder / "made.json").read_text())
    assert made["settings"]["proof"]["gap"] <= GAP
    assert "--cap KAZ=+3%" in made["command"]
    page = (folder / "plan.html").read_text()
    assert tells(words_of_page(page)) == []
    assert "//" not in page.replace("http://www.w3.org", "")
    assert "Between two aims" in page


def test_the_same_answer_gives_the_same_page(answer):
    request = request_of()
    assert plan_page(answer, request) == plan_page(answer, request)
    assert [change.part for change in changes_of(answer)] == ["demand", "legal", "irregular", "unmet"]


def test_caps_that_conflict_are_named_with_the_smallest_change():
    words = ["pathways", "optimise", GROUP, "--to", "2026", "--draws", "0", "--total", "+50%", "--cap", "KAZ=10000"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "places in Kazakhstan in 2026" in done.output
    assert "Change it by" in done.output


def test_all_problems_come_together():
    words = ["pathways", "optimise", "CICA", "--from", "2025", "--to", "2101", "--aim", "lest", "--frontier", "gain"]
    words += ["--cautious", "3", "--total", "ten", "--cap", "KX=5", "--cap", "work", "--cap", "study=+x%"]
    words += ["--cap", "Germany=4", "--cap", "family=1", "--cap", "family=2", "--budget", "-1", "--cost", "work=many"]
    done = CliRunner().invoke(
        main, [*words, "--draws", "many", "--seed", "-1", "--anchor", "nu", "--scenario", "basline"]
    )
    assert done.exit_code == 2
    for said in (
        "--from",
        "--to",
        "lest",
        "gain",
        "--cautious",
        "ten",
        "KX",
        "'work'",
        "+x%",
        "Germany",
        "named twice",
    ):
        assert said in done.output
    for said in ("--budget", "work=many", "--draws", "--seed", "--anchor", "baseline"):
        assert said in done.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("group", "Kazakhstan"), "fewer than two areas"),
        (("--from", "2029"), "is after the last"),
        (("--frontier", "least"), "is the same as the first aim"),
        (("--cautious", "0.5"), "needs draws, and none are requested"),
        (("--cautious", "0.01", "--draws", "20"), "0.05"),
        (("--budget", "5"), "without costs of places"),
        (("--cost", "work=5"), "without a budget"),
        (("--total", "10%"), "+10%"),
        (("--total", "inf"), "neither a number of places a year"),
        (("group", "World", "--draws", "1000", "--to", "2100"), "a smaller group"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, said):
    with pytest.raises(InputError) as error:
        request_of(*options)
    assert said in str(error.value)


def test_levers_within_the_group_are_refused_and_others_are_not(tmp_path):
    lever = """title = "Lever"
[[pathway]]
name = "Places"
origins = ["UZB"]
destinations = ["{}"]
kind = "work"
capacity = 2
unit = "times"
start = 2027
source = "a test"
status = "J"
"""
    for destination in ("KAZ", "RUS"):
        (tmp_path / f"{destination}.toml").write_text(lever.format(destination))
    with pytest.raises(InputError, match="lever Places of the scenario"):
        request_of("--scenario", str(tmp_path / "KAZ.toml"))
    assert request_of("--scenario", str(tmp_path / "RUS.toml")).scenario.settings.levers


def test_words_become_limits_and_a_command():
    request = request_of("--cap", "Kazakhstan=60000 Work=+5%", "--budget", "1e6", "--cost", "study=2")
    assert request.question.of_areas == {"KAZ": Limit(60000.0, added=False)}
    assert request.question.of_kinds == {"work": Limit(0.05, added=True)}
    assert request.question.costs == {"study": 2.0}
    assert request.command.startswith("corridor pathways optimise 'Central Asia' --from 2027 --to 2028 --aim least")
    assert set(codes()) >= {area.iso3 for area in request.areas}
