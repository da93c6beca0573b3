"""Laws of reading normal values through bands, on bands of any shape."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corridor.projection.paths import FURTHEST, NORMAL_80, NORMAL_95, Bands, through_bands

widths = st.floats(0.01, 10.0)
bands = st.tuples(st.floats(-5.0, 90.0), widths, widths, widths, widths).map(
    lambda b: Bands(np.array([[b[0]]]), b[0] + np.array([[[-b[1], b[2], -b[1] - b[3], b[2] + b[4]]]]))
)
normals = st.floats(-8.0, 8.0)


def _at(of, *values):
    return through_bands(of, np.array(values).reshape(-1, 1, 1))[:, 0, 0]


@given(bands)
def test_the_bounds_are_met(of):
    found = _at(of, 0.0, -NORMAL_80, NORMAL_80, -NORMAL_95, NORMAL_95)
    np.testing.assert_allclose(found, [of.median[0, 0], *of.bounds[0, 0]], rtol=1e-9, atol=1e-9)
    assert found[0] == of.median[0, 0]


@given(bands, normals, normals)
def test_higher_values_are_never_read_lower(of, one, other):
    low, high = _at(of, *sorted((one, other)))
    assert low <= high + 1e-9


@given(bands, st.floats(FURTHEST, 50.0))
def test_nothing_goes_beyond_the_furthest(of, far):
    assert np.array_equal(_at(of, -far, far), _at(of, -FURTHEST, FURTHEST))
