"""The policy gate alone: its curve, its calibration, and the experiments that were published."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.drivers.parameters import Beta
from corridor.projection.gate import base_of, irregular_moves, legal_moves, legal_slope

LEGAL_ABLE = 0.44  # of aspiring migrants at baseline policy, Simon et al. 2018
REDIRECTED = 0.25  # "roughly a quarter", the same
ELASTICITY = 0.30  # lawful +10 %, unlawful -3 %, Clemens 2024


def test_the_curve_is_the_designs():
    demand, capacity = np.meshgrid(np.geomspace(1.0, 1e6, 25), np.geomspace(1.0, 1e6, 25))
    np.testing.assert_allclose(
        legal_moves(demand, capacity), demand / (1.0 + (demand / capacity) ** 4) ** 0.25, rtol=1e-14
    )
    step = 1e-4 * capacity
    rise = (legal_moves(demand, capacity + step) - legal_moves(demand, capacity - step)) / (2.0 * step)
    np.testing.assert_allclose(legal_slope(demand, capacity), rise, rtol=1e-5, atol=1e-9)


def test_the_curve_at_its_ends():
    assert legal_moves(np.array(7.0), np.array(np.inf)) == 7.0
    assert legal_moves(np.array(7.0), np.array(0.0)) == 0.0
    assert legal_moves(np.array(0.0), np.array(0.0)) == 0.0
    np.testing.assert_allclose(legal_moves(np.array([1e-300, 1e300]), np.array([1e300, 1e-300])), 1e-300)
    np.testing.assert_allclose(legal_moves(np.array(1e300), np.array(1e300)), 1e300 / 2.0**0.25)
    ends = legal_slope(np.array([7.0, 7.0, 0.0, 1e300]), np.array([0.0, np.inf, 0.0, 1e-300]))
    np.testing.assert_array_equal(ends, [1.0, 0.0, 0.0, 1.0])


@pytest.mark.parametrize("irregular", [0.0, 0.15, 0.9, 1.0])
@pytest.mark.parametrize("unmet", [0.0, 1e-9, 0.4, 0.95])
def test_the_base_returns_the_moves_that_went_in(irregular, unmet):
    moves = np.geomspace(1e-6, 1e8, 40)
    base = base_of(moves, irregular, unmet)
    split = base.split
    np.testing.assert_allclose(legal_moves(split.demand, base.capacity), split.legal, rtol=1e-13)
    np.testing.assert_allclose(split.moves, moves, rtol=3e-16)
    np.testing.assert_allclose(split.irregular, irregular * moves)
    np.testing.assert_allclose(split.unmet, unmet * split.demand, rtol=1e-12, atol=0.0)
    again = irregular_moves(
        split.demand, split.legal, split.legal, split.irregular, redirected=REDIRECTED, elasticity=ELASTICITY
    )
    np.testing.assert_allclose(again, split.irregular, rtol=1e-12)


def _jamaica(redirected=REDIRECTED):
    """100 aspiring migrants of whom 44 can move legally; of the others the redirected share moves irregularly."""
    irregular = redirected * (1.0 - LEGAL_ABLE)
    moves = LEGAL_ABLE + irregular
    return base_of(np.array([100.0 * moves]), irregular / moves, 1.0 - moves).split


def _closing(total: float, redirected: float = REDIRECTED) -> tuple[float, float]:
    """Change of irregular moves, and the share of those kept out who make them, when total moves change by `total`."""
    base = _jamaica(redirected)
    legal = np.linspace(0.0, base.legal[0], 100_001)
    irregular = irregular_moves(
        base.demand,
        legal,
        np.full_like(legal, base.legal[0]),
        base.irregular * np.ones_like(legal),
        redirected=redirected,
        elasticity=ELASTICITY,
    )
    at = int(np.argmin(np.abs((legal + irregular) / base.moves - 1.0 - total)))
    kept_out = base.legal[0] - legal[at]
    more = irregular[at] - base.irregular[0]
    return float(more / base.irregular[0]), float(more / kept_out)


@pytest.mark.parametrize(
    ("route", "total", "unauthorised"), [("family", -0.32, 0.24), ("low-skilled work", -0.21, 0.14)]
)
def test_closing_a_route_moves_people_into_irregular_moves_as_published(route, total, unauthorised):
    """Simon, Schwartz, Hudson & Johnson 2018, PNAS: the total is taken from there, the irregular part must follow.

    The published figures have no interval; ours is 3 percentage points.
    """
    found, share = _closing(total)
    assert found == pytest.approx(unauthorised, abs=0.03), route
    assert 0.10 < share < REDIRECTED


@pytest.mark.parametrize(("total", "unauthorised"), [(-0.32, 0.24), (-0.21, 0.14)])
def test_the_published_response_lies_within_the_priors_range(total, unauthorised):
    low, high = (_closing(total, q)[0] for q in Beta(5.0, 15.0).quantile(np.array([0.05, 0.95])))
    assert low < unauthorised < high


def test_both_routes_together_are_no_more_than_what_is_legal():
    base = _jamaica()
    closed = 0.0
    for total, unauthorised in ((-0.32, 0.24), (-0.21, 0.14)):
        closed += -total * base.moves[0] + unauthorised * base.irregular[0]
    assert closed < base.legal[0]


def test_closing_a_small_route_of_the_skilled_changes_next_to_nothing():
    """Simon et al. 2018: closing student or high-skilled visas, negligible change; q ~ Beta(1, 19)."""
    base = _jamaica()
    q = Beta(1.0, 19.0).quantile(np.array([0.05, 0.5, 0.95]))
    closed = 0.1 * base.legal * np.ones(3)
    more = irregular_moves(
        base.demand,
        base.legal - closed,
        base.legal * np.ones(3),
        base.irregular * np.ones(3),
        redirected=q,
        elasticity=ELASTICITY,
    )
    assert (np.abs(more / base.irregular - 1.0) < 0.04).all()


def test_a_closed_corridor_redirects_at_most_the_redirected_share():
    q = Beta(5.0, 15.0).quantile(np.linspace(0.01, 0.99, 50))
    for irregular in (0.0, 0.02, 0.2, 0.5, 0.9):
        base = base_of(np.full(50, 1000.0), irregular, 0.3).split
        closed = irregular_moves(
            base.demand, 0.0 * base.legal, base.legal, base.irregular, redirected=q, elasticity=ELASTICITY
        )
        redirected = (closed - base.irregular) / base.legal
        assert (redirected <= q + 1e-12).all()
        assert (redirected >= 0.0).all()
        if irregular >= 0.5:
            np.testing.assert_allclose(redirected, q, rtol=0.2)


def test_more_lawful_crossings_mean_fewer_unlawful_ones():
    """Clemens 2024, PIIE WP 24-10: lawful +10 %, unlawful -3 %."""
    for irregular in (0.02, 0.24, 0.7):
        base = base_of(np.array([1000.0]), irregular, 0.4).split
        after = irregular_moves(
            base.demand, 1.1 * base.legal, base.legal, base.irregular, redirected=REDIRECTED, elasticity=ELASTICITY
        )
        assert after[0] / base.irregular[0] - 1.0 == pytest.approx(-0.03, abs=0.002)
