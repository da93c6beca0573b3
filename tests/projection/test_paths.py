"""Paths of fertility, life expectancy and propensities: bands, correlations, sizes, and always the same numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corridor.axes import FEMALE, MALE
from corridor.calendar import BASE_YEAR, LAST_YEAR, PERIODS
from corridor.demography.random_streams import stream
from corridor.estimate.gravity.corridor_model import coefficients_by_horizon, expected
from corridor.estimate.moves.product import period_mean
from corridor.estimate.world.base_flows import past_of_corridors
from corridor.projection.inputs import years_of
from corridor.projection.latent import Dependence, latent_paths
from corridor.projection.paths import (
    BOTH_SEXES,
    FERTILITY,
    LIFE_EXPECTANCY,
    LOWEST_FERTILITY,
    fertility_paths,
    furthest_life_expectancy,
    life_expectancy_paths,
    load_vital_bands,
)
from corridor.projection.propensities import (
    BASE_PERIODS,
    GROWTH,
    LARGEST,
    LAST_MIDDLE,
    MIGRATION,
    MOST_MOVED,
    PERIOD_YEARS,
    PRIOR_ORIGINS,
    TAIL_80,
    implied_half_width,
    load_propensity_sizes,
    long_run_size,
    moved_by,
    propensity_paths,
    pull_paths,
    shrunk_variance,
    surprises,
)

YEARS = range(BASE_YEAR, LAST_YEAR + 1)
TRAJECTORIES, BATCH = 1000, 100
NEAR = 0.05  # of the UN's width: the promise
SHARE = 0.9  # of area-years: the promise
QUANTILES = (0.1, 0.9, 0.025, 0.975)
PINNED = [622, 700, 435, 557, 146]  # the first numbers below 1,000 of one stream


@pytest.fixture(scope="module")
def bands(panel):
    return load_vital_bands(panel, YEARS)


@pytest.fixture(scope="module")
def sizes(panel):
    return load_propensity_sizes(panel)


def _many(paths, subject):
    """All trajectories, in batches and in single precision, which a bound does not notice."""
    batches = (range(start, start + BATCH) for start in range(0, TRAJECTORIES, BATCH))
    return np.concatenate([paths(subject, batch, 1).astype(np.float32) for batch in batches])


@pytest.fixture(scope="module")
def life_expectancy(bands):
    return _many(life_expectancy_paths, bands)


def _share_near(paths, published):
    """Shares of area-years whose bounds of 80 % and of 95 % both lie near the UN's."""
    ours = np.stack([np.quantile(year, QUANTILES, axis=0) for year in np.moveaxis(paths, 1, 0)])
    ours = np.moveaxis(ours, 1, -1)
    for lower in (0, 2):
        both = slice(lower, lower + 2)
        width = published[..., lower + 1] - published[..., lower]
        yield (np.abs(ours[..., both] - published[..., both]).max(axis=-1) <= NEAR * width).mean()


def test_bands_of_fertility_are_the_uns(bands):
    paths = _many(fertility_paths, bands)
    assert min(_share_near(paths, bands.fertility.bounds)) >= SHARE
    assert paths.min() == LOWEST_FERTILITY
    assert bands.fertility.bounds.min() > LOWEST_FERTILITY


def test_bands_of_life_expectancy_are_the_uns(bands, life_expectancy):
    assert min(_share_near(life_expectancy, bands.life_expectancy.bounds)) >= SHARE
    furthest = furthest_life_expectancy(bands)
    assert np.all(life_expectancy >= furthest[..., 0] - 1e-4)
    assert np.all(life_expectancy <= furthest[..., 1] + 1e-4)


def test_women_outlive_men(bands, life_expectancy):
    medium = bands.life_expectancy.median
    assert np.all(medium[..., FEMALE] > medium[..., MALE])
    middle = np.median(life_expectancy, axis=0)
    assert np.all(middle[..., FEMALE] > middle[..., MALE])
    assert (life_expectancy[..., FEMALE] > life_expectancy[..., MALE]).mean() > 0.98


def _mean_correlation(left, right):
    left, right = (part - part.mean(axis=0) for part in (left, right))
    spread = np.sqrt((left**2).mean(axis=0) * (right**2).mean(axis=0))
    return ((left * right).mean(axis=0) / spread).mean()


def test_sexes_share_most_of_their_paths(life_expectancy):
    found = _mean_correlation(life_expectancy[..., FEMALE], life_expectancy[..., MALE])
    assert found == pytest.approx(BOTH_SEXES, abs=0.01)  # bands that are not normal take a little


