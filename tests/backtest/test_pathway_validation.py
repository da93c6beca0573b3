"""Estimators that hold the gate against records: planted effects come back, intervals cover, zeros stay zeros."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corridor.backtest.pathway_evidence import (
    comparable,
    enough,
    let_in,
    let_in_lately,
    visa_study,
    windows,
    within_union,
)
from corridor.backtest.pathway_records import (
    FREE,
    REQUIRED,
    corridors_of,
    event_times,
    laid_out,
    monthly_counts,
    passport_regimes,
    refusals,
    single_changes,
    visa_changes,
    yearly_counts,
)
from corridor.backtest.pathway_validation import (
    ClaimInterval,
    difference_in_differences,
    event_study,
    fewer_per_place,
    fitted_effects,
    gate_change,
    percent,
    verdict,
    visa_change,
    within_elasticity,
)

BEFORE, AFTER = slice(0, 12), slice(13, 25)
EFFECT = -1.2


def _border(seed, touched, others=14, effect=EFFECT):
    """Counts of nationalities whose levels, changes and months scatter; those touched change by the effect besides."""
    chance = np.random.default_rng(seed)
    count = touched + others
    level = (
        chance.normal(8.0, 1.0, (count, 1)) + chance.normal(0.0, 0.2, (1, 25)) + chance.normal(0.0, 0.1, (count, 25))
    )
    level[:, AFTER] += chance.normal(0.3, 0.7, (count, 1))
    level[:touched, AFTER] += effect
    counts = chance.poisson(np.exp(level)).astype(np.float64)
    return counts[:touched], counts[touched:]


@pytest.mark.parametrize("touched", [1, 3])
def test_difference_in_differences_finds_a_planted_effect_and_its_interval_covers(touched):
    worlds = [_border(seed, touched) for seed in range(150)]
    found = [difference_in_differences(one, others, BEFORE, AFTER, draws=200) for one, others in worlds]
    estimates = np.array([each.estimate for each in found])
    assert abs(estimates.mean() - EFFECT) < 3.0 * estimates.std() / np.sqrt(len(found))
    covered = np.mean([each.lower <= EFFECT <= each.upper for each in found])
    assert 0.88 <= covered <= 1.0
    assert np.mean([each.upper - each.lower for each in found]) < (4.0 if touched == 1 else 2.6)


def test_a_change_of_all_is_no_effect():
    touched, others = _border(1, 2, effect=0.0)
    half = np.where(np.arange(25) >= 13, 0.5, 1.0)
    plain, halved = (
        difference_in_differences(touched * factor, others * factor, BEFORE, AFTER, draws=300) for factor in (1.0, half)
    )
    np.testing.assert_allclose(halved, plain, atol=0.01)
    assert plain.lower < 0.0 < plain.upper


def _panel(seed, noise):
    """A world of corridors with effects of corridor, origin and time, destination and time; some have an event."""
    chance = np.random.default_rng(seed)
    values = (
        chance.normal(5.0, 1.0, (30, 8, 1)) + chance.normal(0.0, 0.5, (30, 1, 12)) + chance.normal(0.0, 0.5, (1, 8, 12))
    )
    year = np.where(chance.random((30, 8)) < 0.2, chance.integers(4, 9, (30, 8)), np.nan)
    since = np.arange(12.0) - year[:, :, None]
    effects = np.where(since >= 2.0, 0.6, np.where(since >= 0.0, 0.2, 0.0))
    values += np.where(np.isnan(since), 0.0, effects) + noise * chance.normal(size=values.shape)
    values[chance.random(values.shape) < 0.1] = np.nan
    return values, since


def test_event_study_finds_effects_by_time_exactly_without_noise():
    values, since = _panel(1, noise=0.0)
    study = event_study(values, since, [(-1,), (0, 1), (2, 3)], draws=5)
    np.testing.assert_allclose(study.effects, [0.0, 0.2, 0.6], atol=2e-3)
    np.testing.assert_allclose(study.drawn, np.tile(study.effects, (5, 1)), atol=5e-3)
    assert study.contrast(2, 1).estimate == pytest.approx(0.4, abs=4e-3)


def test_event_study_intervals_cover():
    panels = [_panel(seed, noise=0.4) for seed in range(30)]
    studies = [event_study(values, since, [(0, 1), (2, 3)], draws=60) for values, since in panels]
    for place, truth in enumerate((0.2, 0.6)):
        covered = [study.effect(place).lower <= truth <= study.effect(place).upper for study in studies]
        assert np.mean(covered) >= 0.75


def test_event_study_refuses_times_without_cells():
    values, since = _panel(1, noise=0.0)
    with pytest.raises(ValueError, match="without any cell"):
        event_study(values, since, [(50,)], draws=2)


def test_fitted_effects_are_least_squares():
    chance = np.random.default_rng(3)
    values, weights = chance.normal(size=(6, 5)), chance.integers(0, 3, (6, 5)).astype(np.float64)
    weights[:, 0] = weights[0] = 1.0
    dummies = np.concatenate([np.kron(np.eye(6), np.ones((5, 1))), np.tile(np.eye(5), (6, 1))], axis=1)
    root = np.sqrt(weights.ravel())
    solved = np.linalg.lstsq(dummies * root[:, None], values.ravel() * root, rcond=None)[0]
    np.testing.assert_allclose(fitted_effects(values, weights).ravel(), dummies @ solved, atol=1e-3)


def test_a_unit_without_a_known_cell_has_no_fit():
    weights = np.ones((3, 4))
    weights[1] = 0.0
    fit = fitted_effects(np.ones((3, 4)), weights)
    assert np.isnan(fit[1]).all()
    np.testing.assert_allclose(fit[[0, 2]], 1.0)


def test_elasticity_comes_back_beside_effects_of_unit_and_time():
    covered = []
    for seed in range(40):
        chance = np.random.default_rng(seed)
        common = chance.normal(size=(40, 1)) + chance.normal(size=(1, 9))
        driver = common + chance.normal(0.0, 0.5, (40, 9))
        outcome = 2.0 * common + 0.3 * driver + chance.normal(0.0, 0.4, (40, 9))
        outcome[chance.random((40, 9)) < 0.2] = np.nan
        found = within_elasticity(outcome, driver, draws=100)
        assert found.estimate == pytest.approx(0.3, abs=0.25)
        covered.append(found.lower <= 0.3 <= found.upper)
    assert np.mean(covered) >= 0.8


@pytest.mark.parametrize(
    ("found", "low", "high", "word"),
    [
        (ClaimInterval(0.3, 0.1, 0.5), 0.2, 0.4, "agrees"),
        (ClaimInterval(0.1, -0.1, 0.3), 0.2, 0.4, "does not contradict"),
        (ClaimInterval(0.5, 0.35, 0.6), 0.2, 0.4, "does not contradict"),
        (ClaimInterval(0.0, -0.3, 0.3), 0.2, 0.4, "cannot tell"),
        (ClaimInterval(-0.5, -0.9, 0.1), 0.2, 0.4, "contradicts"),
        (ClaimInterval(-0.2, -0.5, 0.1), -0.3, -0.3, "does not contradict"),
        (ClaimInterval(-0.2, -0.5, 0.4), -0.3, -0.3, "cannot tell"),
        (ClaimInterval(0.5, 0.1, 3.0), 0.0, 1.0, "agrees"),
    ],
)
def test_verdicts(found, low, high, word):
    assert verdict(found, low, high) == word


def test_log_changes_in_other_words():
    change = ClaimInterval(np.log(0.5), np.log(0.25), np.log(2.0))
    np.testing.assert_allclose(percent(change), [-50.0, -75.0, 100.0])
    np.testing.assert_allclose(fewer_per_place(change, after=100.0, added=50.0), [2.0, -1.0, 6.0])


def test_the_gate_predicts_as_published_and_within_its_bounds():
    small = gate_change(1000.0, 200.0, 100.0, redirected=0.25, elasticity=0.3)
    assert np.expm1(small) == pytest.approx(-0.03, abs=0.002)  # Clemens 2024
    bound = gate_change(100.0, 10_000.0, 500.0, redirected=0.25, elasticity=0.3)
    assert 10_000.0 * -np.expm1(bound) == pytest.approx(500.0)
    lost = gate_change(1000.0, 200.0, -1000.0, redirected=0.25, elasticity=0.3)
    assert 0.0 < 200.0 * np.expm1(lost) < 250.0


def test_visas_in_the_gate():
    shares = {"irregular_share": 0.16, "unmet_share": 0.4, "redirected": 0.25, "elasticity": 0.3}
    legal, irregular = visa_change(0.57, **shares)
    assert legal == pytest.approx(0.57)
    assert irregular == pytest.approx(-0.3 * 0.57)
    with np.errstate(divide="ignore"):  # everybody may move: nobody does so irregularly
        legal, irregular = visa_change(5.0, **shares)
    assert legal == pytest.approx(-np.log(0.84 * 0.6))
    assert irregular == -np.inf
    assert visa_change(-0.57, **shares)[1] > 0.0


def test_months_without_a_count_are_zero_and_broken_years_are_left_out():
    rows = pd.DataFrame(
        {
            "nationality": ["AFG", "AFG", "SYR"],
            "month": ["2020-01", "2021-02", "2020-12"],
            "detections": [3.0, 4.0, 5.0],
        }
    )
    months = monthly_counts(rows, "detections")
    assert months.shape == (2, 14)
    assert months.loc["AFG", "2020-06"] == 0.0
    assert months.to_numpy().sum() == 12.0
    years = yearly_counts(rows, "detections")
    np.testing.assert_array_equal(years.columns, [2020])
    assert years.loc["SYR", 2020] == 5.0


def _spells():
    return pd.DataFrame(
        [
            ("AAA", "XXX", 1990, 1999, 1),
            ("AAA", "XXX", 2000, 2013, 0),
            ("BBB", "XXX", 1990, 1995, 0),
            ("BBB", "XXX", 1997, 2013, 1),  # after a gap: no change is known
            ("CCC", "XXX", 1990, 1995, 0),
            ("CCC", "XXX", 1996, 1999, 2),
            ("CCC", "XXX", 2000, 2004, 1),  # no admission to a visa: still required
            ("CCC", "XXX", 2005, 2013, 0),
        ],
        columns=["nationality", "destination", "year_from", "year_to", "visa"],
    )


def test_changes_of_visas_are_found_in_spells():
    changes = visa_changes(_spells())
    assert changes.to_numpy().tolist() == [
        ["AAA", "XXX", 2000, True],
        ["CCC", "XXX", 1996, False],
        ["CCC", "XXX", 2005, True],
    ]
    assert single_changes(changes, 1990, 2013)["nationality"].tolist() == ["AAA"]
    assert single_changes(changes, 2003, 2013)["nationality"].tolist() == ["CCC"]
    since = event_times(single_changes(changes, 1990, 2013), ["AAA", "BBB"], ["XXX"], [1999, 2001])
    np.testing.assert_array_equal(since, [[[-1.0, 1.0]], [[np.nan, np.nan]]])
    np.testing.assert_array_equal(corridors_of(changes, ["BBB", "CCC"], ["XXX"]), [[False], [True]])


def _snapshots():
    rows = [
        ("2019-11-23", "AAA", "DEU", "1"),
        ("2020-02-07", "AAA", "DEU", "VR"),
        ("2021-01-25", "AAA", "DEU", "covid ban"),
        ("2022-01-05", "AAA", "DEU", "e-visa"),
        ("2023-01-11", "AAA", "DEU", "90"),
        ("2022-01-05", "BBB", "DEU", "visa free"),
        ("2023-01-11", "BBB", "DEU", "visa on arrival"),
        ("2022-01-05", "AAA", "SRB", "30"),
    ]
    return pd.DataFrame(rows, columns=["snapshot", "passport", "destination", "requirement"])


def test_regimes_of_passports():
    regimes = passport_regimes(_snapshots(), "DEU")
    assert "2019-11-23" not in regimes.columns
    assert regimes.fillna("unknown").to_numpy()[0].tolist() == [REQUIRED, "unknown", REQUIRED, FREE]
    assert regimes.loc["BBB", "2022-01-05"] == FREE
    assert regimes.loc["BBB", ["2020-02-07", "2023-01-11"]].isna().all()


def test_who_was_let_in_is_found_in_the_data():
    counts = pd.DataFrame({2021: [50.0, 50.0], 2022: [40.0, 5.0], 2023: [1.0, 1.0]}, index=["AAA", "CCC"])
    assert let_in_lately(_snapshots(), counts) == {"AAA": 2023}
    states = ("AUT", "BEL", "CZE", "DEU", "DNK", "ESP", "FIN", "FRA", "GRC", "HUN")
    changes = pd.DataFrame(
        [(name, state, 2022 + (state == "AUT"), True) for name in ("AAA", "CCC") for state in states],
        columns=["nationality", "destination", "year", "removed"],
    )
    assert let_in(changes, counts) == {"AAA": 2022, "CCC": 2022}
    assert let_in(changes[changes["destination"] != "FRA"], counts) == {}
    assert let_in(changes, counts.replace(50.0, 9.0)) == {}


def test_refusals_count_decisions_in_substance_at_first_instance():
    rows = pd.DataFrame(
        [
            (2020, "SYR", "DEU", "FI", "P", 60, 20, 20, 500),
            (2020, "SYR", "DEU", "AR", "P", 0, 0, 90, 0),
            (2020, "SYR", "USA", "FI", "P", 0, 0, 90, 0),
            (2020, "SYR", "DEU", "FI", "C", 0, 0, 90, 0),
            (2020, "IRQ", "DEU", "FI", "P", 1, 0, 1, 0),
        ],
        columns=[
            *("year", "origin", "asylum", "dec_level", "dec_pc"),
            *("dec_recognized", "dec_other", "dec_rejected", "dec_closed"),
        ],
    )
    found = refusals(rows, {"DEU"}, ["origin", "year"], 50)
    assert found.to_dict() == {("SYR", 2020): 0.2}
    np.testing.assert_array_equal(laid_out(found, ["IRQ", "SYR"], [2020, 2021]), [[np.nan, np.nan], [0.2, np.nan]])


def test_windows_leave_the_month_of_an_opening_out():
    before, (soon, later) = windows(20)
    assert (before, soon, later) == (slice(8, 20), slice(21, 27), slice(27, 39))
    counts = pd.DataFrame([[100.0, 300.0], [90.0, 90.0], [500.0, 500.0]], index=["AAA", "BBB", "CCC"])
    assert comparable(counts, slice(0, 2), 100.0, ("CCC",)) == ["AAA"]


def test_corridors_of_the_union_are_those_of_the_day():
    inside = within_union(["POL", "FRA"], ["DEU", "NOR"], [2004, 2005])
    assert inside.tolist() == [[[False, True], [False, True]], [[True, True], [True, True]]]
    flows = np.array([[[10.0, np.nan], [100.0, 20.0]]])
    np.testing.assert_array_equal(enough(flows, 50.0), [[[np.nan, np.nan], [100.0, 20.0]]])


@pytest.mark.parametrize("removed", [True, False])
def test_a_study_of_visas_finds_a_planted_change_and_leaves_corridors_with_two_out(removed):
    chance = np.random.default_rng(2)
    origins, destinations = [f"O{number:02}" for number in range(25)], [f"D{number}" for number in range(8)]
    years = list(range(2000, 2014))
    logs = (
        chance.normal(6.0, 1.0, (25, 8, 1)) + chance.normal(0.0, 0.3, (25, 1, 14)) + chance.normal(0.0, 0.3, (1, 8, 14))
    )
    changes = pd.DataFrame(
        [(origin, destinations[place % 8], 2003 + place % 4, removed) for place, origin in enumerate(origins[:12])],
        columns=["nationality", "destination", "year", "removed"],
    )
    for origin, destination, year, _ in changes.itertuples(index=False):
        logs[origins.index(origin), destinations.index(destination), years.index(year) :] += 0.5
    twice = pd.DataFrame([("O20", "D0", 2004, removed), ("O20", "D0", 2008, not removed)], columns=changes.columns)
    logs[20, 0, 4:] += 9.0
    found = visa_study(np.exp(logs), (origins, destinations, years), pd.concat([changes, twice]), removed=removed)
    assert (found.corridors, found.origins) == (12, 12)
    np.testing.assert_allclose(found.study.effects, [0.0, 0.5, 0.5, 0.5, 0.5], atol=5e-3)
