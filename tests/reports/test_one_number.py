"""One question, one answer: every command states the same figure for the same area, corridor, year and scenario."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corridor.analysis.pathway_plan import outcome_of
from corridor.analysis.pathway_runs import load_pathway_runs
from corridor.areas import areas, index, members
from corridor.drivers.levers import KINDS
from corridor.reports.explanation.answer import (
    answer_explain_request,
    central_answer,
    check_explain_request,
    question_of,
    views_of,
)
from corridor.reports.ledger.answer import answer_ledger_request, check_ledger_request
from corridor.reports.ledger.figures import figures_of
from corridor.reports.outlook.answer import compute_outlook
from corridor.reports.population.answer import check_population_request, population_answer
from corridor.reports.request import check_request
from corridor.scenario.load import load_scenario

LAST = 2030
PAIRS = ("UZB KAZ", "KAZ RUS", "IND ARE", "ARE IND", "BGD SAU", "NPL QAT", "VNM KOR", "TJK RUS", "CHN JPN", "TUR DEU")
ALONE = ("KAZ", "UZB", "ARE", "BGD", "KOR", "RUS", "IND", "CHN", "TUR", "AZE")
SCENARIOS = ("baseline", "ssp3-7.0")


@pytest.fixture(scope="module", params=SCENARIOS)
def outlook(request, panel):
    asked = check_request("CICA", LAST, "blended", "2020-2024", Path(), scenario=request.param)
    return compute_outlook(panel, asked)


def explained(panel, scenario, *target, draws=0):
    asked = check_explain_request(
        target, last=LAST, scenario=scenario, anchor="blended", draws=draws, seed=3, folder=Path()
    )
    return answer_explain_request(panel, asked)


def test_twenty_pairs_and_areas_are_the_same_in_outlook_and_explain(outlook):
    views = [view for words in (*map(str.split, PAIRS), *([area] for area in ALONE)) for view in views_of(words)[1]]
    runs, settings = outlook.runs, outlook.request.scenario.settings
    found = central_answer(runs, settings, question_of(runs.conditions, tuple(views), settings)).central
    for at, view in enumerate(views):
        chosen = np.outer(view.origins, view.destinations) * (1.0 - np.eye(len(areas())))
        assert found.base[0, at] == pytest.approx((outlook.now * chosen).sum(), abs=0.5), view.name
        assert found.later[0, at] == pytest.approx((outlook.later * chosen).sum(), abs=0.5), view.name


@pytest.mark.parametrize("draws", [0, 8])
def test_a_corridor_is_the_same_in_outlook_explain_and_ledger(panel, outlook, draws):
    scenario, (orig, dest) = outlook.request.settings, (index("UZB"), index("KAZ"))
    name = "baseline" if not scenario else SCENARIOS[1]
    answer = explained(panel, name, "UZB", "KAZ", draws=draws)
    assert answer.central.later[0, 0] == pytest.approx(outlook.later[orig, dest], abs=0.5)
    assert answer.central.base[0, 0] == pytest.approx(outlook.now[orig, dest], abs=0.5)
    asked = check_ledger_request(
        ["UZB", "KAZ"], scenario=name, last=LAST, anchor="blended", draws=draws, seed=5, folder=Path()
    )
    figures = {figure.name: figure for figure in figures_of(answer_ledger_request(panel, asked))}
    _, leaving, _ = figures["Leave for the other side"].amounts(0)
    _, coming, _ = figures["Come from the other side"].amounts(0)
    assert leaving.value == pytest.approx(outlook.later[orig, dest], abs=0.5)
    assert coming.value == pytest.approx(outlook.later[dest, orig], abs=0.5)
    _, people, _ = figures["Population"].amounts(1)
    assert people.value == pytest.approx(outlook.projection.population[-1, dest].sum(), abs=1.0)


@pytest.mark.parametrize("area", ["KAZ", "Central Asia"])
def test_a_population_is_the_same_in_outlook_and_population(panel, outlook, area):
    named = outlook.request.settings  # channels of a scenario act on people by birthplace
    modes = ("birthplaces",) if named else ("net", "flows", "birthplaces")
    for seed, mode in enumerate(modes):
        check_population(panel, outlook, area, mode, seed)


def check_population(panel, outlook, area, mode, seed):
    named = outlook.request.settings
    asked = check_population_request(
        area,
        last=LAST + 1,
        trajectories=20,
        seed=seed,
        anchor="blended",
        mode=mode,
        by="total",
        folder=Path(),
        scenario=SCENARIOS[1] if named else None,
    )
    answer = population_answer(panel, asked)
    inside = [index(each.iso3) for each in asked.areas]
    ours = outlook.projection.population[:, inside].sum(axis=(1, 2, 3))
    np.testing.assert_allclose(answer.population[2], ours, rtol=1e-6)
    net = outlook.projection.net_migration[:, inside].sum(axis=1)
    np.testing.assert_allclose(answer.flows["net_migration"][2], net, atol=1.0, rtol=1e-5)


def test_what_a_plan_changes_does_not_depend_on_draws_or_seed(panel):
    """Figures are of the central run; the plan itself, the best over draws, is given to it."""
    settings, group = load_scenario("baseline").settings, ["UZB", "KAZ", "KGZ"]
    runs = [
        load_pathway_runs(panel, settings, group, (2026, 2027), anchor="blended", draws=draws, seed=seed)
        for draws, seed in ((0, 1), (4, 1), (4, 9))
    ]
    more = np.zeros((len(runs[0].members), len(KINDS), 2))
    more[0, 0] = 1000.0
    found = [outcome_of(each.at_medians, more) for each in runs]
    for part in ("demand", "legal", "irregular", "unmet"):
        for split in ("without", "promise", "engine"):
            values = [getattr(getattr(each, split), part) for each in found]
            np.testing.assert_array_equal(values[1], values[0])
            np.testing.assert_array_equal(values[2], values[0])


def test_headlines_of_members_do_not_depend_on_the_seed(panel):
    """The figures are of one run at the medians: no seed enters them, and draws only say how sure they are."""
    first = explained(panel, "baseline", "CICA", draws=8)
    second = explained(panel, "baseline", "CICA")
    np.testing.assert_array_equal(first.central.later, second.central.later)
    assert len(members("CICA")) == 28