@pytest.mark.parametrize("dependence", [FERTILITY, LIFE_EXPECTANCY, Dependence(0.5, 0.3, 0.4)])
def test_latent_paths_depend_on_each_other_as_stated(dependence):
    subregions = np.array([0, 0, 1, 1, 2])
    z = latent_paths("test", dependence, subregions, 3, trajectories=range(4000), seed=1)
    error = 4.0 / np.sqrt(4000)
    assert np.abs(z.mean(axis=0)).max() < error
    np.testing.assert_allclose(z.std(axis=0), 1.0, atol=error)
    assert np.corrcoef(z[:, 1, 0], z[:, 1, 1])[0, 1] == pytest.approx(
        dependence.world + dependence.subregion, abs=error
    )
    assert np.corrcoef(z[:, 1, 0], z[:, 1, 2])[0, 1] == pytest.approx(dependence.world, abs=error)
    assert np.corrcoef(z[:, 0, 4], z[:, 2, 4])[0, 1] == pytest.approx(dependence.persistence**2, abs=error)


def _every_path(bands, sizes, trajectories, seed=7, years=YEARS):
    short = replace(
        bands,
        fertility=_cut(bands.fertility, len(years)),
        life_expectancy=_cut(bands.life_expectancy, len(years)),
    )
    return (
        fertility_paths(short, trajectories, seed),
        life_expectancy_paths(short, trajectories, seed),
        propensity_paths(sizes, years, trajectories, seed),
        pull_paths(sizes, years, trajectories, seed),
    )


def _cut(of_years, count):
    return replace(of_years, median=of_years.median[:count], bounds=of_years.bounds[:count])


def test_batches_and_their_order_change_nothing(bands, sizes):
    whole = _every_path(bands, sizes, range(12))
    backwards = [_every_path(bands, sizes, range(at, at + 1)) for at in reversed(range(12))]
    halves = [_every_path(bands, sizes, part) for part in (range(5), range(5, 12))]
    for kind, paths in enumerate(whole):
        assert np.array_equal(paths, np.concatenate([one[kind] for one in reversed(backwards)]))
        assert np.array_equal(paths, np.concatenate([half[kind] for half in halves]))


def test_a_shorter_horizon_is_the_beginning_of_a_longer_one(bands, sizes):
    long, short = (_every_path(bands, sizes, range(3), years=years) for years in (YEARS, YEARS[:20]))
    for all_years, first_years in zip(long, short, strict=True):
        assert np.array_equal(all_years[:, :20], first_years)


def test_other_seeds_and_trajectories_are_other_futures(bands, sizes):
    first, second = (_every_path(bands, sizes, range(2), seed) for seed in (1, 2))
    for one, other in zip(first, second, strict=True):
        assert not np.isclose(one, other).all()
        assert not np.isclose(one[0], one[1]).all()
    assert abs(np.corrcoef(first[2].ravel(), first[3].ravel())[0, 1]) < 0.2


def test_streams_are_the_same_on_every_machine():
    assert stream(1, "fertility", 3).integers(0, 1000, 5).tolist() == PINNED
    for other in (
        stream(2, "fertility", 3),
        stream(1, "fertility", 4),
        stream(1, "pull", 3),
        stream(1, 3, "fertility"),
    ):
        assert other.integers(0, 1000, 5).tolist() != PINNED


def test_multipliers_start_at_zero_grow_to_their_size_and_have_heavy_tails(sizes):
    years = range(LAST_MIDDLE, 2101)
    small = replace(sizes, outward=np.full_like(sizes.outward, 0.2), pull=np.full_like(sizes.pull, 0.2))
    grown = np.sqrt(1.0 - MIGRATION.persistence ** (2.0 * (np.array(years) - LAST_MIDDLE)))
    for paths in (propensity_paths, pull_paths):
        logs = paths(small, years, range(600), 1)
        assert np.array_equal(logs[:, 0], np.zeros_like(logs[:, 0]))
        found = logs.std(axis=(0, 2))
        np.testing.assert_allclose(found, 0.2 * grown, rtol=0.05)
        last = logs[:, -1] / found[-1]
        inside = (np.abs(last - np.median(last)) < TAIL_80).mean()
        assert inside == pytest.approx(0.8, abs=0.01)
        assert (np.abs(last) > 3.0).mean() > 3.0 * 0.0027  # thrice the normal share


