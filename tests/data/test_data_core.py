"""The core of the data room: known figures of the UN, accounts that balance, and the rules for holes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corridor import areas
from corridor.calendar import STOCK_YEARS
from corridor.data.arrays import more_foreign_born_than_people, stock_on_1_july
from corridor.data.catalogue import SOURCES, source
from corridor.data.panel import Panel, load_panel
from corridor.data.readers import wpp
from corridor.data.readers.migrant_stock import fill_unknown
from corridor.data.rules import holes
from corridor.data.rules.holes import BIRTHPLACE_SHARED, RESIDENCE_LIKE, RULES, shared_birthplaces, whole_persons
from corridor.demography.life_table import life_table
from corridor.errors import InputError

AT = {area: position for position, area in enumerate(areas.codes())}
OWN_STOCK = {*RESIDENCE_LIKE, *BIRTHPLACE_SHARED["XCX"]}
"""Residences that the UN's migrant stock does not have under their own code."""


@pytest.fixture(scope="module")
def panel():
    return load_panel()


def year(panel: Panel, name: str, of: int) -> int:
    return panel.coordinates(name, "year").index(of)


# Population ---------------------------------------------------------------------------------------------------------


def test_population_on_1_july_is_as_published(panel):
    july = panel.array("population_july")
    at = year(panel, "population_july", 2024)
    assert july[at, AT["IND"]].sum() == 1_450_935_791
    assert july[at, AT["CHN"]].sum() == 1_419_321_282
    bonaire = july[at - 1, AT["BES"]].sum()
    assert july[at - 1].sum() - bonaire == 8_091_708_666


def test_1_january_2025_has_the_published_totals_of_31_december(panel):
    totals = panel.array("population_january_total")[0]
    assert totals[AT["AFG"]].tolist() == [21_410_389, 21_839_941]


def test_tables_of_single_ages_are_those_of_five_year_groups(panel):
    groups = panel.array("population_july")
    since = year(panel, "population_july", 2024)
    single = np.add.reduceat(panel.array("population_july_single"), range(0, 101, 5), axis=-1)
    assert np.array_equal(single, groups[since : since + 2])
    women = panel.array("women_july").reshape(77, 237, 9, 5).sum(axis=-1)
    assert np.array_equal(women, groups[since:, :, 0, 2:11])


def test_1_january_lies_between_the_1_julys(panel):
    """Published totals of 31 December and ages of 1 July come from two copies; they must be one population."""
    july = panel.array("population_july").sum(axis=(-2, -1))[year(panel, "population_july", 2025) :]
    januaries = panel.array("population_january_total").sum(axis=-1)
    middle = (januaries[: len(july)] + januaries[1 : len(july) + 1]) / 2
    gap = np.abs(middle / july - 1)
    large = july[0] > 1e6
    assert np.median(gap) < 1e-6
    assert gap[:, large].max() < 1e-4


def test_change_is_births_less_deaths_plus_net_migration(panel):
    since = year(panel, "births_deaths", 2025)
    events, net = panel.array("births_deaths")[since:], panel.array("net_migration")[since:]
    change = np.diff(panel.array("population_january_total").sum(axis=-1), axis=0)
    gap = np.abs(change - (events[..., 0] - events[..., 1] + net))
    assert np.percentile(gap, 99) < 20
    assert gap.max() < 7_500
    assert gap[:, AT["VAT"]].max() == 0


def test_the_world_has_no_net_migration(panel):
    assert np.abs(panel.array("net_migration").sum(axis=1)).max() < 5_000


def test_net_migration_by_age_sums_to_net_migration(panel):
    total = panel.array("net_migration_age").sum(axis=(-2, -1))
    since = year(panel, "net_migration", 2024)
    assert np.abs(total - panel.array("net_migration")[since:]).max() < 60


def test_bounds_contain_what_they_bound(panel):
    for name, of in [("net_migration_bounds", "net_migration"), ("total_fertility_bounds", "total_fertility")]:
        lower80, upper80, lower95, upper95 = np.moveaxis(panel.array(name), -1, 0)
        values = panel.array(of)[year(panel, of, 2024) :]
        assert ((lower95 <= lower80) & (upper80 <= upper95)).all(), name
        inside = (lower95 - 0.01 <= values) & (values <= upper95 + 0.01)
        assert inside.mean() > 0.99, name


