"""Past flows by sex and by birthplace on the embedded panel: parts sum to the whole, accounts close."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from corridor.areas import codes, index
from corridor.axes import FEMALE, MALE, OUTWARD, RETURN, SEXES, TRANSIT, TYPES
from corridor.calendar import PERIODS
from corridor.errors import InputError
from corridor.estimate.accounts.accounting import adjusted_stocks, net_migration
from corridor.estimate.accounts.by_birthplace import moves_by_birthplace
from corridor.estimate.accounts.by_sex import births_by_sex, transitions_by_sex, windows_by_sex
from corridor.estimate.accounts.past_flows import transitions, window_of
from corridor.estimate.moves.product import VARIANTS, moves_of_year, stock_of_years
from corridor.estimate.moves.sexes import moves_of_year_by_sex
from corridor.estimate.moves.stocks import YEARS

PERSONS = 1e-4  # rounding of sums over 1e9 persons


@pytest.mark.parametrize("start", PERIODS)
def test_windows_of_the_sexes_sum_to_the_whole(panel, start):
    both, sexes = window_of(panel, start), windows_by_sex(panel, start)
    assert len(sexes) == len(SEXES)
    for name in ("start", "end", "births", "deaths", "net"):
        total = sum(getattr(window, name) for window in sexes)
        np.testing.assert_allclose(total, getattr(both, name), rtol=1e-12, atol=PERSONS, err_msg=name)


@pytest.mark.parametrize("start", PERIODS)
def test_the_account_of_each_sex_balances(panel, start):
    for window in windows_by_sex(panel, start):
        change = window.end.sum(axis=0) - window.start.sum(axis=0)
        np.testing.assert_allclose(change, window.births - window.deaths + window.net, atol=PERSONS)
        assert (window.births >= 0).all()
        assert (window.deaths > 0).all()
        abroad = 1.0 - np.eye(len(window.start))
        assert (window.start * abroad >= 0).all()
        assert (window.end * abroad >= 0).all()


def test_populations_by_sex_are_the_uns_where_foreign_born_leave_room(panel):
    people = panel.array("population_july")[2020 - 1990].sum(axis=-1).T
    stocks = np.stack([window.start.sum(axis=0) for window in windows_by_sex(panel, 2020)])
    elsewhere = np.arange(237) != index("BES")
    np.testing.assert_allclose(stocks[:, elsewhere], people[:, elsewhere], rtol=1e-9)
    np.testing.assert_allclose(stocks.sum(axis=0), people.sum(axis=0), rtol=1e-9)


def test_more_boys_are_born_and_where_sons_are_preferred_many_more(panel):
    girls, boys = births_by_sex(panel, 2005)
    assert (boys / girls).min() > 1.0
    assert (boys / girls)[index("CHN")] > 1.12
    np.testing.assert_allclose(girls + boys, window_of(panel, 2005).births)


def test_deaths_follow_rates_and_ages_of_the_sexes(panel):
    female, male = windows_by_sex(panel, 2015)
    russia, qatar = index("RUS"), index("QAT")
    # published for Russia 2015-20: a little over half of those who die are men, though most of the old are women
    assert 1.0 < male.deaths[russia] / female.deaths[russia] < 1.1
    assert male.deaths[qatar] / female.deaths[qatar] > 2


@pytest.mark.parametrize("start", [1990, 2020])
@pytest.mark.parametrize("system", ["closed", "open"])
def test_accounts_of_the_sexes_are_whole(panel, start, system):
    flows = transitions_by_sex(panel, start, system)
    assert flows.shape == (len(SEXES), 2, len(TYPES), 237, 237)
    assert flows.min() >= 0
    assert not np.einsum("satii->", flows)
    assert (flows[:, 1].sum(axis=(1, 2, 3)) > flows[:, 0].sum(axis=(1, 2, 3))).all()


def test_closed_accounts_leave_the_net_migration_of_each_sex_but_for_the_world(panel):
    flows = transitions_by_sex(panel, 2010).sum(axis=2)
    for sex, window in enumerate(windows_by_sex(panel, 2010)):
        stocks = (window.start, window.end, window.births, window.deaths)
        adjusted = adjusted_stocks(*stocks)
        balanced = adjusted.end.sum(axis=0) - adjusted.start.sum(axis=0)
        for table in flows[sex]:
            np.testing.assert_allclose(net_migration(table), balanced, atol=0.01)
        assert np.corrcoef(balanced, window.net)[0, 1] > 0.98


def test_who_stays_is_counted_for_each_sex(panel):
    by_sex, both = transitions_by_sex(panel, 2015)[:, 0].sum(axis=0), transitions(panel, 2015)[0]
    # more cells, fewer people who could have stayed: the sum of two minima is no smaller than the minimum of the sum
    assert both.sum() * 0.99 < by_sex.sum() < both.sum() * 1.1


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("year", [1990, 2007, 2020, 2024])
def test_moves_of_the_sexes_sum_to_the_product(panel, year, variant):
    moves = moves_of_year_by_sex(panel, year, variant)
    assert moves.shape == (len(SEXES), len(TYPES), 237, 237)
    assert moves.min() >= 0
    np.testing.assert_allclose(moves.sum(axis=0), moves_of_year(panel, year, variant), rtol=1e-12)


def test_corridors_of_men_and_women_that_everybody_knows(panel):
    moves = moves_of_year_by_sex(panel, 2012).sum(axis=1)

    def men_per_woman(orig, dest):
        return moves[MALE, index(orig), index(dest)] / moves[FEMALE, index(orig), index(dest)]

    assert men_per_woman("BGD", "SAU") > 1.8
    assert men_per_woman("IND", "ARE") > 1.8
    assert men_per_woman("PHL", "HKG") < 0.4
    assert 0.5 < men_per_woman("SYR", "TUR") < 2


@pytest.mark.parametrize("moves", [moves_of_year, moves_of_year_by_sex])
def test_no_moves_of_a_variant_or_a_year_that_is_not_there(panel, moves):
    with pytest.raises(InputError, match="Did you mean consistent"):
        moves(panel, 2020, "consistnt")
    with pytest.raises(InputError, match="1990 to 2024"):
        moves(panel, 1989)


@cache
def _by_birthplace(panel, birthplace):
    return moves_by_birthplace(panel, 2015, birthplace)


def test_the_cells_of_a_birthplace_are_the_types(panel):
    both = moves_of_year(panel, 2015)
    born = index("PHL")
    moves = _by_birthplace(panel, "PHL")
    np.testing.assert_array_equal(moves[born], both[OUTWARD, born])
    np.testing.assert_array_equal(moves[:, born], both[RETURN, :, born])
    elsewhere = np.arange(237) != born
    assert (moves[np.ix_(elsewhere, elsewhere)] <= both[TRANSIT][np.ix_(elsewhere, elsewhere)]).all()
    assert not np.einsum("ii->", moves)
    assert moves.min() >= 0


def test_transit_of_all_birthplaces_is_the_transit_of_a_corridor(panel):
    # those born in ten areas make up most of the transit between two of their neighbours
    orig, dest = index("ARE"), index("SAU")
    born = ("IND", "PAK", "BGD", "EGY", "PHL", "YEM", "NPL", "LKA", "IDN", "SDN", "JOR", "SYR", "AFG", "IRN")
    transit = moves_of_year(panel, 2015)[TRANSIT, orig, dest]
    assert 0.7 * transit < sum(_by_birthplace(panel, iso3)[orig, dest] for iso3 in born) <= transit


def test_moves_of_all_birthplaces_sum_to_the_moves_but_for_transit_of_people_who_come_home(panel):
    moves, stock = moves_of_year(panel, 2015), stock_of_years(panel)[YEARS.index(2015)]
    foreign = stock.sum(axis=0)
    born_at_the_destination = (stock / np.where(foreign > 0.0, foreign, 1.0)).T  # [orig, dest]
    every = sum(_by_birthplace(panel, iso3) for iso3 in codes())
    expected = moves.sum(axis=0) - born_at_the_destination * moves[TRANSIT]
    np.testing.assert_allclose(every, expected, rtol=1e-9, atol=1e-6)


def test_a_birthplace_is_one_of_the_areas_and_a_year_one_of_the_years(panel):
    with pytest.raises(InputError, match="ISO"):
        moves_by_birthplace(panel, 2015, "XYZ")
    with pytest.raises(InputError, match="1990 to 2024"):
        moves_by_birthplace(panel, 1989, "PHL")
