"""Death rates of the oldest by the coherent Kannisto model.

Thatcher, Kannisto & Vaupel (1998), *The Force of Mortality at Ages 80 to 120*; coherent between the sexes as in
Sevcikova, Li, Kantorova, Gerland & Raftery (2016): one slope for women and men, so that the curves never cross.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.axes import AGE

if TYPE_CHECKING:
    from corridor.axes import Floats
    from corridor.demography.life_table import Width

FIRST_EXTENDED_AGE = 100
OLDEST_AGE = 130
HIGHEST_RATE = 0.999999
"""The model's rates stay below 1; a higher one enters the fit as this."""


def extend_to_oldest(rates: Floats, *, width: Width = 1, fit_from: int = 80) -> Floats:
    """Return rates up to an open group of 130 and over, those from 100 on by the coherent Kannisto model.

    The logit of the rate is a line in age with one intercept a sex and one common slope, fitted by least squares
    to the ages from `fit_from` to 99.

    Parameters
    ----------
    rates : [..., sex, age], deaths per person-year at ages 0, 1, 2, ... (`width` 1) or 0, 1, 5, 10, ... (5), to 99
        or more; what is given from 100 on is replaced
    fit_from : 80 or 90

    Returns
    -------
    [..., sex, 131] for single ages, [..., sex, 28] for 5-year groups
    """
    first = FIRST_EXTENDED_AGE // width + (width == 5)
    fitted = slice(first - (FIRST_EXTENDED_AGE - fit_from) // width, first)
    at = np.arange(fit_from, FIRST_EXTENDED_AGE, width, dtype=float)
    old = np.minimum(rates[..., fitted], HIGHEST_RATE)
    logit = np.log(old) - np.log1p(-old)
    level = logit.mean(axis=AGE, keepdims=True)
    centred = at - at.mean()
    slope = ((logit @ centred) / (centred @ centred)).mean(axis=-1)[..., None, None]
    beyond = np.arange(FIRST_EXTENDED_AGE, OLDEST_AGE + 1, width) - at.mean()
    extended = np.empty((*rates.shape[:AGE], first + beyond.size))
    extended[..., :first] = rates[..., :first]
    extended[..., first:] = 1.0 / (1.0 + np.exp(-(level + slope * beyond)))
    return extended