def test_fertility_and_mortality_are_as_published(panel):
    at = year(panel, "total_fertility", 2023)
    assert round(panel.array("total_fertility")[at, AT["KOR"]], 2) == 0.72
    assert np.allclose(panel.array("fertility_pattern").sum(axis=-1), 1.0, atol=1e-6)
    rates = panel.array("mortality_rate")
    assert rates.shape == (22, 237, 2, 22)
    assert rates[0, AT["AFG"], 0, 0] > 10 * rates[0, AT["JPN"], 0, 0]
    life = panel.array("life_expectancy")[at]
    assert (life[:, 0] > life[:, 1]).mean() > 0.99
    srb = panel.array("sex_ratio_at_birth")
    assert srb[year(panel, "sex_ratio_at_birth", 2005), AT["CHN"]] > 1.15


def test_death_rates_are_means_of_five_years_from_1_july(panel):
    """Their life expectancy is that of the years around 1 January of the third year, not of the calendar years."""
    life = panel.array("life_expectancy")
    middle_of_years = np.array(panel.coordinates("life_expectancy", "year")) + 0.5
    moments = 2060 + 3 + np.linspace(-2.5, 2.5, 51)
    period = panel.coordinates("mortality_rate", "period").index(2060)
    expected = life_table(panel.array("mortality_rate")[period], width=5).e[..., 0]
    for area in range(0, 237, 10):
        for sex in range(2):
            assert abs(np.interp(moments, middle_of_years, life[:, area, sex]).mean() - expected[area, sex]) < 0.01


@pytest.mark.parametrize(
    "name", ["mortality_rate", "total_fertility", "fertility_pattern", "sex_ratio_at_birth", "life_expectancy"]
)
def test_the_holy_see_has_italys_rates_and_the_note_says_so(panel, name):
    values = panel.array(name)
    assert np.array_equal(values[:, AT["VAT"]], values[:, AT["ITA"]])
    assert any("holy-see-rates" in note for note in panel.entry(name).notes)


def test_the_holy_see_keeps_its_published_population(panel):
    july = panel.array("population_july")[:, AT["VAT"]].sum(axis=(-2, -1))
    assert july[year(panel, "population_july", 2023)] == 504
    assert july[-1] == 1363
    ages = panel.array("net_migration_age")[:, AT["VAT"]].sum(axis=(-2, -1))
    assert np.array_equal(ages, panel.array("net_migration")[year(panel, "net_migration", 2024) :, AT["VAT"]])


def test_bonaire_has_its_totals_and_curacaos_ages(panel):
    july = panel.array("population_july")
    at = year(panel, "population_july", 2030)
    ours, theirs = july[at, AT["BES"]], july[at, AT["CUW"]]
    shares = ours / ours.sum(axis=-1, keepdims=True) - theirs / theirs.sum(axis=-1, keepdims=True)
    assert np.abs(shares).max() < 1e-3
    totals = panel.array("population_january_total")[5:7, AT["BES"]].sum(axis=-1)
    assert abs(ours.sum() - totals.mean()) <= 1
    crude = 1000 * panel.array("births_deaths")[0, AT["BES"], 0] / july[0, AT["BES"]].sum()
    assert abs(crude - 19.367) < 0.1  # the published birth rate of 1990: the totals run back rightly


def test_gaps_in_a_source_are_reported_by_area():
    values = np.zeros((2, 237, 3))
    values[1, AT["NAM"], 2] = np.nan
    values[0, AT["VAT"]] = np.nan
    with pytest.raises(InputError) as report:
        wpp._complete(values, "some.csv")
    assert [problem.value for problem in report.value.problems] == ["NAM"]


# Migrant stock ------------------------------------------------------------------------------------------------------


def test_no_unknown_origin_remains_and_columns_keep_the_published_totals(panel):
    published = panel.frame("migrant_stock_2024_published")
    totals = published.pivot_table(index=["year", "sex"], columns="residence", values="persons", aggfunc="sum")
    ours = panel.array("migrant_stock").sum(axis=2)
    assert len(totals.columns) == 233
    for area in totals.columns.drop("XCX"):
        assert np.allclose(ours[..., AT[area]].ravel(), totals[area], rtol=1e-9, atol=1e-6), area
    islands = ours[..., [AT["JEY"], AT["GGY"]]].sum(axis=-1)
    assert np.allclose(islands.ravel(), totals["XCX"], rtol=1e-9)


