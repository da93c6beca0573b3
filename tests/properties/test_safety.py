"""Laws of the exposure of irregular moves: ordered ranges, nothing from nothing, more from more."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corridor.analysis.safety import DeathRisk, exposure, safety_bounds, safety_draws

MOVES = arrays(np.float64, (1, 3, 2), elements=st.floats(0.0, 1e7))
RISKS = arrays(np.float64, (2, 2), elements=st.floats(1e-7, 1.0)).map(lambda ends: np.sort(ends, axis=0))
SEEDS = st.integers(0, 2**32 - 1)


def _risk(ends):
    return DeathRisk(ends[0], ends[1], np.ones(2))


@given(MOVES, RISKS, SEEDS)
def test_draws_lie_within_the_stated_ranges(moves, ends, seed):
    stated, drawn = (
        exposure(moves, _risk(ends), safety_bounds()),
        exposure(moves, _risk(ends), safety_draws(range(4), seed)),
    )
    for one, many in ((stated.revenue, drawn.revenue), (stated.deaths, drawn.deaths)):
        slack = 1e-12 * one[2]
        assert (one[0] <= one[1] + slack).all()
        assert (one[1] <= one[2] + slack).all()
        assert (many >= one[0] - slack).all()
        assert (many <= one[2] + slack).all()


@given(RISKS)
def test_no_irregular_moves_no_revenue_no_deaths(ends):
    found = exposure(np.zeros((1, 3, 2)), _risk(ends), safety_bounds())
    assert not found.revenue.any()
    assert not found.deaths.any()


@given(MOVES, RISKS, st.floats(0.0, 1.0))
def test_fewer_irregular_moves_never_mean_more_of_either(moves, ends, share):
    more, fewer = (exposure(each, _risk(ends), safety_bounds()) for each in (moves, share * moves))
    assert (fewer.revenue <= more.revenue).all()
    assert (fewer.deaths <= more.deaths).all()
    assert (more.deaths <= moves * (1.0 + 1e-12)).all()
