"""The table of signs: complete, reasoned, and what the page of the docs shows."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from corridor.areas import members
from corridor.drivers import ageing, displacement, exposure, immobility, income, network, policy, returns
from corridor.drivers.signs import exogenous_signs, signs_markdown

PAGE = Path(__file__).resolve().parents[1] / "docs" / "signs.md"
FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


@pytest.fixture(scope="module")
def signs(panel):
    return exogenous_signs(panel, [area.iso3 for area in members("CICA")], 2060)


def test_every_member_has_a_sign_and_a_reason_in_every_channel(signs):
    assert len(signs) == 28 * 3
    assert not signs.duplicated(["area", "channel"]).any()
    assert signs["reason"].str.len().min() > 30
    assert np.isfinite(signs["percent"]).all()


def test_signs_are_those_of_the_effects(signs):
    small = signs["sign"] == "0"
    assert (signs.loc[small, "percent"].abs() < 0.051).all()
    expected = np.where(signs["percent"] > 0, "+", "-")
    assert (signs.loc[~small, "sign"] == expected[~small]).all()


def test_no_sign_contradicts_its_source(signs):
    """Income: the faster gain. Means: more below 10,000, less above. Floods: none fewer."""
    by_channel = {name: rows.set_index("area") for name, rows in signs.groupby("channel")}
    assert set(by_channel["displacement"]["sign"]) <= {"0", "+"}
    for row in by_channel["income"].itertuples():
        own, _, others = (float(figure.replace(",", "")) for figure in FIGURE.findall(row.reason))
        assert row.sign == "0" or abs(own - others) < 0.011 or (row.sign == "+") == (own > others)
    for row in by_channel["immobility"].itertuples():
        if "below" in row.reason and "past" not in row.reason:
            assert row.sign == "+"
        elif "above 10,000: less" in row.reason:
            assert row.sign == "-"
        else:
            assert "past 10,000" in row.reason
    assert by_channel["immobility"].loc["AFG", "sign"] == "+"
    assert by_channel["immobility"].loc["KOR", "sign"] == "-"


def test_the_page_shows_the_table(signs):
    """Signs and words as they are, figures to their last digit: processors differ where one lies between two digits."""
    written = PAGE.read_text().splitlines()
    made = signs_markdown(signs).splitlines()
    first = written.index(made[0])
    for line, documented in zip(made, written[first : first + len(made)], strict=True):
        assert FIGURE.sub("", line) == FIGURE.sub("", documented)
        for figure, known in zip(FIGURE.findall(line), FIGURE.findall(documented), strict=True):
            step = 10.0 ** -len(known.partition(".")[2])
            assert abs(float(figure.replace(",", "")) - float(known.replace(",", ""))) < 1.5 * step, (line, documented)


def test_the_page_gives_every_channels_reason():
    page = " ".join(PAGE.read_text().split())
    for module in (income, immobility, displacement, ageing, network, exposure, returns, policy):
        assert f"**{module.CHANNEL.name}**" in page
        assert module.CHANNEL.direction in page
