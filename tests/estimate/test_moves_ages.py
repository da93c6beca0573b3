"""Past moves by sex and age: they add up to the moves, and meet the people who are there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from corridor.api.past_flows import past_flows
from corridor.areas import codes, index
from corridor.estimate.moves.ages import GROUPS, moves_by_age, people_of_year, single_ages
from corridor.estimate.moves.sexes import moves_of_year_by_sex


@pytest.mark.parametrize("year", [1990, 2007, 2024])
def test_ages_add_up_to_the_moves_of_each_sex(panel, year):
    by_sex = moves_of_year_by_sex(panel, year)
    ages = moves_by_age(panel, year, by_sex)
    assert ages.shape == (2, len(GROUPS), len(codes()), len(codes()))
    assert (ages >= 0.0).all()
    np.testing.assert_allclose(ages.sum(axis=1), by_sex.sum(axis=1), rtol=1e-9, atol=1e-9)


def test_groups_spread_evenly_and_the_open_one_stays():
    people = np.arange(1.0, 22.0) * 10.0
    single = single_ages(people)
    assert single.shape == (101,)
    np.testing.assert_allclose(single[[0, 4, 5, 99, 100]], [2.0, 2.0, 4.0, 40.0, 210.0])
    assert single.sum() == people.sum()


def test_an_age_without_people_does_not_move(panel):
    assert people_of_year(panel, 2019).shape == (len(codes()), 2, len(GROUPS))
    ages = moves_by_age(panel, 2019, moves_of_year_by_sex(panel, 2019))
    # Contract labour is young and male, and next to nobody moves at 100.
    workers = ages[1, :, index("BGD"), index("SAU")]
    assert workers[4:8].sum() > 0.6 * workers.sum()
    assert ages[:, -1].sum() < 1e-4 * ages.sum()


def test_rows_by_sex_and_age_agree_with_rows_by_sex():
    asked: dict[str, Any] = {"period": 2019, "orig": "IND", "dest": ["ARE", "USA"]}
    fine = past_flows(by="sex,age", **asked)
    assert fine.columns.tolist() == ["period", "orig", "dest", "sex", "age", "moves", "lower", "upper"]
    by_sex = past_flows(by="sex", **asked).set_index(["dest", "sex"])
    summed = fine.groupby(["dest", "sex"])[["moves", "lower", "upper"]].sum()
    pd.testing.assert_frame_equal(summed, by_sex[["moves", "lower", "upper"]].sort_index(), check_exact=False)
    whole = past_flows(by="total", **asked).set_index("dest")
    ages = past_flows(by="age", **asked)
    assert set(ages["age"]) <= set(GROUPS)
    np.testing.assert_allclose(ages.groupby("dest")["upper"].sum(), whole["upper"].sort_index())
    assert (fine["lower"] <= fine["moves"]).all()
    assert (fine["moves"] <= fine["upper"]).all()