def test_spread_moves_the_world_more_by_half_of_what_it_would(sizes):
    far = range(2100, 2101)
    logs = propensity_paths(replace(sizes, outward=np.full_like(sizes.outward, 0.3)), far, range(2000), 1)
    assert np.log(np.exp(logs).mean()) == pytest.approx(GROWTH * 0.5 * 0.3**2, abs=0.01)
    assert np.median(logs) == pytest.approx(-(1.0 - GROWTH) * 0.5 * 0.3**2, abs=0.01)


def test_size_is_what_changes_between_means_of_periods_ask_for():
    z = latent_paths("test", MIGRATION, np.zeros(1, dtype=int), 2 * PERIOD_YEARS, trajectories=range(20_000), seed=1)
    first, second = z[:, :PERIOD_YEARS].mean(axis=1), z[:, PERIOD_YEARS:].mean(axis=1)
    assert long_run_size(((second - first) ** 2).mean()) == pytest.approx(1.0, abs=0.02)


def test_volatility_is_drawn_to_the_typical_one():
    logs = np.array([0.01, 0.1, 1.0, 0.0]) * np.array([1, 1, -1, 1, -1, -1])[:, None]
    variance = shrunk_variance(logs, np.array([True, True, True, True]))
    own = 6.0 / (6.0 + PRIOR_ORIGINS)
    assert variance[1] == pytest.approx(0.01, rel=0.25)
    np.testing.assert_allclose(variance[[0, 2]] / variance[1], [100.0**-own, 100.0**own])
    assert variance[3] == 0.0


def test_the_mean_of_few_squares_is_no_smaller_on_average():
    normal = np.random.default_rng(1).normal(0.0, 0.3, (60_000, 1)).T
    for count in (1, 2, 6):
        logs = normal.reshape(-1)[: count * 10_000].reshape(count, -1)
        variance = shrunk_variance(logs, np.ones(10_000, dtype=bool), prior=0.0)
        assert np.exp(np.log(variance).mean()) == pytest.approx(0.09, rel=0.05)


def test_surprises_are_what_forecasts_missed(panel):
    past = past_of_corridors(panel)
    leaving, pull = surprises(past)
    before = past.before(4)
    made = expected(before, coefficients_by_horizon(before, 1)[0])
    ratio = past.flows[4].sum(axis=1) / made.sum(axis=1)
    large = made.sum(axis=1) > 1e4
    np.testing.assert_allclose(leaving[3, large], np.log(ratio[large]), atol=1e-3)
    assert leaving.shape == pull.shape == (6, 237)
    assert np.abs(np.median(leaving)) < 0.1


def test_sizes_are_moved_to_the_width_asked_for_within_the_limit():
    base = np.array([[0.0, 10.0], [30.0, 0.0]])
    outward, pull = np.array([0.3, 0.2]), np.array([0.25, 0.4])
    asked = implied_half_width(base, 1.5 * outward, 1.5 * pull)
    np.testing.assert_allclose(moved_by(base, outward, pull, asked), 1.5, rtol=1e-6)
    np.testing.assert_allclose(
        moved_by(base, outward, pull, asked * np.array([0.0, 100.0])), [1 / MOST_MOVED, MOST_MOVED]
    )


def test_net_migration_is_about_as_uncertain_as_the_un_says(panel, sizes):
    """Base moves scaled by the medium's population of the origin: what the UN's bounds should resemble, not equal."""
    assert max(sizes.outward.max(), sizes.pull.max()) <= LARGEST
    people = years_of(panel, "population_july", range(2024, 2101)).sum(axis=(2, 3))
    many = people[0] > 1e6
    moves = np.mean([period_mean(panel, start, PERIODS[start]).sum(axis=0) for start in BASE_PERIODS], axis=0)
    for year in (2035, 2050, 2075):
        out, pull = (
            paths(sizes, range(year, year + 1), range(400), 1)[:, 0] for paths in (propensity_paths, pull_paths)
        )
        leaving = moves.sum(axis=1) * people[year - 2024] / people[0] * np.exp(out)
        shares = moves[None] * np.exp(pull)[:, None, :]
        shares /= shares.sum(axis=2, keepdims=True)
        net = np.einsum("to,tod->td", leaving, shares) - leaving
        lower, upper = np.quantile(net, (0.1, 0.9), axis=0)
        un = years_of(panel, "net_migration_bounds", (year,))[0]
        ratio = ((upper - lower) / (un[:, 1] - un[:, 0]))[many]
        assert 0.85 < np.median(ratio) < 1.15
        assert (np.abs(np.log(ratio)) < np.log(2.0)).mean() > 0.75
        rates = np.log([(upper - lower)[many] / people[0, many], (un[:, 1] - un[:, 0])[many] / people[0, many]])
        assert np.corrcoef(rates)[0, 1] > 0.75
