"""Why flows change, as a user asks: requests with all their problems, answers that add up, files, the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from corridor.analysis.attribution import UNDER_WAY
from corridor.areas import codes, meant
from corridor.cli import main
from corridor.drivers.channel import BLOCKS, Settings
from corridor.drivers.levers import ReturnProgramme
from corridor.errors import InputError
from corridor.reports.explanation.answer import (
    answer_explain_request,
    check_explain_request,
    group_and_member_views,
    players_of,
    runs_of,
    views_of,
)
from corridor.reports.explanation.page import direction_of, explanation_page, explanation_table, items_of
from corridor.scenario.load import load_scenario
from tests.plain_words import tells, words_of_page

if TYPE_CHECKING:
    from corridor.reports.explanation.answer import ExplainRequest

LAST = 2031
OPEN = """title = "Open"
[[policy]]
name = "open"
origins = ["UZB", "KGZ", "TJK"]
destinations = ["KOR"]
effect = 0.5
start = 2027
status = "J"
"""


def _request(
    *target: str,
    against: str | None = None,
    scenario: str = "baseline",
    settings: tuple[str, ...] = (),
    draws: int = 0,
    anchor: str = "observed",
) -> ExplainRequest:
    return check_explain_request(
        target,
        last=LAST,
        anchor=anchor,
        scenario=scenario,
        settings=settings,
        against=against,
        draws=draws,
        seed=1,
        folder=Path(),
    )


@pytest.fixture(scope="module")
def cica(panel):
    request = _request("CICA")
    return request, answer_explain_request(panel, request)


def test_views_of_an_area_a_group_the_world_and_a_corridor():
    assert [view.name for view in views_of(["KAZ"])[1]] == ["moves in, Kazakhstan", "moves out, Kazakhstan"]
    assert [view.name.split(",")[0] for view in views_of(["CICA"])[1]] == ["moves in", "moves out", "moves within"]
    (world,) = views_of(["World"])[1]
    assert world.origins.sum() == len(codes())
    (one,) = views_of(["UZB", "KOR"])[1]
    assert (one.origins.sum(), one.destinations[codes().index("KOR")]) == (1.0, 1.0)
    assert len(group_and_member_views(*meant("Central Asia"))) == 3 + 2 * 5


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (("UZB", "UZB"), "one area to another"),
        (("CICA", "KOR"), "one area to another"),
        (("UZB", "KOR", "RUS"), "target is neither one area or group"),
        (("Usbekistan",), "Uzbekistan"),
    ],
)
def test_a_target_that_is_none_is_refused(target, words):
    with pytest.raises(InputError, match=words):
        views_of(target)


def test_all_problems_of_a_request_come_together(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    arguments = ["explain", "Kazahstan", "--to", "2101", "--anchor", "nu", "--draws", "3", "--seed", "-1"]
    arguments += ["--scenario", "basline", "--against", "no-climat"]
    done = CliRunner().invoke(main, [*arguments, "-o", str(blocked)])
    assert done.exit_code == 2
    for words in (
        "Kazakhstan",
        "--to",
        "--anchor",
        "--draws",
        "--seed",
        "the report goes into a folder, but this is a file",
        "baseline",
        "no-climate",
    ):
        assert words in done.output
    assert blocked.read_text() == ""


def test_scenarios_that_treat_networks_differently_are_not_compared(tmp_path):
    file = tmp_path / "off.toml"
    file.write_text('title = "Off"\n[channels]\nnetwork = false\n')
    with pytest.raises(InputError, match="have different settings for networks or returns"):
        _request("KAZ", against=str(file))


def test_policy_is_a_cause_only_where_there_is_one(tmp_path):
    file = tmp_path / "open.toml"
    file.write_text(OPEN)
    baseline, opened = load_scenario("baseline").settings, load_scenario(str(file)).settings
    assert players_of(baseline, None) == BLOCKS[:-1]
    home = ReturnProgramme(
        name="home", origins=("UZB",), destinations=("RUS",), effect=0.2, start=2027, source="a test", status="J"
    )
    assert players_of(Settings(levers=(home,)), None) == BLOCKS
    assert players_of(opened, None) == players_of(baseline, opened) == BLOCKS


def test_the_table_adds_up_and_names_no_cause_without_part(cica):
    request, answer = cica
    table = explanation_table(answer, request)
    for _, rows in table.groupby("view"):
        total = rows["value"].iloc[-1] - rows["value"].iloc[0]
        assert rows["value"].iloc[1:-1].sum() == pytest.approx(total, abs=1e-3)
    assert not table.duplicated(["view", "key"]).any()
    assert set(table["unit"]) == {"persons a year"}
    assert set(table["scenario"]) == {request.scenario.title}
    assert set(table["item"]) >= {"2025", str(LAST), "Climate, directly", "Numbers and ages of people"}
    assert "Policy" not in set(table["item"])
    assert table["lower_80"].isna().all()


def test_a_policy_explains_what_it_opens(panel, tmp_path):
    file = tmp_path / "open.toml"
    file.write_text(OPEN)
    request = _request("UZB", "KOR", against="baseline", scenario=str(file))
    answer = answer_explain_request(panel, request)
    (item,) = items_of(answer, 0, "observed")
    assert item.name == "Policy"
    before, after = answer.central.base[0, 0], answer.central.later[0, 0]
    assert item.value == pytest.approx(after - before, rel=1e-9)
    assert item.value > 0.2 * before


def test_a_scenario_against_itself_differs_by_nothing(panel):
    answer = answer_explain_request(panel, _request("World", against="ssp2-4.5"))
    assert np.array_equal(answer.central.base, answer.central.later)
    assert not answer.central.parts.any()
    assert not answer.under_way.any()
    request = _request("World", against="ssp2-4.5")
    assert direction_of(answer, 0, request) == "Both scenarios have the same number."


@pytest.mark.parametrize("anchor", ["blended", "observed"])
def test_what_is_under_way_adds_up(panel, anchor):
    request = _request("CICA", anchor=anchor)
    answer = answer_explain_request(panel, request)
    np.testing.assert_allclose(answer.under_way.sum(axis=1), answer.central.carried[0], rtol=1e-9, atol=1e-6)
    parts = dict(zip(UNDER_WAY, answer.under_way.T, strict=True))
    assert parts["anchor"].any() == (anchor == "blended")
    assert parts["network"].any()
    off = _request("CICA", anchor=anchor, settings=("channels.network=false", "channels.returns=false"))
    parts = dict(zip(UNDER_WAY, answer_explain_request(panel, off).under_way.T, strict=True))
    assert not parts["network"].any()
    assert not parts["returns"].any()


def test_draws_that_disagree_on_the_direction_are_said_to(panel):
    request = _request("KAZ", draws=8)
    answer = answer_explain_request(panel, request)
    assert answer.draws is not None
    for view in (0, 1):
        change = answer.draws.later[:, view] - answer.draws.base[:, view]
        low, high = np.quantile(change, (0.1, 0.9))
        assert ("direction is uncertain" in direction_of(answer, view, request)) == (low < 0.0 < high)


def test_draws_give_ranges_and_leave_figures_as_they_are(panel):
    request = _request("KAZ", draws=8)
    steps: list[int] = []
    answer = answer_explain_request(panel, request, progress=steps.append)
    assert sum(steps) == runs_of(request) == 9 * 16
    table = explanation_table(answer, request)
    ranged = table["lower_80"].notna()
    assert ranged.sum() == 2 * 6
    assert (table["lower_80"] <= table["upper_80"])[ranged].all()
    assert answer.draws is not None
    for found in (answer.central, answer.draws):
        total = found.carried + found.parts.sum(axis=-1)
        np.testing.assert_allclose(total, found.later - found.base, rtol=1e-9, atol=1e-6)
    alone = explanation_table(answer_explain_request(panel, _request("KAZ")), request)
    pd.testing.assert_frame_equal(alone[["view", "key", "value"]], table[["view", "key", "value"]])


def test_the_page_is_the_same_twice_and_names_its_command(cica):
    request, answer = cica
    page = explanation_page(answer, request)
    assert tells(words_of_page(page)) == []
    assert page == explanation_page(answer, request)
    assert "Why flows change: CICA" in page
    assert 'corridor explain "CICA" --to 2031 --scenario baseline' in page.replace("&#34;", '"')
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_the_command_writes_a_page_a_table_and_how_it_was_made(tmp_path):
    out = tmp_path / "out"
    arguments = ["explain", "KGZ", "RUS", "--to", "2030", "--draws", "0", "--set", "climate.pathway=SSP5-8.5"]
    done = CliRunner().invoke(main, [*arguments, "-o", str(out)], catch_exceptions=False)
    assert done.exit_code == 0
    assert "Kyrgyzstan to Russian Federation" in done.output
    assert sorted(path.name for path in out.iterdir()) == [
        "explanation.csv",
        "explanation.html",
        "explanation.parquet",
        "made.json",
    ]
    made = json.loads((out / "made.json").read_text())
    assert made["settings"]["scenario"]["settings"]["climate"]["pathway"] == "SSP5-8.5"
    assert made["settings"]["scenario"]["from"]["climate.pathway"] == "command line"
    again = CliRunner().invoke(main, [*made["command"].replace('"', "").split()[1:], "-o", str(tmp_path / "again")])
    assert again.exit_code == 0
    pd.testing.assert_frame_equal(
        pd.read_csv(out / "explanation.csv"), pd.read_csv(tmp_path / "again" / "explanation.csv")
    )
