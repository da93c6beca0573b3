"""Shipped scenarios of legal pathways give what is on file, and what one would expect of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corridor.areas import WORLD, index
from corridor.drivers.channel import Settings
from corridor.drivers.levers import Pathway
from corridor.scenario import load_scenario
from tests.scripts import load_script

SCRIPT = load_script("pathway_expectations")
ABSOLUTE = 0.2
"""Persons: files hold one decimal, and a figure may lie between two."""
RELATIVE = 1e-6
"""Processors add up in different orders; over ten years of feedback that stays far below a millionth."""
KEYS = ["year", "orig", "dest"]
NAMES = [
    "bay-of-bengal-climate-visa",
    "cica-student-mobility",
    "closed-doors",
    "eaeu-recognition",
    "family-reunification",
    "gulf-contract-reform",
    "korea-eps-doubled",
    "resettlement-doubled",
    "return-reintegration",
    "russian-patent-replaced",
]
OPENING = [name for name in NAMES if name not in {"closed-doors", "return-reintegration"}]


@pytest.fixture(scope="module")
def world():
    return SCRIPT.load()


@pytest.fixture(scope="module")
def before(world):
    return SCRIPT.years_of(world, Settings())[0]


@pytest.fixture
def expected(request):
    """The file of the scenario that the test is called with, after the levers start."""
    table = pd.read_csv(SCRIPT.FOLDER / f"{request.param}.csv")
    return table[table["year"] > 2026]


def _of(table: pd.DataFrame, year: int, where: str = "all") -> pd.Series:
    return table[(table["year"] == year) & (table["orig"] == where)].iloc[0]


def test_every_scenario_with_levers_has_a_file_and_no_other_has():
    assert SCRIPT.pathway_scenarios() == NAMES == sorted(path.stem for path in SCRIPT.FOLDER.glob("*.csv"))


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_gives_what_is_on_file(name, world, before):
    found = SCRIPT.table_of(SCRIPT.run_of(world, before, name))
    filed = pd.read_csv(SCRIPT.FOLDER / f"{name}.csv")
    assert list(found.columns) == list(filed.columns)
    assert found[KEYS].to_numpy().tolist() == filed[KEYS].to_numpy().tolist()
    numbers = [column for column in filed.columns if column not in KEYS]
    np.testing.assert_allclose(
        found[numbers].to_numpy(dtype=float), filed[numbers].to_numpy(dtype=float), rtol=RELATIVE, atol=ABSOLUTE
    )
    assert (filed.loc[filed["year"] == 2026, "change"] == 0.0).all()


def test_the_range_on_file_is_that_of_the_priors(world, before):
    filed = pd.read_csv(SCRIPT.RANGES, index_col="scenario")
    assert list(filed.index) == NAMES
    low, high = filed.loc["korea-eps-doubled"]
    assert SCRIPT.range_of(world, before, "korea-eps-doubled") == pytest.approx((low, high), RELATIVE, ABSOLUTE)
    central = pd.read_csv(SCRIPT.FOLDER / "korea-eps-doubled.csv")
    assert low < _of(central, 2035)["change"] < high


def test_the_page_shows_what_is_on_file():
    tables = {name: pd.read_csv(SCRIPT.FOLDER / f"{name}.csv") for name in NAMES}
    ranges = {name: (low, high) for name, low, high in pd.read_csv(SCRIPT.RANGES).itertuples(index=False)}
    assert SCRIPT.PAGE.read_text(encoding="utf-8") == SCRIPT.page(tables, ranges)


@pytest.mark.parametrize("expected", OPENING, indirect=True)
def test_what_opens_lets_more_move_legally_and_fewer_irregularly(expected):
    corridors = expected[expected["orig"] != WORLD]
    assert (corridors[["change", "legal_change"]] > 0.0).all(axis=None)
    fewer = corridors[["irregular_change", "unmet_change"]]
    assert (fewer <= 0.0).all(axis=None)
    assert (fewer.sum() < 0.0).all()


@pytest.mark.parametrize("expected", ["closed-doors"], indirect=True)
def test_closed_doors_leave_people_waiting_and_send_some_on_irregular_ways(expected):
    corridors = expected[expected["orig"] != WORLD]
    assert (corridors[["change", "legal_change"]] < 0.0).all(axis=None)
    assert (corridors[["irregular_change", "unmet_change"]] > 0.0).all(axis=None)
    total = _of(expected, 2035)
    assert total["irregular_change"] < -0.5 * total["legal_change"]
    assert total["change"] < _of(expected, 2030)["change"]  # doors close over seven years


@pytest.mark.parametrize("expected", ["return-reintegration"], indirect=True)
def test_help_with_returns_brings_more_people_home_and_splits_nothing(expected):
    assert (expected["change"] > 0.0).all()
    assert expected[["legal", "irregular", "unmet"]].isna().all(axis=None)


@pytest.mark.parametrize("expected", NAMES, indirect=True)
def test_other_destinations_and_returns_change_the_world_by_about_as_much(expected):
    """Other destinations make up a part of the change; those who came go home and add to it."""
    for year in (2030, 2035):
        world, corridors = _of(expected, year, WORLD)["change"], _of(expected, year)["change"]
        assert np.sign(world) == np.sign(corridors)
        assert 0.7 * abs(corridors) < abs(world) < 1.5 * abs(corridors)


@pytest.mark.parametrize("expected", ["korea-eps-doubled"], indirect=True)
def test_twice_the_permits_are_less_than_twice_the_workers(expected):
    (permits,) = load_scenario("korea-eps-doubled").settings.levers
    assert isinstance(permits, Pathway)
    assert permits.share is not None
    total = _of(expected, 2030)
    workers = permits.share * (total["legal"] - total["legal_change"])
    assert 0.4 < total["legal_change"] / workers < 1.0


@pytest.mark.parametrize("expected", ["bay-of-bengal-climate-visa"], indirect=True)
def test_added_places_are_added(expected):
    (visa,) = load_scenario("bay-of-bengal-climate-visa").settings.levers
    assert isinstance(visa, Pathway)
    total = _of(expected, 2035)
    assert total["legal_change"] == pytest.approx(visa.capacity, rel=0.05)  # networks add a little
    assert total["change"] < visa.capacity


@pytest.mark.parametrize("name", NAMES)
def test_scenarios_say_how_well_they_are_known(name):
    scenario = load_scenario(name)
    assert "(J)" in scenario.description
    assert "does not know" in scenario.description
    for lever in scenario.settings.levers:
        assert lever.status != "R", lever.name
        assert lever.description.startswith(("The unit is ", "This does not change the capacity (factor 1)")), (
            lever.name
        )
        assert "(J)" in lever.description, lever.name


@pytest.mark.parametrize("name", ["eaeu-recognition", "cica-student-mobility", "closed-doors"])
def test_zones_of_free_movement_have_shares_of_their_own(name, world):
    gate = SCRIPT.years_of(world, load_scenario(name).settings)[1].gate
    members = [index(iso3) for iso3 in ("KAZ", "KGZ", "RUS")]
    inside = np.isin(gate.origins, members) & np.isin(gate.destinations, members)
    assert inside.sum() == 6
    assert (gate.irregular_today[inside] == 0.05).all()
    assert (gate.unmet_today[inside] == 0.1).all()
