"""Flows from the differences of two migrant stocks: births, deaths and onward moves are left out.

Beine, Bertoli and Fernández-Huertas Moraga 2016 (The World Economy 39:4); Bertoli and Fernández-Huertas Moraga 2015;
Beine and Parsons 2015 (Scandinavian Journal of Economics 117:2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from corridor.estimate.own.checked import checked_arrays, require_choice

if TYPE_CHECKING:
    from corridor.axes import Floats

Decreases: TypeAlias = Literal["drop", "reverse"]


def stock_differences(start: Floats, end: Floats, *, decreases: Decreases = "reverse", natives: bool = False) -> Floats:
    """Estimate flows as what migrant stocks gained.

    Parameters
    ----------
    start, end : [birthplace, residence], people at two dates
    decreases : what a stock that fell stands for: a return from the residence to the birthplace ("reverse"), or nothing
        ("drop")
    natives : keep the change of those who live where they were born, on the diagonal

    Returns
    -------
    [orig, dest], people who moved between the dates

    Raises
    ------
    InputError
        If shapes disagree, a count is negative or not finite, or `decreases` is none of its words.
    """
    require_choice("decreases", decreases, get_args(Decreases))
    start, end = checked_arrays(("start", start, "area area"), ("end", end, "area area"))
    change = end - start
    flows: Floats = np.maximum(change, 0.0)
    if decreases == "reverse":
        flows += np.maximum(-change, 0.0).T
    if not natives:
        np.fill_diagonal(flows, 0.0)
    return flows
