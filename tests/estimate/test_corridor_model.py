"""The corridor model: what its terms mean, what it learns, and that names of areas do not matter."""

import numpy as np
import pytest

from corridor.estimate.gravity.corridor_model import (
    PRIOR,
    TERMS,
    Past,
    change_beyond_people,
    coefficients_by_horizon,
    expected,
    terms,
)

AREAS, BEFORE = 30, 8


def world(seed, coefficients=None, *, periods=6, noise=0.0):
    """Flows that the model itself makes from given coefficients, among areas whose people and stocks grow apart."""
    generator = np.random.default_rng(seed)
    people = 1e6 * np.exp(
        generator.normal(0.0, 1.0, AREAS) + generator.normal(0.05, 0.05, (periods + 1, AREAS)).cumsum(0)
    )
    abroad = np.exp(
        generator.normal(6.0, 2.0, (AREAS, AREAS)) + generator.normal(0.1, 0.2, (periods + 1, AREAS, AREAS))
    )
    stock = abroad * ~np.eye(AREAS, dtype=bool) + people[:, None] * np.eye(AREAS)
    net = generator.normal(0.0, 2e3, (BEFORE + periods, AREAS))
    first = np.exp(generator.normal(5.0, 1.5, (AREAS, AREAS))) * ~np.eye(AREAS, dtype=bool)
    flows = [first]
    for known in range(1, periods):
        past = Past(np.stack(flows), people[: known + 1], net[: BEFORE + known], stock[: known + 1])
        made = expected(past, PRIOR if coefficients is None else np.array(coefficients))
        flows.append(made * np.exp(generator.normal(0.0, noise, made.shape)))
        np.fill_diagonal(flows[-1], 0.0)
    return Past(np.stack(flows), people, net, stock)


def permuted(past, order):
    two = np.ix_(order, order)
    return Past(
        past.flows[:, two[0], two[1]],
        past.population[:, order],
        past.net[:, order],
        past.stock[:, two[0], two[1]],
    )


def test_with_one_period_the_prior_holds_at_every_horizon():
    np.testing.assert_array_equal(coefficients_by_horizon(world(1).before(1), 3), np.tile(PRIOR, (3, 1)))


def test_it_finds_the_coefficients_that_made_the_flows():
    truth = [0.1, 0.2, 0.9, 0.6, 0.3]
    past = world(2, truth, noise=0.05)
    found = coefficients_by_horizon(past, 1)[0]
    effect = np.sqrt(np.array([each.var() for each in terms(past)]))
    assert np.abs(effect * (found - truth)).max() < 0.02
    assert np.abs(effect * (PRIOR - truth)).max() > 0.1


def test_where_it_learns_it_errs_less_than_the_prior():
    past = world(3, [0.1, 0.3, 1.0, 0.8, 0.2], noise=0.1)
    known = past.before(5)
    errors = [
        np.abs(expected(known, each) - past.flows[5]).sum() for each in (coefficients_by_horizon(known, 1)[0], PRIOR)
    ]
    assert errors[0] < 0.9 * errors[1]


def test_people_and_nothing_else_under_the_prior():
    past = world(4).before(2)
    grown = past.population[-1] / past.population[-2]
    still = Past(past.flows, past.population, past.net, np.repeat(past.stock[-1:], 3, axis=0) * 0.0)
    half = np.sqrt(grown)[:, None]  # without stocks either direction is as much return as not
    off = ~np.eye(AREAS, dtype=bool)
    np.testing.assert_allclose(expected(still, PRIOR)[off] + 1.0, ((past.flows[-1] + 1.0) * half)[off])
    np.testing.assert_array_equal(change_beyond_people(past, PRIOR), np.zeros((AREAS, AREAS)))


@pytest.mark.parametrize("term", [name for name in TERMS if name != "people"])
def test_every_other_term_says_what_its_name_says(term):
    calm = Past(
        np.tile(1000.0 * ~np.eye(AREAS, dtype=bool), (2, 1, 1)),
        np.full((3, AREAS), 1e6),
        np.zeros((BEFORE + 2, AREAS)),
        np.tile(1e6 * np.eye(AREAS), (3, 1, 1)),
    )
    assert not change_beyond_people(calm, np.ones(len(TERMS))).any()
    if term == "mean":
        calm.flows[-1, 0, 1], cell, sign = 4000.0, (0, 1), -1
    elif term == "return":  # people born in 0 went to 1 and are there: they come back
        calm.flows[-1, 0, 1], calm.stock[-2:, 0, 1], cell, sign = 4000.0, 1e5, (1, 0), 1
    elif term == "arrivals":
        calm.population[-1, 1], cell, sign = 1.2e6, (0, 1), -1
    else:  # area 1 has gained people for twenty years, and gains none now
        calm.net[:, 1], cell, sign = 5e3, (0, 1), 1
    change = change_beyond_people(calm, np.array([float(name == term) for name in TERMS]))
    assert np.sign(change[cell]) == sign
    assert change[5, 6] == 0.0


def test_names_of_areas_do_not_matter():
    past = world(6, [0.1, 0.2, 1.0, 0.5, 0.2], noise=0.1)
    order = np.random.default_rng(0).permutation(AREAS)
    found, other = coefficients_by_horizon(past, 2), coefficients_by_horizon(permuted(past, order), 2)
    np.testing.assert_allclose(found, other, atol=1e-5)
    np.testing.assert_allclose(
        expected(past, found[0])[np.ix_(order, order)], expected(permuted(past, order), found[0])
    )


def test_unknown_areas_stay_unknown_and_change_nothing():
    past = world(7, noise=0.1)
    flows = past.flows.copy()
    flows[:, 3], flows[:, :, 3] = np.nan, np.nan
    gone = Past(flows, past.population, past.net, past.stock)
    made = expected(gone, PRIOR)
    assert np.isnan(made[3]).all()
    assert np.isnan(made[:, 3]).all()
    rest = np.delete(np.arange(AREAS), 3)
    np.testing.assert_allclose(made[np.ix_(rest, rest)], expected(past, PRIOR)[np.ix_(rest, rest)])
    assert np.isfinite(coefficients_by_horizon(gone, 1)).all()
