"""Compiled loops of the channels that answer to a trajectory's own people: networks, and the shift of destinations.

`corridor.projection.driving` says the same in NumPy. Letters of the shapes as in `kernels`; stocks are residence first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from corridor.projection.kernels import compiled

if TYPE_CHECKING:
    from corridor.axes import Floats

exact = njit(nogil=True, cache=True, error_model="numpy")

MANTISSA, ONE, BIAS = 0x000FFFFFFFFFFFFF, 0x3FF0000000000000, 1023
WHOLE = 0x4330000000000000
"""Bits of 2^52: a whole number below it, put into the low bits, becomes that float plus 2^52."""
TO_WHOLE = 6755399441055744.0
"""1.5 times 2^52: what is added to it stands in the low bits as a whole number."""
SQRT2, LN2 = 1.4142135623730951, 0.6931471805599453
PER_LN2, PER_12 = 1.0 / LN2, 1.0 / 479001600.0
"""Factors in place of divisions, which take the processor longest; the second is one over 12 factorial."""
BLOCK = 8
"""Columns that are turned to rows together: what the cache takes from memory at once."""


@exact
def power(values: Floats, exponent: float, powers: Floats, scratch: Floats) -> None:
    """Powers of positive numbers [n], exact to about 1e-15: what the processor computes several of at once.

    The library's logarithm and exponential take one number at a time and would cost more than all else in a year. The
    logarithm is the series of 2 atanh((m - 1) / (m + 1)) on sqrt(1/2)..sqrt(2), the exponential Taylor's to degree 12
    on -ln 2 / 2..ln 2 / 2.

    Parameters
    ----------
    scratch : [3, n], overwritten
    """
    bits, mantissa_bits = values.view(np.uint64), scratch[0].view(np.uint64)
    power_of_two, of_two_bits = scratch[1], scratch[1].view(np.uint64)
    mantissa, whole = scratch[0], scratch[2]
    for i in range(len(values)):
        mantissa_bits[i] = (bits[i] & np.uint64(MANTISSA)) | np.uint64(ONE)
        of_two_bits[i] = (bits[i] >> np.uint64(52)) | np.uint64(WHOLE)
    for i in range(len(values)):
        large = mantissa[i] > SQRT2
        m = 0.5 * mantissa[i] if large else mantissa[i]
        two = power_of_two[i] - 4503599627370496.0 - BIAS + (1.0 if large else 0.0)
        s = (m - 1.0) / (m + 1.0)
        z = s * s
        series = 1.0 / 15.0 + z * (1.0 / 17.0 + z * (1.0 / 19.0))
        series = 1.0 / 9.0 + z * (1.0 / 11.0 + z * (1.0 / 13.0 + z * series))
        log = 2.0 * s * (1.0 + z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z * series))))
        times = exponent * (two + log * PER_LN2)
        whole[i] = np.floor(times + 0.5)
        powers[i] = (times - whole[i]) * LN2
    for i in range(len(values)):
        whole[i] += TO_WHOLE
    shifted = scratch[2].view(np.uint64)
    for i in range(len(values)):
        of_two_bits[i] = (shifted[i] << np.uint64(52)) + np.uint64(ONE)
    for i in range(len(values)):
        x = powers[i]
        tail = 1.0 / 40320.0 + x * (1.0 / 362880.0 + x * (1.0 / 3628800.0 + x * (1.0 / 39916800.0 + x * PER_12)))
        tail = 1.0 / 24.0 + x * (1.0 / 120.0 + x * (1.0 / 720.0 + x * (1.0 / 5040.0 + x * tail)))
        powers[i] = power_of_two[i] * (1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x * tail))))


@exact
def network_factors(stock: Floats, beside: Floats, per_base: Floats, elasticity: float, factors: Floats) -> None:
    """Pull of one's own people abroad: ((beside + stock) / base presence)^elasticity, into `factors` [o, d].

    Parameters
    ----------
    stock : [d, o], people born in o who live in d, persons
    beside, per_base : [d, o], see `corridor.drivers.channels.network.presence`; the second is one over the base's
    """
    areas = len(stock)
    ratio, scratch, rows = np.empty(areas), np.empty((3, areas)), np.empty((BLOCK, areas))
    for first in range(0, areas, BLOCK):
        last = min(first + BLOCK, areas)
        for d in range(first, last):
            for o in range(areas):
                ratio[o] = (beside[d, o] + stock[d, o]) * per_base[d, o]
            power(ratio, elasticity, rows[d - first], scratch)
        for d in range(first, last):
            for o in range(areas):
                factors[o, d] = rows[d - first, o]


@compiled
def attract(table: Floats, usual: Floats, pull: Floats, factors: Floats | None, attracted: Floats) -> None:
    """Shift a table [o, d] towards destinations, the sum of every origin unchanged, into `attracted` [o, d].

    Parameters
    ----------
    usual : [o], sums that rows are brought to
    pull : [d], factors
    factors : [o, d], more factors, or None
    """
    areas = len(pull)
    for o in range(areas):
        row, shifted = table[o], attracted[o]
        total = 0.0
        if factors is None:
            for d in range(areas):
                shifted[d] = row[d] * pull[d]
        else:
            for d in range(areas):
                shifted[d] = row[d] * pull[d] * factors[o, d]
        for d in range(areas):
            total += shifted[d]
        scale = usual[o] / total if total > 0.0 else 0.0
        for d in range(areas):
            shifted[d] *= scale
