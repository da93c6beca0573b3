"""Gravity and radiation as forecasts: laws are found again and carried on, totals kept, unknown covariates said."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from corridor.backtest.flow_products import income_known, panel_product, poisoned
from corridor.backtest.forecast_form import History, history, margins, population_ahead
from corridor.backtest.gravity_rivals import GRAVITY_RIVALS
from corridor.data.arrays import stock_on_1_july, stocks_known
from tests.flow_worlds import product_of, reordered

AREAS, PERIODS = 25, 4
RULES = {rival.name: rival.rule for rival in GRAVITY_RIVALS}
OFF = ~np.eye(AREAS, dtype=bool)


def world(seed=1, **changes) -> Any:
    """History of a few areas with covariates that vary over places and periods, whose flows tests replace."""
    generator = np.random.default_rng(seed)
    people = 10 ** generator.uniform(5, 8, AREAS) * np.cumprod(
        generator.uniform(0.9, 1.3, (PERIODS + 1, AREAS)), axis=0
    )
    income = 10 ** generator.uniform(3, 5, AREAS) * np.cumprod(
        generator.uniform(0.8, 1.4, (PERIODS + 1, AREAS)), axis=0
    )
    stock = np.exp(generator.normal(6.0, 2.0, (PERIODS + 1, AREAS, AREAS)))
    place = generator.uniform(0.0, 8000.0, (2, AREAS))
    distance = np.hypot(*(axis[:, None] - axis for axis in place))
    starts = tuple(range(1990, 1990 + 5 * PERIODS, 5))
    flows = np.exp(generator.normal(4.0, 2.0, (PERIODS, AREAS, AREAS))) * OFF
    past = History(
        starts=starts,
        years=(5,) * PERIODS,
        flows=flows,
        population=people,
        net=np.zeros((8 + PERIODS, AREAS)),
        stock=stock,
        income=income,
        distance=distance,
    )
    return replace(past, **changes)


def by_law(past, date, people, last=None) -> Any:
    """Flows of a gravity law between the areas, [orig, dest]; zero on the diagonal."""
    abroad = np.log1p(np.where(OFF, past.stock[date], 0.0))
    logs = 0.4 * np.log(people)[:, None] + 0.2 * np.log(people) - 6.0
    logs = logs + 0.3 * np.log(past.income[date]) - 0.1 * np.log(past.income[date])[:, None]
    logs = logs - 0.8 * np.log(np.maximum(past.distance, 100.0)) + 0.5 * abroad + 0.1 * abroad.T
    if last is not None:
        logs = logs * 0.3 + 0.6 * np.log1p(last)
    return np.exp(logs) * OFF


def with_law(past, scale=1.0):
    made = [by_law(past, date, past.population[date]) * scale for date in range(PERIODS)]
    return replace(past, flows=np.stack(made))


def test_a_law_of_gravity_is_found_and_follows_the_people():
    past = with_law(world())
    lengths = (5, 5, 4)
    came = np.stack([by_law(past, PERIODS, people) for people in population_ahead(past, lengths)])
    np.testing.assert_allclose(RULES["gravity"](past, lengths), came, rtol=1e-6)


@pytest.mark.parametrize("name", ["gravity, ends", "gravity, pairs"])
def test_effects_are_found_beside_the_law(name):
    past = world()
    generator = np.random.default_rng(2)
    ends = np.exp(np.add.outer(generator.normal(size=AREAS), generator.normal(size=AREAS)))
    scale = ends if name == "gravity, ends" else ends * np.exp(generator.normal(size=(AREAS, AREAS)))
    came = by_law(past, PERIODS, past.population[-1]) * scale
    np.testing.assert_allclose(RULES[name](with_law(past, scale), (5,))[0], came, rtol=1e-5)


def test_the_last_flow_counts_and_forecasts_follow_one_another():
    past = world()
    flows = [by_law(past, 0, past.population[0])]
    for date in range(1, PERIODS):
        flows.append(by_law(past, date, past.population[date], flows[-1]))
    past = replace(past, flows=np.stack(flows))
    last, lengths = flows[-1], (5, 5)
    for people, found in zip(population_ahead(past, lengths), RULES["gravity, last flow"](past, lengths), strict=True):
        last = by_law(past, PERIODS, people, last)
        np.testing.assert_allclose(found, last, rtol=1e-6)


def test_corridors_without_a_past_stay_closed_to_pair_effects_only():
    past = with_law(world())
    past.flows[:, 0, 1] = 0.0
    assert RULES["gravity, pairs"](past, (5, 5))[:, 0, 1].tolist() == [0.0, 0.0]
    assert RULES["gravity"](past, (5,))[0, 0, 1] > 0.0


def test_a_corridor_seen_once_keeps_its_own_level():
    past = with_law(world())
    past.flows[:-1, 0], past.flows[:-1, :, 0] = np.nan, np.nan  # the area joined in the last period
    came = by_law(past, PERIODS, past.population[-1])
    np.testing.assert_allclose(RULES["gravity, pairs"](past, (5,))[0], came, rtol=1e-5)


def test_doubly_constrained_gravity_keeps_totals_and_finds_its_own_law():
    past = world()
    found = RULES["doubly constrained"](past, (5, 5))
    np.testing.assert_allclose(margins(found)[:2], margins(past.flows[-1])[:2, None].repeat(2, axis=1), rtol=1e-9)
    assert np.abs(found - past.flows[-1]).max() > 100.0
    ends = np.exp(np.random.default_rng(3).normal(4.0, 1.0, (2, AREAS)))
    law = np.outer(*ends) * OFF / np.maximum(past.distance, 100.0) ** 1.3
    past.flows[-1] = law
    np.testing.assert_allclose(RULES["doubly constrained"](past, (5,))[0], law, rtol=1e-8)


def test_radiation_keeps_outflows_and_goes_where_the_people_will_be():
    past = world()
    found = RULES["radiation"](past, (5, 5))
    np.testing.assert_allclose(margins(found)[0], margins(past.flows[-1])[[0, 0]], rtol=1e-9)
    growth = population_ahead(past, (5, 5))
    grows = int(np.argmax(growth[1] / growth[0]))
    others = np.arange(AREAS) != grows
    assert found[1, others, grows].sum() > found[0, others, grows].sum()


@pytest.mark.parametrize("name", RULES)
def test_the_order_of_areas_does_not_matter(name):
    past = world()
    order = np.random.default_rng(4).permutation(AREAS)
    found, again = RULES[name](past, (5, 5)), RULES[name](reordered(past, order), (5, 5))
    np.testing.assert_allclose(again, found[:, order][:, :, order], rtol=1e-6, atol=1e-6)


def test_an_area_without_income_is_no_reason_to_leave_it_out():
    past = world()
    assert past.income is not None
    past.income[:, 2] = np.nan
    law = [by_law(replace(past, income=np.nan_to_num(past.income, nan=3e3)), t, past.population[t]) for t in range(5)]
    past = replace(past, flows=np.stack(law[:-1]))
    np.testing.assert_allclose(RULES["gravity"](past, (5,))[0], law[-1], rtol=1e-6)


def test_covariates_after_the_origin_are_blanked_and_cut():
    product = product_of(np.ones((6, 5, 5)))
    blank = poisoned(product, 2005)
    for values in (np.asarray(blank.stock), np.asarray(blank.income)):
        assert np.isnan(values[4:]).all()
        assert np.isfinite(values[3, 0]).all()
    past = history(product, 2005)
    assert past.income is not None
    assert past.stock is not None
    assert len(past.income) == len(past.stock) == 4


def test_income_is_that_of_years_that_had_ended(panel):
    rows = panel.frame("wdi").query("indicator == 'NY.GDP.PCAP.PP.KD' and area == 'KAZ'").set_index("year")["value"]
    place = list(panel.coordinates("income", "area")).index("KAZ")
    found = income_known(panel, (1985, 1990, 2010, 2030))[:, place]
    assert np.isnan(found[0])
    assert found[1:].tolist() == [rows[1990], rows[2009], rows[max(rows.index)]]
    assert np.isnan(income_known(panel, (2020,))).sum() > 10


def test_the_stock_of_a_date_is_the_last_one_before(panel):
    stock = stocks_known(panel, (1985, 2012))
    assert np.isnan(stock[0]).all()
    np.testing.assert_array_equal(stock[1], stock_on_1_july(panel, 2010))
    assert panel_product(panel).distance is not None
