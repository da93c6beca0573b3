"""The table of signs: complete, no reason against its sign or its channel's rule, and what the docs show."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from corridor.analysis.signs import ROWS, central_run, sign, sign_table
from corridor.drivers.channel import Settings
from corridor.drivers.registry import CHANNELS
from corridor.drivers.sign_facts import NONE
from tests.scenarios import policy_of
from tests.scripts import load_script, same_text

PAGE = Path(__file__).resolve().parents[2] / "docs" / "results" / "signs.md"
FIGURE = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")
UP = {"more", "faster"}
DOWN = {"fewer", "slower"}


@pytest.fixture(scope="module")
def script():
    return load_script("signs")


@pytest.fixture(scope="module")
def world(script):
    return script.load()


@pytest.fixture(scope="module")
def signs(script, world):
    return script.signs_of(world)


def _of(signs, channel, flow=None):
    rows = signs[signs["channel"] == channel]
    return (rows if flow is None else rows[rows["flow"] == flow]).set_index("area")


def _figures(reason):
    return [float(figure.replace(",", "")) for figure in FIGURE.findall(reason.split("; that is")[0])]


def test_every_member_has_a_sign_and_a_reason_in_every_channel(signs):
    assert len(signs) == 28 * len(ROWS)
    assert set(signs["channel"]) == set(CHANNELS) - {"bds", "own"}
    assert not signs.duplicated(["area", "channel", "flow"]).any()
    assert (signs["reason"].str.len() > 30).all() or set(signs[signs["reason"].str.len() <= 30]["reason"]) == {
        "none set"
    }
    assert np.isfinite(signs[["percent", "at_once", "all_moves"]]).all().all()


@pytest.mark.parametrize("name", CHANNELS)
def test_a_channel_that_moves_flows_brings_its_reasons(name, signs):
    """The table shows what the channel itself says; one that needs what users bring says nothing."""
    channel = CHANNELS[name]
    assert channel.direction
    assert bool(channel.flows) == (channel.reasons is not None) == (name not in {"bds", "own"})
    assert set(signs[signs["channel"] == name]["flow"]) == set(channel.flows)


def test_signs_are_those_of_the_effects_and_reasons_tell_where_they_turn(signs):
    for row in signs.itertuples():
        assert row.sign == ("0" if abs(row.percent) < NONE else "+" if row.percent > 0 else "-")
        assert ("that is" in row.reason) == (row.sign != sign(row.at_once))


def test_at_once_and_the_rest_make_the_whole(signs):
    for row in signs[signs["reason"].str.contains("that is")].itertuples():
        once, rest = (float(figure) / 100 for figure in FIGURE.findall(row.reason)[-2:])
        assert 100 * ((1 + once) * (1 + rest) - 1) == pytest.approx(row.percent, abs=0.02)


@pytest.mark.parametrize("channel", ["income", "ageing"])
def test_destinations_gain_where_they_are_ahead_of_others(signs, channel):
    """The rule of sign: by growth of income, or of need, against that of where newcomers could go."""
    for row in _of(signs, channel).itertuples():
        figures = _figures(row.reason)
        own, others = (figures[0], figures[2]) if channel == "income" else (figures[4], figures[6])
        assert abs(own - others) < 0.011 or (own > others) == (row.at_once > 0), row


def test_losses_of_income_move_destinations_by_what_others_lose(signs):
    for row in _of(signs, "damages", "newcomers in").itertuples():
        _, own, others = _figures(row.reason)
        assert abs(own - others) < 0.11 or (own > others) == (row.at_once > 0), row


def test_warm_areas_lose_income_and_cold_ones_gain(signs):
    for row in _of(signs, "damages", "natives out").itertuples():
        temperature, change, *_ = _figures(row.reason)
        assert (change < 0) == (temperature > 6) or temperature in {6, 7}


def test_means_and_reasons_to_leave_have_the_signs_of_their_rule(signs):
    """Growth: more can pay, less reason to leave. A loss: the reverse. Below 10,000 dollars only means count."""
    for row in _of(signs, "immobility").itertuples():
        before, after = _figures(row.reason)[:2]
        words = {"more can pay": 1, "less reason": -1} if after > before else {"fewer can pay": -1, "more reason": 1}
        (found,) = [way for text, way in words.items() if text in row.reason]
        assert found == np.sign(row.at_once)
        assert ("reason" not in row.reason) or max(before, after) > 10_000
        assert ("pay" not in row.reason) or min(before, after) < 10_000
    for row in _of(signs, "damages", "natives out").itertuples():
        _, change, income = _figures(row.reason)[:3]
        words = {"more can pay": 1, "less reason": -1} if change > 0 else {"fewer can pay": -1, "more reason": 1}
        (found,) = [way for text, way in words.items() if text in row.reason]
        assert found == np.sign(row.at_once)
        assert ("reason" in row.reason) == (income > 10_000)


def test_climate_takes_no_move_away_directly(signs):
    for channel in ("slow_onset", "displacement"):
        assert (_of(signs, channel)["at_once"] >= 0.0).all()
        assert set(_of(signs, channel)["sign"]) <= {"0", "+"}
    for row in _of(signs, "slow_onset").itertuples():
        assert ("held at 0" in row.reason) == (row.at_once == 0.0)
    for row in _of(signs, "displacement").itertuples():
        assert ("more cross" in row.reason) == (row.at_once >= NONE)
    calm = ["ARE", "BHR", "KWT", "QAT", "KGZ", "TJK", "UZB"]  # the Gulf and most of Central Asia
    assert (_of(signs, "displacement").loc[calm, "at_once"] < NONE).all()


@pytest.mark.parametrize("channel", ["exposure", "network", "returns"])
def test_words_of_people_agree_with_the_sign(signs, channel):
    for row in _of(signs, channel).itertuples():
        words = set(re.findall(r"[a-z]+", row.reason.split("; that is")[0].rpartition(":")[2]))
        assert bool(words & UP) == (row.at_once > 0), row
        assert bool(words & DOWN) == (row.at_once <= 0), row
    if channel == "returns":
        for row in _of(signs, channel).itertuples():
            before, after = _figures(row.reason)
            assert (after > before) == (row.at_once > 0) or "rates" in row.reason


def test_members_that_rules_of_sign_name_have_that_sign(signs):
    exposure, ageing = _of(signs, "exposure"), _of(signs, "ageing")
    for area in ("AFG", "PAK", "IRQ", "TJK"):
        assert exposure.loc[area, "sign"] == "+"
    for area in ("CHN", "KOR", "THA"):
        assert exposure.loc[area, "sign"] == "-"
    assert ageing.loc[["CHN", "KOR"], "sign"].tolist() == ["+", "+"]
    assert ageing.loc[["AFG", "PAK"], "sign"].tolist() == ["-", "-"]


def test_a_channel_that_is_set_turns_its_sign(world):
    """A policy that takes most moves from Uzbekistan to three destinations away has a row with a minus."""
    settings = Settings(policies=(policy_of("visa", ("UZB",), ("KOR", "RUS", "KAZ"), -1.0, 2027),))
    row = sign_table(world, ["UZB"], settings).set_index("channel").loc["policy"]
    assert (row["sign"], row["reason"]) == ("-", "1 set")
    assert row["at_once"] < -5.0


def test_signs_are_of_runs_with_one_channel_off(world, signs):
    full, without = (central_run(world, Settings(off=off)).moves for off in (frozenset(), frozenset({"slow_onset"})))
    area = world.conditions.panel.coordinates("income", "area").index("THA")
    change = 100.0 * (full[0, area].sum() / without[0, area].sum() - 1.0)
    assert _of(signs, "slow_onset").loc["THA", "percent"] == pytest.approx(change, rel=1e-9)


def test_the_page_is_what_the_script_writes(script, world, signs):
    same_text(PAGE.read_text(), script.page(world, signs))


def test_the_page_gives_every_channels_reason():
    page = " ".join(PAGE.read_text().split())
    for name, channel in CHANNELS.items():
        assert f"**{name}**" in page
        assert " ".join(channel.direction.split()) in page