def test_the_filled_stock_is_a_stock(panel):
    stock = panel.array("migrant_stock")
    assert (stock >= 0).all()
    assert np.abs(np.einsum("ysbb->ysb", stock)).max() == 0
    assert stock[-1].sum() == pytest.approx(304.0e6, rel=1e-3)
    assert stock[0].sum() == pytest.approx(153.9e6, rel=1e-3)


def test_the_world_stock_and_known_pairs_are_as_published(panel):
    frame = panel.frame("migrant_stock_2024_published")
    last = frame[frame["year"] == 2024]
    mexico = last[(last["birthplace"] == "MEX") & (last["residence"] == "USA")]
    assert last["persons"].sum() == pytest.approx(304.0e6, rel=1e-3)
    assert mexico["persons"].sum() == pytest.approx(11.28e6, rel=1e-3)


@pytest.mark.parametrize(
    ("residence", "origins_2024", "origins_2020"), [("TUR", 44, 109), ("RUS", 42, 148), (None, 9581, 12187)]
)
def test_the_2024_revision_lists_fewer_pairs_and_the_filled_stock_has_those_of_both(
    panel, residence, origins_2024, origins_2020
):
    listed = {}
    for revision in (2024, 2020):
        frame = panel.frame(f"migrant_stock_{revision}_published")
        frame = frame[(frame["year"] == 2015) & (frame["sex"] == "female")]
        if residence:
            frame = frame[(frame["residence"] == residence) & (frame["birthplace"] != "OOO")]
        listed[revision] = set(zip(frame["birthplace"], frame["residence"], strict=True))
    assert (len(listed[2024]), len(listed[2020])) == (origins_2024, origins_2020)
    if residence:
        stock = panel.array("migrant_stock")[STOCK_YEARS.index(2015)].sum(axis=0)[:, AT[residence]]
        both = {birthplace for pairs in listed.values() for birthplace, _ in pairs} - {"XCX"}
        with_figures = {areas.codes()[at] for at in np.flatnonzero(stock)}
        assert len(with_figures & both) > origins_2020 * 0.9
        assert with_figures <= both | {"XKX", "BLM", "MAF", "JEY", "GGY"}


def test_known_origins_never_lose_people(panel):
    frame = panel.frame("migrant_stock_2024_published")
    rows = frame[
        (frame["year"] == 2015) & frame["birthplace"].isin(areas.codes()) & frame["residence"].isin(areas.codes())
    ]
    rows = rows[~rows["birthplace"].isin(["SRB", "GLP"])]
    ours = panel.array("migrant_stock")[STOCK_YEARS.index(2015)]
    sexes = (rows["sex"] == "male").to_numpy(dtype=np.int64)
    found = ours[sexes, rows["birthplace"].map(AT).to_numpy(), rows["residence"].map(AT).to_numpy()]
    assert (found >= rows["persons"].to_numpy() * (1 - 1e-12)).all()


def test_unknown_fill_what_is_lacking_first_and_then_the_known():
    known = np.array([[60.0], [0.0], [20.0]])
    lacking = np.array([[0.0], [10.0], [0.0]])
    assert fill_unknown(known, np.array([50.0]), lacking).ravel().tolist() == [90.0, 10.0, 30.0]
    assert fill_unknown(known, np.array([4.0]), lacking).ravel().tolist() == [60.0, 4.0, 20.0]
    assert fill_unknown(known, np.array([0.0]), lacking).ravel().tolist() == [60.0, 0.0, 20.0]


def test_residences_without_any_known_origin_have_one_by_rule(panel):
    stock = panel.array("migrant_stock").sum(axis=1)
    assert stock[:, :, AT["VAT"]].argmax(axis=1).tolist() == [AT["ITA"]] * len(STOCK_YEARS)
    assert stock[:, :, AT["BES"]].argmax(axis=1).tolist() == [AT["CUW"]] * len(STOCK_YEARS)
    shares = stock[:, :, AT["SSD"]] / stock[:, :, AT["SSD"]].sum(axis=1, keepdims=True)
    assert np.allclose(shares[0], shares[STOCK_YEARS.index(2010)], atol=0.01)


