"""Global warming: exact at the assessed quantiles, one percentile throughout, own paths, bad input."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.drivers.temperature import (
    FURTHEST,
    PATHWAYS,
    global_warming,
    own_path,
    through_quantiles,
    warming_since_reference,
)
from corridor.errors import InputError

YEARS = range(2025, 2101)


@pytest.mark.parametrize("pathway", PATHWAYS)
def test_three_quantiles_are_the_tables(panel, pathway):
    rows = panel.frame("global_warming").query("scenario == @pathway").set_index("year").loc[list(YEARS)]
    found = global_warming(panel, pathway, YEARS, np.array([5.0, 50.0, 95.0]))
    np.testing.assert_allclose(found, rows[["lower", "central", "upper"]].to_numpy().T, atol=1e-12)


def test_between_and_beyond_the_quantiles_it_is_skewed_and_rises():
    quantiles = np.array([[1.0, 2.0, 4.0], [1.0, 2.0, 3.0], [1.0, 2.0, 2.5]])
    found = through_quantiles(quantiles, np.linspace(0.0, 100.0, 401))
    assert np.all(np.diff(found[2:-2], axis=0) > 0.0)
    low, high = (through_quantiles(quantiles, np.array([end])) for end in FURTHEST)
    np.testing.assert_array_equal(found[[0, -1]], np.concatenate([low, high]))
    upper, lower = found[380] - found[200], found[200] - found[20]
    np.testing.assert_allclose(upper / lower, [2.0, 1.0, 0.5])
    # the even case is normal, and its neighbours go over into it
    sd = 1.0 / 1.6448536269514722
    assert through_quantiles(quantiles[1:2], np.array([84.1344746]))[0, 0] == pytest.approx(2.0 + sd)
    almost = np.array([[1.0, 2.0, 3.0 + 1e-5]])
    at = np.array([1.0, 30.0, 84.0, 99.0])
    np.testing.assert_allclose(through_quantiles(almost, at), through_quantiles(quantiles[1:2], at), atol=1e-4)


def test_a_future_keeps_its_percentile(panel):
    percentile = np.array([10.0, 50.0, 90.0])
    found = global_warming(panel, "SSP3-7.0", YEARS, percentile)
    assert np.all(np.diff(found, axis=0) > 0.0)
    alone = np.concatenate([global_warming(panel, "SSP3-7.0", [year], percentile) for year in YEARS], axis=1)
    np.testing.assert_array_equal(found, alone)


def test_higher_emissions_warm_more(panel):
    last = [global_warming(panel, pathway, [2100], np.array([50.0]))[0, 0] for pathway in PATHWAYS]
    assert last == sorted(last)
    assert 1.2 < last[0] < 1.6
    assert 4.0 < last[-1] < 5.5


def test_own_paths_are_straight_between_years():
    assert own_path({2020: 1.2, 2040: 1.6, 2100: 2.2}, [2025, 2030, 2040, 2070]).tolist() == pytest.approx(
        [1.3, 1.4, 1.6, 1.9]
    )


def test_an_own_path_is_counted_from_its_own_past_or_the_assessed(panel):
    draws = np.array([5.0, 95.0])
    with_past = warming_since_reference(panel, "SSP2-4.5", YEARS, draws, {2000: 0.5, 2100: 3.5})
    np.testing.assert_allclose(with_past[0, [0, -1]], [1.25 - 0.965, 3.5 - 0.965], atol=1e-9)
    np.testing.assert_array_equal(with_past[0], with_past[1])
    without = warming_since_reference(panel, "SSP2-4.5", YEARS, draws, {2025: 1.4, 2100: 3.5})
    recent = global_warming(panel, "SSP2-4.5", range(2011, 2021), np.array([50.0])).mean()
    assert without[0, 0] == pytest.approx(1.4 - recent)


def test_a_pathway_is_counted_from_the_past_of_its_own_percentile(panel):
    draws = np.array([20.0, 80.0])
    found = warming_since_reference(panel, "SSP2-4.5", range(2011, 2021), draws)
    np.testing.assert_allclose(found.mean(axis=1), 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda panel: global_warming(panel, "SSP2-45", [2050], np.array([50.0])), "Did you mean SSP2-4.5"),
        (lambda panel: global_warming(panel, "SSP2-4.5", [2005, 2101], np.array([50.0])), r"2010 to 2100.*"),
        (lambda panel: global_warming(panel, "SSP2-4.5", [2050], np.array([101.0])), "within 0 and 100"),
        (lambda panel: global_warming(panel, "SSP2-4.5", [2050], np.array([np.nan])), "within 0 and 100"),
        (lambda _: own_path({2030: 1.5}, [2025, 2100]), "does not reach from 2025 to 2100"),
        (lambda _: own_path({}, [2025]), "does not reach from 2025 to 2025"),
        (lambda _: own_path({2020: float("nan"), 2100: 30.0}, [2025]), "number of K"),
    ],
)
def test_bad_input_is_told(panel, call, words):
    with pytest.raises(InputError, match=words):
        call(panel)


def test_all_problems_of_a_path_are_told_at_once():
    with pytest.raises(InputError) as caught:
        own_path({2030: float("inf"), 2040: -20.0}, [2025, 2100])
    assert [problem.column for problem in caught.value.problems] == ["2030", "2040", None]
