"""Making numbers add up: net migration that sums to zero, and whole numbers with a given sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from corridor.errors import InputError, Problem
from corridor.estimate.own.checked import checked_arrays, is_real, require_choice

if TYPE_CHECKING:
    from corridor.axes import Floats

NO_SUM = 1e-15
"""Part of the absolute numbers that rounding leaves of a sum that is zero."""
Rescaling: TypeAlias = Literal["no-switches", "switches"]


def rescale_net(net: Floats, *, method: Rescaling = "no-switches", weights: Floats | None = None) -> Floats:
    """Make net migration sum to zero (Abel 2018, Demographic Research 38:54).

    Parameters
    ----------
    net : [area], persons
    method : "no-switches" scales gains and losses, each by one factor, so that both come to half of the absolute total,
        and no area changes sign; "switches" takes the mean off every area
    weights : [area], positive: the weighted sum becomes zero instead

    Raises
    ------
    InputError
        If shapes disagree, a number is not finite, a weight is not positive, or no area gains (or none loses) and
        "no-switches" cannot help.
    """
    require_choice("method", method, get_args(Rescaling))
    given = np.ones(np.shape(net)) if weights is None else weights
    net, weights = checked_arrays(("net", net, "area"), ("weights", given, "area"), signed=("net",))
    if not weights.all():
        raise InputError(Problem("a weight is not above zero", "Leave out areas without weight", file="weights"))
    if method == "switches":
        rescaled: Floats = net - (weights @ net) / weights.sum()
        return rescaled
    gains, losses = float(weights @ np.maximum(net, 0.0)), float(weights @ np.maximum(-net, 0.0))
    if gains == losses:
        return net.copy()
    if not gains * losses:
        remedy = 'Use method="switches", or check the signs'
        raise InputError(Problem("all areas gain, or all lose", remedy, file="net", value=(gains, -losses)))
    half = (gains + losses) / 2
    return np.where(net > 0, net * half / gains, net * half / losses)


def whole_numbers(values: Floats, total: float | None = None) -> Floats:
    """Round numbers so that their sum is right: down, and those with the largest remainders up (Hamilton's method).

    The result depends on nothing but the numbers: of equal remainders the first goes up. No number moves by one or
    more.

    Parameters
    ----------
    values : [item], of any sign
    total : whole number that they are first scaled to, in proportion; None keeps their own sum, rounded

    Returns
    -------
    [item], whole numbers as floats

    Raises
    ------
    InputError
        If a number is not finite, the total is not whole, or the numbers sum to zero and shall sum to something else.
    """
    (exact,) = checked_arrays(("values", values, "item"), signed=("values",))
    if total is not None:
        exact = _scaled(exact, total)
    lower = np.floor(exact)
    missing = round(float(exact.sum())) - int(lower.sum())
    order = np.argsort(-(exact - lower), kind="stable")
    lower[order[:missing]] += 1.0
    return lower


def _scaled(values: Floats, total: float) -> Floats:
    found = float(values.sum())
    if not is_real(total) or not np.isfinite(total) or float(total) != round(total):
        raise InputError(
            Problem("the total of whole numbers is not whole", "Round the total", column="total", value=total)
        )
    if abs(found) <= NO_SUM * float(np.abs(values).sum()):
        found = 0.0
    if total and not found:
        raise InputError(Problem("the numbers sum to zero and cannot be scaled to a total", "Check them", value=found))
    return values * (total / found) if found else values
