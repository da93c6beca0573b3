"""The ledger of two sides: identities, symmetry, nothing from nothing, files, the command."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from corridor.analysis.ledger import Terms, ledger_central, ledger_draws
from corridor.areas import codes, index
from corridor.cli import main
from corridor.drivers.channel import Settings
from corridor.drivers.levers import Pathway
from corridor.errors import InputError
from corridor.projection.gate import Split
from corridor.projection.runs import load_runs
from corridor.reports.ledger.answer import answer_ledger_request, check_ledger_request, sides_of
from corridor.reports.ledger.figures import Amount, LedgerFigure, figures_of
from corridor.reports.ledger.page import ledger_page, ledger_table, movers_table, told
from corridor.reports.ledger.words import cell, difference
from tests.plain_words import tells, words_of_page

LAST = 2028
DRAWS = 8
OPEN = """title = "Twice the places"
[[pathway]]
name = "Places for workers"
origins = ["UZB", "KGZ"]
destinations = ["KOR"]
kind = "work"
capacity = 2
unit = "times"
start = 2026
source = "a test"
status = "J"
"""
PLACES = Pathway(
    name="places",
    origins=("UZB", "KGZ"),
    destinations=("KOR",),
    kind="work",
    capacity=2.0,
    unit="times",
    start=2026,
    source="a test",
    status="J",
)
PARTS = ("moves", "movers", "people", "abroad", "received")


def _at(*iso3):
    return np.array([index(code) for code in iso3])


@pytest.fixture(scope="module")
def near(panel):
    """What a few years take."""
    return load_runs(panel, int(LAST), "observed")


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    file = tmp_path_factory.mktemp("scenarios") / "open.toml"
    file.write_text(OPEN)
    return str(file)


def _central(near, one, other, *levers):
    return ledger_central(Terms((one, other), Settings(levers=levers), Settings(), near))


def _request(*words, scenario="baseline", draws=0):
    return check_ledger_request(
        words, scenario=scenario, last=LAST, anchor="observed", draws=draws, seed=1, folder=Path()
    )


@pytest.fixture(scope="module")
def drawn(panel, opened):
    request = _request("UZB", "KOR", scenario=opened, draws=DRAWS)
    steps: list[int] = []
    ledger = answer_ledger_request(panel, request, progress=steps.append)
    assert sum(steps) == 2 * DRAWS
    return request, ledger


# Identities


def test_movers_out_of_one_side_are_the_movers_into_the_other_by_age_and_sex(near):
    one = _at("UZB")
    rest = np.setdiff1d(np.arange(len(codes())), one)
    terms = Terms((one, rest), Settings(), Settings(), near)
    account = ledger_central(terms).scenario
    driving, _ = terms.drivings(terms.chance(None))
    *_, (state, year) = near.follow(driving)
    np.testing.assert_allclose(account.movers[0, 0], year.emigrants[one[0]], rtol=1e-9)
    np.testing.assert_allclose(account.movers[0, 1], year.immigrants[one[0]], rtol=1e-9)
    np.testing.assert_allclose(account.moves[0, -1], [year.flows[one[0]].sum(), year.flows[:, one[0]].sum()], rtol=1e-9)
    np.testing.assert_allclose(account.people[0, 0], state.population[one[0]])
    np.testing.assert_allclose(account.abroad[0, 0], state.stock[one[0], rest].sum())


def test_a_group_is_the_sum_of_its_members(near):
    together = _central(near, _at("UZB", "KGZ"), _at("KOR"), PLACES)
    each = [_central(near, _at(iso3), _at("KOR"), PLACES) for iso3 in ("UZB", "KGZ")]
    for part in ("moves", "movers", "abroad", "received"):
        for case in ("baseline", "scenario"):
            parts = sum(getattr(getattr(ledger, case), part) for ledger in each)
            np.testing.assert_allclose(getattr(getattr(together, case), part), parts, rtol=1e-9)
    irregular = sum(ledger.scenario.split.irregular.sum(axis=2) for ledger in each)
    np.testing.assert_allclose(together.scenario.split.irregular.sum(axis=2), irregular, rtol=1e-12)


def test_a_gate_that_runs_idle_changes_nothing_and_says_how_moves_split(near):
    plain, ledger = _central(near, _at("UZB"), _at("KOR")), _central(near, _at("UZB"), _at("KOR"), PLACES)
    for part in PARTS:
        assert np.array_equal(getattr(plain.baseline, part), getattr(ledger.baseline, part)), part
    assert plain.baseline.split is None
    split = ledger.baseline.split
    np.testing.assert_allclose(split.irregular / split.moves, 0.16)
    np.testing.assert_allclose(split.unmet / split.demand, 0.4)
    assert (ledger.scenario.split.legal[0, 1:] > split.legal[0, 1:]).all()
    assert (ledger.scenario.split.irregular[0, 1:] < split.irregular[0, 1:]).all()
    assert ledger.scenario.split.legal[0, 0] == split.legal[0, 0]  # the base year


def test_in_every_draw_demand_is_kept_and_the_baseline_is_that_without_levers(drawn, near):
    _, ledger = drawn
    for account in (ledger.baseline, ledger.scenario):
        split = account.split
        assert isinstance(split, Split)
        np.testing.assert_allclose(split.legal + split.irregular + split.unmet, split.demand, rtol=1e-9)
        np.testing.assert_allclose(account.movers.sum(axis=(2, 3)), account.moves[:, -1])
        assert all((getattr(split, part.name) >= 0.0).all() for part in fields(split))
    plain = ledger_draws(Terms((_at("UZB"), _at("KOR")), Settings(), Settings(), near), 2)
    for part in PARTS:
        assert np.array_equal(getattr(plain.baseline, part), getattr(ledger.baseline, part)[:2]), part
        assert np.array_equal(getattr(plain.baseline, part), getattr(plain.scenario, part)), part


def test_one_side_pays_what_the_other_receives(drawn):
    _, ledger = drawn
    received, paid = (figure for figure in figures_of(ledger) if figure.kind == "dollars" and "other" in figure.name)
    for case in (0, 1):
        assert np.array_equal(received.cases[case], paid.cases[case][:, ::-1])
        assert (received.cases[case] > 0.0).all()


def test_a_scenario_without_levers_changes_nothing_and_says_so(panel, near):
    request, ledger = _request("VNM", "KOR"), _central(near, _at("VNM"), _at("KOR"))
    assert "changes nothing, so every difference is zero" in told(ledger, request)
    table = ledger_table(figures_of(ledger), request)
    differences = table[table["case"] == "difference"]
    assert (differences["value"].dropna() == 0.0).all()
    assert differences["value"].isna().sum() == 2  # what Viet Nam receives is not published
    page = ledger_page(ledger, request, panel)
    assert "is published for Viet Nam" in page
    assert "the scenario has no lever between the two sides" in page
    assert "+&lt;" not in page


# Symmetry


def test_fees_are_what_legal_movers_pay_and_the_destination_receives(near):
    ledger = _central(near, _at("UZB"), _at("KOR"), replace(PLACES, fee=50.0))
    found = {figure.name: figure for figure in figures_of(ledger)}
    received, paid = found["Fees received for legal ways"], found["Fees paid for legal ways"]
    baseline, scenario = paid.cases
    assert baseline[0, 0] == 0.0
    legal = found["Leave legally"].cases[1][0, 0]
    assert 0.2 * 50.0 * legal < scenario[0, 0] < 50.0 * legal
    np.testing.assert_array_equal(received.cases[1][:, ::-1], scenario)
    assert not any("Fees" in figure.name for figure in figures_of(_central(near, _at("UZB"), _at("KOR"), PLACES)))


def test_swapping_the_sides_swaps_the_columns(near, drawn):
    request, ledger = drawn
    swapped_request = replace(request, sides=request.sides[::-1], words=request.words[::-1])
    settings = request.scenario.settings, request.baseline.settings
    swapped = ledger_draws(Terms((_at("KOR"), _at("UZB")), *settings, near), DRAWS)
    keys = ["figure", "side", "case"]
    one, other = (
        ledger_table(figures_of(each), asked).set_index(keys).sort_index()
        for each, asked in ((ledger, request), (swapped, swapped_request))
    )
    pd.testing.assert_frame_equal(one, other)
    ages, back = (
        movers_table(each, asked).set_index(["from", "to", "case", "sex", "age_from"]).sort_index()
        for each, asked in ((ledger, request), (swapped, swapped_request))
    )
    pd.testing.assert_frame_equal(ages, back)


def test_both_sides_have_the_same_figures(drawn):
    request, ledger = drawn
    table = ledger_table(figures_of(ledger), request)
    one, other = (table[table["side"] == side.name] for side in request.sides)
    labels = ["section", "figure", "case", "unit", "period", "source", "status"]
    pd.testing.assert_frame_equal(one[labels].reset_index(drop=True), other[labels].reset_index(drop=True))
    assert table[labels].notna().all().all()
    known = table["value"].notna()
    assert (table["low"] <= table["high"])[known].all()


# Ranges


def test_a_single_run_has_stated_ranges_only(near, opened):
    request = _request("UZB", "KOR", scenario=opened)
    table = ledger_table(figures_of(_central(near, _at("UZB"), _at("KOR"), PLACES)), request)
    ranged = table["low"].notna()
    assert set(table[ranged]["section"]) == {"Smuggling and safety"}
    assert ranged[(table["section"] == "Smuggling and safety") & table["value"].notna()].all()
    inside = table[ranged]
    assert ((inside["low"] <= inside["value"]) & (inside["value"] <= inside["high"])).all()


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("persons", 1234.0, "+1,230"),
        ("persons", -3.0, "\u2212<10"),
        ("dollars", 2.5e6, "+$2.50 million"),
        ("dollars", -10.0, "\u2212<$1,000"),
        ("deaths", -1.26, "\u22121.3"),
        ("deaths", 0.01, "+<0.1"),
        ("share", -0.031, "\u22123.1 points"),
        ("ratio", 0.123, "+0.12"),
        ("persons", 0.0, "no change"),
        ("persons", np.nan, ""),
    ],
)
def test_differences_are_worded_with_their_sign(kind, value, words):
    figure = LedgerFigure("", "", kind, "", "", "", "J", (np.zeros((1, 2)), np.zeros((1, 2))), absent="no lever")
    assert difference(figure, Amount(value, np.nan, np.nan)).value == words
    if np.isnan(value):
        assert cell(figure, Amount(value, np.nan, np.nan)).value == "no lever"


# Asking


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("UZB",), "two sides"),
        (("UZB", "KOR", "RUS"), "two sides"),
        (("UZB", "Usbekistan"), "Uzbekistan"),
        (("UZB", "CICA"), "an area is on both sides"),
    ],
)
def test_sides_that_are_none_are_refused(words, found):
    with pytest.raises(InputError, match=found):
        sides_of(words)


def test_all_problems_come_together(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    arguments = ["ledger", "Usbekistan", "Koria", "--to", "2101", "--anchor", "nu", "--draws", "3", "--seed", "-1"]
    done = CliRunner().invoke(main, [*arguments, "--scenario", "basline", "-o", str(blocked)])
    assert done.exit_code == 2
    for words in ("Uzbekistan", "Koria", "--to", "--anchor", "--draws", "--seed", "the report goes into", "baseline"):
        assert words in done.output
    assert blocked.read_text() == ""


# Files


def test_the_page_is_the_same_twice_and_needs_nothing_from_elsewhere(panel, drawn):
    request, ledger = drawn
    page = ledger_page(ledger, request, panel)
    assert page == ledger_page(ledger, request, panel)
    assert tells(words_of_page(page)) == []
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")
    for words in ("Uzbekistan and Republic of Korea", "Places for workers", "80 % of draws", "stated prior"):
        assert words in page


def test_the_command_writes_a_page_tables_and_how_it_was_made(tmp_path, opened):
    arguments = ["ledger", "UZB", "Republic of Korea", "--scenario", opened, "--to", LAST, "--draws", "0"]
    out = tmp_path / "out"
    done = CliRunner().invoke(main, [*arguments, "-o", str(out)], catch_exceptions=False)
    assert done.exit_code == 0
    assert "Leave legally" in done.output
    assert "One lever of the scenario works between the two" in done.output
    files = [f"{name}.{suffix}" for name in ("ledger", "movers") for suffix in ("csv", "parquet")]
    assert sorted(path.name for path in out.iterdir()) == sorted([*files, "ledger.html", "made.json"])
    made = json.loads((out / "made.json").read_text())
    assert made["settings"]["sides"] == [["UZB"], ["KOR"]]
    again = f'"UZB" "Republic of Korea" --scenario {opened} --to {LAST} --draws 0'
    assert again in made["command"]