def test_areas_without_a_stock_of_their_own_have_one_by_rule(panel):
    stock, july = panel.array("migrant_stock").sum(axis=1)[-1], panel.array("population_july")
    people = july[year(panel, "population_july", 2024)].sum(axis=(-2, -1))
    foreign = stock.sum(axis=0) / people
    assert foreign[AT["XKX"]] == pytest.approx(foreign[AT["ALB"]], rel=0.02)
    assert foreign[AT["MAF"]] == pytest.approx(foreign[AT["GLP"]], rel=0.02)
    abroad = stock.sum(axis=1) / people
    assert abroad[AT["XKX"]] == pytest.approx(abroad[AT["SRB"]], rel=0.05)
    assert all(stock[:, AT[area]].sum() > 0 and stock[AT[area]].sum() > 0 for area in OWN_STOCK)


def test_shared_birthplaces_keep_their_sums():
    stock = np.array([[10.0, 4.0], [8.0, 0.0], [1.0, 2.0]])
    population = np.array([3.0, 1.0, 6.0])
    divided = shared_birthplaces(stock, ("SRB", "ALB", "XKX"), ("XKX", "ALB", "SRB"), population)
    assert np.allclose(divided, np.array([[10 / 3 + 1, 4 / 3 + 2], [8.0, 0.0], [20 / 3, 8 / 3]]))


# Arrays -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("date", STOCK_YEARS)
def test_columns_of_a_stock_are_the_population(panel, date):
    stock = stock_on_1_july(panel, date)
    people = panel.array("population_july")[year(panel, "population_july", date)].sum(axis=(-2, -1))
    assert stock.shape == (237, 237)
    assert (stock >= 0).all()
    assert np.allclose(stock.sum(axis=0), people, rtol=1e-12)
    assert set(more_foreign_born_than_people(panel, date)) <= {"BES"}


def test_a_year_without_a_stock_is_refused(panel):
    with pytest.raises(InputError, match="Choose one of 1990"):
        stock_on_1_july(panel, 2023)


# Rules and catalogue ------------------------------------------------------------------------------------------------


def test_every_rule_touches_tables_and_areas_that_exist_and_is_a_note_of_its_tables(panel):
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert set(rule.areas) <= set(areas.codes())
        for table in rule.tables:
            assert rule.note() in panel.entry(table).notes, (rule.id, table)


def test_rounding_to_whole_persons_keeps_small_numbers_somewhere():
    assert whole_persons(np.full(10, 0.3)).sum() == 3


def test_the_catalogue_is_complete_and_consistent():
    assert all(key == entry.key for key, entry in SOURCES.items())
    texts = [value for entry in SOURCES.values() for value in (entry.citation, entry.address, entry.licence)]
    assert all(texts)
    assert all(entry.address.startswith("http") for entry in SOURCES.values())
    with pytest.raises(InputError, match="Did you mean"):
        source("frontec")


def test_neighbours_of_the_rules_are_areas():
    assert {*holes.NATIVES_ABROAD.values(), *RESIDENCE_LIKE.values()} <= set(areas.codes())


def test_ages_in_words_become_their_first_year():
    frame = pd.DataFrame({"age": ["0", "1", "10-14", "100+"]})
    assert wpp._with_whole_ages(frame)["age"].tolist() == [0, 1, 10, 100]


# Income and climate of all areas ------------------------------------------------------------------------------------


def test_income_is_the_published_one_where_there_is_one(panel):
    ssp = panel.frame("ssp").query("scenario == 'SSP2' and year == 2050 and area == 'KAZ'").iloc[0]
    found = panel.array("income")[1, panel.coordinates("income", "year").index(2050), areas.index("KAZ")]
    assert found == pytest.approx(1e9 * ssp["gdp_ppp"] / ssp["population"], abs=0.001)


def test_income_by_rule_keeps_its_distance_to_the_subregion(panel):
    income = panel.array("income")[1, 0]
    assert np.isfinite(panel.array("income")).all()
    assert income.min() > 100.0
    southern_asia = [area.iso3 for area in areas.areas() if area.subregion == "Southern Asia"]
    assert income[areas.index("AFG")] == min(income[areas.index(iso3)] for iso3 in southern_asia)
    assert any("AFG" in note and "PSE" in note for note in panel.entry("income").notes)


def test_climate_by_rule_is_that_of_the_nearest(panel):
    climate = panel.array("climate")
    assert np.isfinite(climate).all()
    for without, neighbour in (("HKG", "CHN"), ("MAC", "CHN")):
        near = climate[:, areas.index(without)]
        candidates = [climate[:, areas.index(code)] for code in (neighbour, "PHL", "VNM", "LAO")]
        assert any(np.array_equal(near, candidate) for candidate in candidates)
