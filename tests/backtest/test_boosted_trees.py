"""Boosted trees as a forecast of flows: what they can learn, that they give the same again, and life without them."""

import numpy as np
import pytest
from click.testing import CliRunner

from corridor.backtest import boosted_trees as module
from corridor.backtest.boosted_trees import TREES, boosted_trees, logarithmic_mean
from corridor.backtest.forecast_form import history
from corridor.cli import main
from corridor.errors import InputError
from tests.flow_worlds import product_of, random_walks, reordered


def errors(product, origin, lengths=(5,)):
    """Mean absolute errors of trees and of persistence, by period ahead."""
    known, past = product.period(origin), history(product, origin)
    came = product.flows[known : known + len(lengths), :60, :60]
    made, last = boosted_trees(past, lengths)[:, :60, :60], past.flows[-1, :60, :60]
    return np.abs(made - came).mean(axis=(1, 2)), np.abs(last - came).mean(axis=(1, 2))


def test_trees_learn_that_flows_return_to_their_own_level():
    ours, persistent = errors(random_walks(1, known=60, persistence=0.0), 2010)
    assert ours[0] < 0.85 * persistent[0]


def test_trees_learn_that_people_go_back_one_period_and_then_the_next():
    generator = np.random.default_rng(2)
    one, noise = np.exp(generator.normal(5.0, 2.0, (60, 60))), generator.lognormal(0.0, 0.05, (6, 60, 60))
    flows = np.stack([one if period % 2 else one.T for period in range(6)]) * noise
    flows[:, range(60), range(60)] = 0.0
    ours, persistent = errors(product_of(flows), 2010, (5, 5))
    assert ours[0] < 0.4 * persistent[0]
    assert ours[1] < np.abs(boosted_trees(history(product_of(flows), 2010), (5,))[0, :60, :60] - flows[5]).mean()


def test_where_nothing_changes_trees_say_so():
    flows = np.repeat(np.random.default_rng(3).uniform(0.0, 1e4, (1, 60, 60)), 4, axis=0)
    flows[:, range(60), range(60)] = 0.0
    product = product_of(flows)
    np.testing.assert_allclose(boosted_trees(history(product, 2005), (5, 5))[:, :60, :60], flows[:2], rtol=1e-9)


def test_hardly_used_corridors_stay_as_they_are():
    product = random_walks(7, known=60, persistence=0.0)
    product.flows[3, 0, :60], product.flows[3, 1, :60] = 0.0, 0.9
    found = boosted_trees(history(product, 2010), (5, 5))
    np.testing.assert_array_equal(found[1, :2], product.flows[3, :2])
    assert (found[0, 2, 3:60] != product.flows[3, 2, 3:60]).all()


def test_the_same_history_gives_the_same_forecast_and_unknown_areas_stay_unknown():
    past = history(random_walks(4, known=60), 2005)
    before = past.flows.copy()
    found = boosted_trees(past, (5, 5))
    np.testing.assert_array_equal(boosted_trees(past, (5, 5)), found)
    np.testing.assert_array_equal(past.flows, before)
    assert np.isnan(found[:, 60:]).all()
    assert not found[:, range(60), range(60)].any()


def test_the_order_of_areas_hardly_matters():
    past = history(random_walks(5, known=60), 2005)
    order = np.random.default_rng(6).permutation(past.flows.shape[-1])
    found, again = boosted_trees(past, (5,))[0], boosted_trees(reordered(past, order), (5,))[0]
    np.testing.assert_allclose(again, found[order][:, order], rtol=1e-6)


def test_the_logarithmic_mean_turns_logarithms_into_persons():
    low, high = np.array([1.0, 5.0, 7.0]), np.array([10.0, 6.0, 7.0])
    change = np.log(high / low)
    np.testing.assert_allclose(logarithmic_mean(low, change) * change, high - low)
    assert logarithmic_mean(low, change)[2] == 7.0


def test_without_scikit_learn_the_trees_are_left_out_by_name(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "installed", lambda: False)
    with pytest.raises(InputError, match="boosted trees"):
        TREES.fit(history(random_walks(1), 2000)).predict((5,), 10, 1)
    monkeypatch.setattr("corridor.backtest.rolling.ORIGINS", ())
    words = ["backtest", "flows", "--product", "moves", "-o", str(tmp_path)]
    said = CliRunner().invoke(main, words).stderr
    assert "boosted trees are left out" in said
    assert "corridor[trees]" in said
