"""Both ends of an age label are read, and values of wide groups reach all their ages and keep their sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from corridor.axes import AGE, SEXES
from corridor.errors import InputError
from corridor.own_regions.ages import OPEN, UNSAID, counts_over, group_of, rates_over, side_by_side, words_of
from corridor.own_regions.plausibility import own_data
from corridor.own_regions.template import write_template
from tests.folders import each_region, edit, new, projected, rows

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.own_regions.ages import Group

LABELS: dict[str, Group | None] = {
    "7": (7, UNSAID),
    "7.0": (7, UNSAID),
    "0-4": (0, 5),
    "0 \u2013 4": (0, 5),
    "15 to 49 years": (15, 50),
    "5-5": (5, 6),
    "85+": (85, OPEN),
    "85 +": (85, OPEN),
    "85 and over": (85, OPEN),
    "85 years and older": (85, OPEN),
    "85 \u0438 \u0441\u0442\u0430\u0440\u0448\u0435": (85, OPEN),
    "100 plus": (100, OPEN),
    ">=85": (85, OPEN),
    "<1": (0, 1),
    "under 5": (0, 5),
    "4-0": (4, 1),
    "Total": None,
    "2025-09-05": None,
    "\u0663": None,
    "-5": None,
    "0-4-9": None,
    "85++": None,
    "": None,
}
GROUPS = side_by_side({(age, UNSAID) for age in range(0, 90, 5)})


@pytest.mark.parametrize("label", LABELS)
def test_a_label_gives_both_ends(label):
    assert group_of(label) == LABELS[label]


def test_a_group_is_written_as_it_is_read():
    for group in ((0, 5), (85, OPEN), (3, 4)):
        label = words_of(group)
        assert side_by_side({group_of(label) or (0, 0)}, 4) == [group]


def test_an_age_without_an_end_reaches_to_the_next():
    assert side_by_side({(0, UNSAID), (1, UNSAID), (5, UNSAID)}) == [(0, 1), (1, 5), (5, OPEN)]


def test_counts_keep_their_sums_and_follow_the_people():
    people = np.random.default_rng(3).uniform(0.0, 100.0, (2, 18))
    people[0, 3:5] = 0.0
    source = [(0, 15), (15, 25), (25, 63), (63, OPEN)]
    values = np.array([[30.0, 40.0, 50.0, 60.0], [1.0, 2.0, 0.0, 4.0]])
    over = counts_over(values, source, GROUPS, people)
    np.testing.assert_allclose(over.sum(axis=AGE), values.sum(axis=AGE))
    np.testing.assert_allclose(over[:, :3], values[:, :1] * people[:, :3] / people[:, :3].sum(axis=1, keepdims=True))
    np.testing.assert_allclose(over[0, 3:5], 20.0)  # nobody lives there: even parts
    np.testing.assert_array_equal(over[1, 5:12], 0.0)
    older = counts_over(np.array([[7.0]]), [(90, OPEN)], GROUPS, people[1:])
    np.testing.assert_array_equal(older[0], [*[0.0] * 17, 7.0])


def test_rates_hold_at_all_ages_of_their_group():
    over = rates_over(np.array([0.1, 0.2]), [(15, 18), (18, 30)], GROUPS[3:7])
    np.testing.assert_allclose(over, [0.1 * 3 / 5 + 0.2 * 2 / 5, 0.2, 0.2, 0.0])
    np.testing.assert_allclose(
        rates_over(np.array([0.1, 0.3]), [(0, 60), (60, OPEN)], GROUPS)[[0, 11, 12, 17]], [0.1, 0.1, 0.3, 0.3]
    )


# Folders ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_template(tmp_path / "mine")
    return tmp_path / "mine"


def split(folder: Path, groups: list[tuple[str, list[int]]], *, broad: bool) -> None:
    """Write flows by sex and age: by broad groups, or by the ages of the people at the origin, with the same sums."""
    people = rows(folder, "population").set_index(["region", "sex", "age"])["persons"].sort_index()
    lines = []
    for orig, dest, persons in rows(folder, "flows").itertuples(index=False):
        for sex in SEXES:
            for label, ages in groups:
                here, part = people.loc[orig, sex].loc[ages], persons / (2.0 * len(groups))
                ages_of = {label: part} if broad else (part * here / here.sum()).to_dict()
                lines += [(orig, dest, sex, age, value) for age, value in ages_of.items()]
    frame = pd.DataFrame(lines, columns=["orig", "dest", "sex", "age", "persons"])
    frame.to_csv(folder / "flows.csv", index=False)


def test_flows_in_broad_groups_are_those_spread_by_hand(folder, tmp_path, panel):
    groups = [
        ("0-14", [0, 5, 10]),
        ("15-24", [15, 20]),
        ("25-44", [25, 30, 35, 40]),
        ("45-64", [45, 50, 55, 60]),
        ("65+", [65, 70, 75, 80, 85]),
    ]
    write_template(tmp_path / "spread")
    split(folder, groups, broad=True)
    split(tmp_path / "spread", groups, broad=False)
    broad, spread = projected(folder, panel), projected(tmp_path / "spread", panel)
    np.testing.assert_allclose(broad.population, spread.population, rtol=1e-9)
    assert "65+" in " ".join(own_data(folder).notes)


def test_a_rate_of_15_to_49_is_no_rate_of_15_to_19(folder):
    (folder / "total_fertility.csv").unlink()
    new("fertility.csv", each_region("region,age,rate", "15-49,.11"))(folder)
    rates = own_data(folder).tables["fertility"]
    np.testing.assert_allclose(5.0 * rates.figures.sum(axis=AGE), 3.85)
    assert rates.first_age == 15


@pytest.mark.parametrize("label", ["85+", "85 and over", "85"])
def test_the_open_group_is_open_in_all_words(label, folder):
    expected = own_data(folder).population
    edit("population", lambda frame: frame.assign(age=frame["age"].astype(str).replace("85", label)))(folder)
    np.testing.assert_array_equal(own_data(folder).population, expected)


def test_people_of_90_and_over_join_the_open_group_in_flows_but_not_across_it(folder):
    edit("net_migration", lambda frame: by_group(frame, ["0-89", "90+"]))(folder)
    with pytest.raises(InputError, match="reaches into the open group"):
        own_data(folder)
    edit(
        "net_migration", lambda frame: by_group(frame.query("sex == 'male' and age == '90+'"), ["0-84", "85-89", "90+"])
    )(folder)
    figures = own_data(folder).tables["net_migration"].figures
    np.testing.assert_allclose(figures[..., -1], figures[..., :-1].sum(axis=-1) * 2.0)


def by_group(frame: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    keys = pd.MultiIndex.from_product([SEXES, labels], names=["sex", "age"]).to_frame(index=False)
    return frame[["region", "persons"]].merge(keys, how="cross")
