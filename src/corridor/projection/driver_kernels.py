"""Compiled loops of the channels that answer to a trajectory's own people: networks, and the shift of destinations.

`corridor.projection.driving` says the same in NumPy. Letters of the shapes as in `kernels`; stocks are residence first.
"""

# ruff: noqa: PLR0917 - compiled functions cannot have arguments that are keywords only
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from corridor.projection.kernels import compiled, part, total_of
from corridor.projection.stock_kernels import BLOCK, want_of_origin

if TYPE_CHECKING:
    from corridor.axes import Floats

exact = njit(nogil=True, cache=True, error_model="numpy")

MANTISSA, ONE, BIAS = 0x000FFFFFFFFFFFFF, 0x3FF0000000000000, 1023
WHOLE, OF_WHOLE = 0x4330000000000000, 4503599627370496.0
"""Bits of 2^52, and itself: a whole number below it, put into the low bits, becomes that float plus 2^52."""
TO_WHOLE = 6755399441055744.0
"""1.5 times 2^52: what is added to it stands in the low bits as a whole number."""
SQRT2, LN2 = 1.4142135623730951, 0.6931471805599453
PER_LN2, PER_12 = 1.0 / LN2, 1.0 / 479001600.0
"""Factors in place of divisions, which take the processor longest; the second is one over 12 factorial."""


@exact
def power(values: Floats, exponent: float, powers: Floats, scratch: Floats) -> None:
    """Powers of positive numbers [n], exact to about 1e-15: what the processor computes several of at once.

    The library's logarithm and exponential take one number at a time and would cost more than all else in a year. The
    logarithm is the series of 2 atanh((m - 1) / (m + 1)) on sqrt(1/2)..sqrt(2), the exponential Taylor's to degree 12
    on -ln 2 / 2..ln 2 / 2. Terms are added in pairs, so that the processor need not wait for one to add the next.

    Parameters
    ----------
    scratch : [2, n], overwritten
    """
    bits, mantissa, mantissa_bits = values.view(np.uint64), scratch[0], scratch[0].view(np.uint64)
    whole, whole_bits = scratch[1], scratch[1].view(np.uint64)
    for i in range(len(values)):
        mantissa_bits[i] = (bits[i] & np.uint64(MANTISSA)) | np.uint64(ONE)
    for i in range(len(values)):
        whole_bits[i] = (bits[i] >> np.uint64(52)) | np.uint64(WHOLE)
    for i in range(len(values)):
        large = mantissa[i] > SQRT2
        m = 0.5 * mantissa[i] if large else mantissa[i]
        two = whole[i] - (OF_WHOLE + BIAS) + (1.0 if large else 0.0)
        s = (m - 1.0) / (m + 1.0)
        z = s * s
        z2 = z * z
        few = (1.0 / 3.0 + z * (1.0 / 5.0)) + z2 * (1.0 / 7.0 + z * (1.0 / 9.0))
        more = (1.0 / 11.0 + z * (1.0 / 13.0)) + z2 * (1.0 / 15.0 + z * (1.0 / 17.0))
        log = 2.0 * s * (1.0 + z * (few + z2 * z2 * (more + z2 * z2 * (1.0 / 19.0))))
        times = exponent * (two + log * PER_LN2)
        near = np.floor(times + 0.5)
        whole[i] = near + TO_WHOLE
        powers[i] = (times - near) * LN2
    for i in range(len(values)):
        mantissa_bits[i] = (whole_bits[i] << np.uint64(52)) + np.uint64(ONE)
    for i in range(len(values)):
        x = powers[i]
        x2 = x * x
        few = (1.0 + x) + x2 * (0.5 + x * (1.0 / 6.0))
        more = (1.0 / 24.0 + x * (1.0 / 120.0)) + x2 * (1.0 / 720.0 + x * (1.0 / 5040.0))
        tail = (1.0 / 40320.0 + x * (1.0 / 362880.0)) + x2 * (1.0 / 3628800.0 + x * (1.0 / 39916800.0))
        powers[i] = mantissa[i] * (few + x2 * x2 * (more + x2 * x2 * (tail + x2 * x2 * PER_12)))


@compiled
def want_driven(
    outward: Floats,
    shock: Floats,
    fading: float,
    return_rate: Floats,
    transit_rate: Floats,
    displaced_return_rate: float,
    exposure: Floats,
    sensitivity: float,
    factors: Floats,
    push: Floats,
    more_push: Floats,
    pull: Floats,
    usual: Floats,
    usual_transit: Floats,
    attraction: Floats,
    own_stock: Floats,
    beside: Floats,
    per_base: Floats,
    elasticity: float,
    stock: Floats,
    displaced: Floats,
    moves: Floats,
    returns: Floats,
    transits: Floats,
    scale: Floats,
    totals: Floats,
) -> None:
    """Do as `stock_kernels.want_by_birthplace`, outward moves and transits shifted towards destinations.

    The sum of every origin stays. Outward moves are shifted by the pull of one's own people abroad too:
    ((beside + stock) / base presence)^elasticity.

    Parameters
    ----------
    outward, ..., pull; stock, ..., totals : as there
    sensitivity : power of the exposure to which outward moves go
    more_push : [o], factors of the channels on outward moves
    usual, usual_transit : [o], sums of outward moves and of transit rates
    attraction : [d], factors of the channels on destinations
    own_stock : [d, o], people born in o who live in d, persons
    beside, per_base : [o, d], see `corridor.drivers.channels.network.presence`; the second is one over the base's
    """
    areas = len(pull)
    plain = 1.0 / factors
    pulled = pull * plain
    ratio, power_of, scratch, turned = np.empty(areas), np.empty(areas), np.empty((2, areas)), np.empty((BLOCK, areas))
    foreign = np.empty(areas)
    for o in range(areas):  # apart: a stock that is read row by row is at hand when its columns are
        foreign[o] = total_of(stock[o]) - stock[o, o]
    for first in range(0, areas, BLOCK):
        last = min(first + BLOCK, areas)
        for of_block in range(last - first):
            for d in range(areas):
                turned[of_block, d] = own_stock[d, first + of_block]
        for o in range(first, last):
            row, on, of_base, onward = moves[o], transits[o], outward[o], transit_rate[o]
            _draw(of_base, attraction, row)
            _draw(onward, attraction, on)
            if elasticity != 0.0:
                _add_up(turned[o - first], beside[o], per_base[o], ratio)
                power(ratio, elasticity, power_of, scratch)
                _draw(row, power_of, row)
            drawn, drawn_on = total_of(row), total_of(on)
            exposed = exposure[o] ** sensitivity * more_push[o]
            share = exposed * usual[o] / drawn if drawn > 0.0 else 0.0
            onward_share = foreign[o] * usual_transit[o] / drawn_on if drawn_on > 0.0 else 0.0
            totals[o], scale[o] = want_of_origin(
                o,
                push[o] * factors[o],
                plain,
                pulled,
                share,
                shock[o],
                fading,
                return_rate[o],
                onward_share,
                displaced_return_rate,
                stock[o],
                displaced[o],
                row,
                returns[o],
                on,
            )


@part
def _draw(moves: Floats, factors: Floats, drawn: Floats) -> None:
    for d in range(len(drawn)):
        drawn[d] = moves[d] * factors[d]


@part
def _add_up(abroad: Floats, beside: Floats, per: Floats, ratio: Floats) -> None:
    for d in range(len(ratio)):
        ratio[d] = (beside[d] + abroad[d]) * per[d]
