"""Forecasts of flows: what models may see, what they say, and how wide they are."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from corridor.backtest.flow_products import OURS, panel_product, poisoned, published_product
from corridor.backtest.forecast_form import History, history, known_areas, margins, population_ahead
from corridor.backtest.rolling import MODELS, Job, forecast_from
from corridor.backtest.simple_rivals import (
    anchored_blend,
    blend_weights,
    damping,
    drift,
    exposed_persistence,
    geometric_blend,
    mean_of_past,
    persistence,
    return_blend,
)
from corridor.backtest.two_part import TwoPart, sample_outflows
from corridor.data.arrays import NET_SINCE, july_population, net_migration
from corridor.errors import InputError
from corridor.estimate.accounts.past_flows import between_july
from corridor.estimate.moves.product import period_mean
from tests.flow_worlds import BEFORE, product_of, random_walks

ARRAYS = ("point", "margins", "quantiles", "draws")


def predicted(product, job) -> Any:
    return forecast_from(product, job)


def small(*periods, people=None):
    """History of three areas from pairs (0 to 1, 1 to 0), nothing else moving."""
    flows = np.zeros((len(periods), 3, 3))
    flows[:, 0, 1], flows[:, 1, 0] = np.array(periods).T
    population = np.full((len(periods) + 1, 3), 1000.0) if people is None else np.array(people)
    starts = tuple(range(1990, 1990 + 5 * len(periods), 5))
    net = np.concatenate([np.zeros((BEFORE, 3)), margins(flows)[2]])
    stock = population[:, None] * np.eye(3)
    return History(
        starts=starts,
        years=(5,) * len(periods),
        flows=flows,
        population=population,
        net=net,
        stock=stock,
        income=np.full_like(population, 1e4),
        distance=np.ones((3, 3)),
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
@pytest.mark.parametrize("origin", [2000, 2010])
def test_no_model_looks_ahead(model, origin):
    product = random_walks(3)
    poison = poisoned(product, origin)
    known = product.period(origin)
    assert np.isnan(poison.flows[known:]).all()
    assert np.isnan(poison.population[known + 1 :]).all()
    assert np.isnan(poison.net[BEFORE + known :]).all()
    assert np.isnan(poison.stock[known + 1 :]).all()
    job = Job(model, origin, 3, 40, 1)
    forecast, blind = predicted(product, job), predicted(poison, job)
    for array in ARRAYS:
        np.testing.assert_array_equal(getattr(forecast, array), getattr(blind, array))
    assert np.isfinite(forecast.point[:, :40, :40]).all()
    assert np.isnan(forecast.point[:, 40:]).all()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_model_gives_the_one_form(model):
    forecast = predicted(random_walks(4), Job(model, 2005, 2, 50, 1))
    areas = forecast.point.shape[-1]
    assert forecast.point.shape == (2, areas, areas)
    assert forecast.margins.shape == (3, 2, areas)
    assert forecast.quantiles.shape == (7, 2, areas, areas)
    assert forecast.draws.shape == (50, 3, 2, areas)
    inner = forecast.quantiles[:, :, :40, :40]
    assert (np.diff(inner, axis=0) >= 0).all()
    assert (inner >= 0).all()
    assert not inner[:, :, range(40), range(40)].any()
    drawn = forecast.draws[..., :40]
    np.testing.assert_allclose(drawn[:, 2], drawn[:, 1] - drawn[:, 0], atol=1e-6)


def test_a_history_is_a_copy_that_ends_at_the_origin():
    product = random_walks(1)
    past = history(product, 2005)
    assert past.starts == (1990, 1995, 2000)
    assert len(past.population) == 4
    assert len(past.net) == BEFORE + 3
    past.flows[:] = 7.0
    assert not (product.flows[:3] == 7.0).any()
    with pytest.raises(InputError, match="1990, 1995"):
        history(product, 2003)


def test_simple_rules_by_hand():
    past = small((10.0, 2.0), (40.0, 8.0))
    assert persistence(past, (5, 5))[:, 0, 1].tolist() == [40.0, 40.0]
    assert mean_of_past(past, (5,))[0, 0, 1] == 25.0
    assert drift(past, (5, 5))[:, 0, 1].tolist() == [70.0, 100.0]
    falling = small((40.0, 8.0), (10.0, 2.0))
    assert drift(falling, (5, 5))[:, 0, 1].tolist() == [0.0, 0.0]


def test_exposure_grows_as_the_population_did():
    past = small((100.0, 0.0), people=[[1000.0] * 3, [1100.0, 1000.0, 1000.0]])
    np.testing.assert_allclose(population_ahead(past, (5, 5))[:, 0], [1100.0, 1210.0])
    np.testing.assert_allclose(exposed_persistence(past, (5, 5))[:, 0, 1], [110.0, 121.0])


def test_the_mean_is_of_the_periods_in_which_areas_are_known():
    past = small((10.0, 2.0), (40.0, 8.0))
    past.flows[0, 2], past.flows[0, :, 2], past.flows[1, 2, 0] = np.nan, np.nan, 6.0
    assert mean_of_past(past, (5,))[0, 2, 0] == 6.0
    past.flows[1, 2, 0] = np.nan
    assert np.isnan(mean_of_past(past, (5,))[0, 2, 0])


def test_the_return_blend_learns_that_people_go_back():
    past = small((1000.0, 10.0), (10.0, 1000.0), (1000.0, 10.0))
    np.testing.assert_allclose(blend_weights(past, 1), [0.0, 1.0, 0.0])
    np.testing.assert_allclose(return_blend(past, (5,))[0, 0, 1], 10.0)
    np.testing.assert_allclose(blend_weights(past, 2), [1.0, 0.0, 0.0])  # two periods on, all is as it was


def test_the_geometric_blend_learns_from_the_past_alone():
    steady = small((100.0, 50.0), (100.0, 50.0), (100.0, 50.0))
    np.testing.assert_allclose(geometric_blend(steady, (5,))[0, 0, 1], 100.0)
    assert blend_weights(small((3.0, 4.0)), 1).tolist() == [1.0, 0.0, 0.0]
    spikes = small((100.0, 100.0), (1000.0, 1000.0), (100.0, 100.0), (1000.0, 1000.0), (100.0, 100.0))
    weights = blend_weights(spikes, 1, reverse=False)
    assert weights[2] > 0.5
    assert weights[1] == 0.0


def test_the_anchored_blend_comes_halfway_to_the_damped_net_migration():
    past = history(random_walks(5), 2010)
    blend, anchored = return_blend(past, (5,))[0], anchored_blend(past, (5,))[0]
    weights = damping(past, 1)
    known = known_areas(blend)
    damped = weights[0] * margins(past.flows[-1])[2] + weights[1] * past.net.mean(axis=0)
    target = (0.5 * damped + 0.5 * margins(blend)[2])[known]
    np.testing.assert_allclose(margins(anchored)[2, known], target - target.mean(), rtol=1e-6, atol=1e-3)


def test_damping_finds_how_net_migration_fades():
    past = history(random_walks(5), 2010)
    fading = 1e5 * 0.5 ** np.arange(len(past.net))[:, None] * np.ones(past.net.shape[1])
    halved = replace(past, net=fading)
    np.testing.assert_allclose(damping(halved, 1), [0.5, 0.0])
    np.testing.assert_allclose(damping(halved, 2), [0.25, 0.0])


@pytest.mark.parametrize("ahead", [0, 1])
def test_empirical_intervals_cover_as_they_say_where_flows_walk_at_random(ahead):
    inside80, inside95, out80 = [], [], []
    for seed in range(6):
        product = random_walks(seed, known=60)
        forecast = predicted(product, Job(MODELS[0], 2010, 2, 400, 1))
        off = ~np.eye(60, dtype=bool)
        came = product.flows[4 + ahead, :60, :60]
        low95, low80, _, _, _, high80, high95 = forecast.quantiles[:, ahead, :60, :60]
        inside80.append(((low80 <= came) & (came <= high80))[off].mean())
        inside95.append(((low95 <= came) & (came <= high95))[off].mean())
        low, high = np.quantile(forecast.draws[:, 0, ahead, :60], [0.1, 0.9], axis=0)
        out = margins(product.flows[4 + ahead])[0, :60]
        out80.append(((low <= out) & (out <= high)).mean())
    assert np.mean(inside80) == pytest.approx(0.8, abs=0.02)
    assert np.mean(inside95) == pytest.approx(0.95, abs=0.01)
    assert np.mean(out80) == pytest.approx(0.8, abs=0.08)


def test_intervals_widen_where_no_earlier_origin_reaches():
    forecast = predicted(random_walks(2), Job(MODELS[0], 2000, 3, 50, 1))
    width = np.log(forecast.quantiles[-1, :, :40, :40] + 1) - np.log(forecast.quantiles[0, :, :40, :40] + 1)
    medians = np.median(width, axis=(1, 2))
    np.testing.assert_allclose(medians[1:] / medians[0], np.sqrt([2.0, 3.0]), rtol=0.05)
    bare = predicted(random_walks(2), Job(MODELS[0], 1995, 2, 50, 1))
    assert bare.quantiles is None
    assert bare.draws is None


def test_the_two_part_model_finds_its_own_parameters():
    generator = np.random.default_rng(8)
    areas, phi, sigma = 200, 0.6, 0.2
    mu = generator.normal(1.0, np.sqrt(10.0), areas)  # as wide beside the first rates as the prior says
    rates = [generator.normal(1.0, 1.0, areas)]
    for _ in range(9):
        rates.append(mu + phi * (rates[-1] - mu) + generator.normal(0.0, sigma, areas))
    found = sample_outflows(np.stack(rates), 800, 1)
    assert found.phi.mean() == pytest.approx(phi, abs=0.03)
    assert np.corrcoef(found.mu.mean(axis=0), mu)[0, 1] > 0.97
    assert found.sigma.mean() == pytest.approx(0.24, abs=0.04)  # the prior's mean is .34


def test_the_two_part_model_covers_in_a_world_of_its_own():
    generator = np.random.default_rng(9)
    known, periods = 60, 6
    rates = [generator.normal(1.0, 0.7, known)]
    for _ in range(periods - 1):
        rates.append(0.98 * rates[-1] + 0.02 + generator.normal(0.0, 0.34, known))
    kappa = generator.normal(0.0, 1.5, known)
    shares = np.exp(kappa + generator.normal(0.0, 0.65, (periods, known, known)))
    shares[:, range(known), range(known)] = 0.0
    shares /= shares.sum(axis=-1, keepdims=True)
    product = product_of(np.exp(np.stack(rates))[..., None] * 1e4 * shares, population=np.full((7, 237), 1e7))
    forecast = predicted(product, Job(TwoPart(), 2015, 1, 400, 1))
    came, off = product.flows[5, :known, :known], ~np.eye(known, dtype=bool)
    low, high = forecast.quantiles[1, 0, :known, :known], forecast.quantiles[5, 0, :known, :known]
    assert ((low <= came) & (came <= high))[off].mean() == pytest.approx(0.8, abs=0.05)
    low, high = np.quantile(forecast.draws[:, 0, 0, :known], [0.1, 0.9], axis=0)
    assert ((low <= came.sum(axis=1)) & (came.sum(axis=1) <= high)).mean() == pytest.approx(0.8, abs=0.13)


def test_our_product_is_the_moves_of_the_panel(panel):
    product = panel_product(panel)
    assert product.name == OURS
    assert product.years == (5, 5, 5, 5, 5, 5, 4)
    np.testing.assert_array_equal(product.flows[5], period_mean(panel, 2015, 5).sum(axis=0))
    np.testing.assert_allclose(product.stock.sum(axis=1), product.population, rtol=1e-9)
    np.testing.assert_allclose(product.net[-1] * 4, between_july(panel, "net_migration", 2020, 2024), atol=1e-6)
    assert len(product.net) == (1990 - NET_SINCE) // 5 + 7


def test_net_migration_before_1990_is_that_of_the_years(panel):
    yearly = panel.array("net_migration_history")
    net = net_migration(panel, (1990, 1995))
    np.testing.assert_allclose(net[0], (yearly[0] / 2 + yearly[1:5].sum(axis=0) + yearly[5] / 2) / 5)
    assert july_population(panel, (1990, 2020)).shape == (2, yearly.shape[1])


def flows_frame(*rows):
    return pd.DataFrame(rows, columns=["orig", "dest", "period_start", "period_end", "persons"])


def test_published_flows_are_laid_out(panel):
    frame = flows_frame(
        ("KAZ", "RUS", 2010, 2015, 500.0), ("RUS", "KAZ", 2015, 2020, 50.0), ("UZB", "RUS", 2015, 2020, 5)
    )
    product = published_product(panel, "mine", frame)
    assert product.starts == (2010, 2015)
    assert np.nansum(product.flows[0]) == 100.0
    assert known_areas(product.flows).sum(axis=1).tolist() == [2, 3]


def test_published_totals_are_left_out(panel):
    pairs = [("KAZ", "RUS", 2010, 2015, 500.0), ("RUS", "KAZ", 2015, 2020, 50.0)]
    totals = [("TOTAL", "RUS", 2010, 2015, 900.0), ("UZB", "TOTAL", 2015, 2020, 900.0)]
    with_totals = published_product(panel, "mine", flows_frame(*pairs, *totals))
    np.testing.assert_array_equal(with_totals.flows, published_product(panel, "mine", flows_frame(*pairs)).flows)


def test_pairs_with_several_series_are_all_named(panel):
    rows = [("KAZ", "RUS", 2010, 2015, 1), ("KAZ", "RUS", 2010, 2015, 2), ("KAZ", "RUS", 2010, 2015, 3)]
    more = [("UZB", "RUS", 2010, 2015, 1), ("UZB", "RUS", 2010, 2015, 2), ("UZB", "KAZ", 2010, 2015, 2)]
    frame = flows_frame(*rows, *more).assign(definition=list("abcaba"), source="office")
    with pytest.raises(InputError, match="several series of one pair and period") as caught:
        published_product(panel, "mine", frame)
    assert [problem.value for problem in caught.value.problems] == ["KAZ, RUS, 2010, 2015", "UZB, RUS, 2010, 2015"]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (flows_frame(("KAZ", "TOTAL", 2010, 2015, 1)), "between areas over periods"),
        (
            flows_frame(("KAZ", "RUS", 2010, 2015, 1), ("KAZ", "RUS", 2020, 2024, 1)),
            "does not start where the one before ends",
        ),
        (flows_frame(("KAZ", "XYZ", 2010, 2015, 1)), "no area of the register"),
        (flows_frame(), "over periods"),
        (pd.DataFrame({"orig": ["KAZ"], "dest": ["RUS"], "year": [2010], "persons": [1]}), "over periods"),
    ],
)
def test_published_flows_that_cannot_be_used(panel, frame, said):
    with pytest.raises(InputError, match=said):
        published_product(panel, "mine", frame)
