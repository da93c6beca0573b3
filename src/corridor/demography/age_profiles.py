"""What an age profile of migration looks like, and the Rogers-Castro curve that fits it.

The indices of an observed profile are those of Bell, Blake, Boyle, Duke-Williams, Rees, Stillwell and Hugo (2002, *JRSS
A* 165: 435-464), Bell and Muhidin (2009, UNDP HDRP 2009/30) and Bernard, Bell and Charles-Edwards (2014, *Population
and Development Review* 40: 213-239); those of a curve are of Rogers and Castro (1981, IIASA RR-81-30).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from corridor.demography.schedules import RogersCastro, rogers_castro, rogers_castro_parts
from corridor.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal, TypeAlias

    from corridor.axes import Booleans, Floats
    from corridor.demography.schedules import Part

    Components: TypeAlias = Literal[7, 9, 11, 13]

YOUNGEST, OLDEST = 5.0, 65.0
"""Ages between which the peak and the steepest steps are looked for: not among children, who move with their parents,
nor among the old, where few people are counted (our judgement)."""
HALF_WIDTH = 5.0
"""Years on either side of the peak that count as its breadth."""

PARTS: Mapping[Part, tuple[str, ...]] = {
    "childhood": ("a1", "alpha1"),
    "labour force": ("a2", "alpha2", "lambda2", "mu2"),
    "constant": ("c",),
    "retirement": ("a3", "alpha3", "lambda3", "mu3"),
    "late rise": ("a4", "lambda4"),
}
"""The parameters of each part of a Rogers-Castro curve, its level first."""
MODELS: Mapping[Components, tuple[Part, ...]] = {
    7: ("childhood", "labour force", "constant"),
    9: ("childhood", "labour force", "constant", "late rise"),
    11: ("childhood", "labour force", "constant", "retirement"),
    13: ("childhood", "labour force", "constant", "retirement", "late rise"),
}
LEVELS = {name: (1e-6, 1e6) for name, *_ in PARTS.values()} | {"a3": (1e-12, 1e6), "a4": (1e-18, 1e6)}
"""Range of the levels of the parts, over the mean intensity: at the lower end a part is nothing, whatever its shape
(our judgement)."""
SHAPES = {
    "alpha1": (0.005, 1.5),
    "alpha2": (0.005, 1.5),
    "lambda2": (0.02, 4.0),
    "mu2": (10.0, 45.0),
    "alpha3": (0.02, 1.5),
    "lambda3": (0.02, 4.0),
    "mu3": (50.0, 85.0),
    "lambda4": (0.005, 0.3),
}
"""Ranges of the parameters of shape, in years and per year (our judgement)."""
CHILDHOOD_STARTS = (0.05, 0.166)
LABOUR_STARTS = ((0.095, 0.197), (0.1, 0.4), (0.06, 0.8), (0.25, 0.25))
"""Descent and ascent of the labour-force peak to start from: the UN's families, the fundamental curve of Rogers and
Castro (1981), and two that are steeper up and less steep (our judgement)."""
RETIREMENT_STARTS = tuple((*steepness, place) for steepness in ((0.1, 0.2), (0.5, 0.7)) for place in (58.0, 64.0, 70.0))
LATE_STARTS = (0.02, 0.06)
BEST_STARTS = 4
MOST_EVALUATIONS = 400
PRECISION = 1e-12
EXACT = 1e-6
"""Deviation from the curve, over the mean intensity, that counts as none."""
NEAR_LIMIT = 1e-3
"""Distance of a logarithm to an end of its range that counts as standing there."""
LEAST_FITTED = 1e-9
"""Least expected intensity, over the mean intensity, so that a count where the curve has vanished stays possible."""


@dataclass(frozen=True, slots=True)
class AgeProfile:
    """The shape of an age profile. Intensities are in the unit given, shares between 0 and 1, ages in years.

    Attributes
    ----------
    gross_rate : gross migraproduction rate, the sum of the intensities over all ages (Rogers 1975): moves in a life
    peak_intensity, peak_age : the highest intensity, and its age
    breadth : sum of the intensities from five years before the peak to five years after it
    share : the same over the gross rate
    rise_age, fall_age : the ages reached by the steepest rise and the steepest fall from one age to the next
    asymmetry : `rise_age` over `fall_age`
    """

    gross_rate: float
    peak_intensity: float
    peak_age: float
    breadth: float
    share: float
    rise_age: float
    fall_age: float
    asymmetry: float


@dataclass(frozen=True, slots=True)
class CurveShape:
    """The shape of a Rogers-Castro curve, by its parameters (Rogers and Castro 1981).

    Attributes
    ----------
    peaking : mu2, years
    child_dependency : a1 / a2
    labour_dependency : a2 / a1
    labour_asymmetry : lambda2 / alpha2
    regularity : alpha1 / alpha2, 1 where children's intensities fall as their parents' do
    """

    peaking: float
    child_dependency: float
    labour_dependency: float
    labour_asymmetry: float
    regularity: float


def age_profile(
    ages: Floats,
    intensities: Floats,
    *,
    youngest: float = YOUNGEST,
    oldest: float = OLDEST,
    half_width: float = HALF_WIDTH,
) -> AgeProfile:
    """Return the shape of an observed age profile.

    Parameters
    ----------
    ages : [age], consecutive single years, ascending
    intensities : [age], moves over people at risk
    youngest, oldest : ages between which the peak and the steepest steps are looked for, both included
    half_width : years on either side of the peak that count as its breadth

    Raises
    ------
    InputError
        If the ages are not consecutive single years with two of them between `youngest` and `oldest`, an intensity is
        negative or not finite, or nobody moves between these ages.
    """
    years, rates = np.asarray(ages, dtype=np.float64), np.asarray(intensities, dtype=np.float64)
    adult = (years >= youngest) & (years <= oldest)
    problems = _profile_problems(years, rates, adult)
    if problems:
        raise InputError(problems)
    peak = int(np.argmax(np.where(adult, rates, -1.0)))
    steps = np.diff(rates[adult])
    rise_age, fall_age = (float(years[adult][1:][place]) for place in (steps.argmax(), steps.argmin()))
    gross = float(rates.sum())
    breadth = float(rates[np.abs(years - years[peak]) <= half_width].sum())
    return AgeProfile(
        gross_rate=gross,
        peak_intensity=float(rates[peak]),
        peak_age=float(years[peak]),
        breadth=breadth,
        share=breadth / gross,
        rise_age=rise_age,
        fall_age=fall_age,
        asymmetry=rise_age / fall_age,
    )


def curve_shape(parameters: RogersCastro) -> CurveShape:
    """Return the shape of a Rogers-Castro curve that has childhood and a labour-force peak."""
    p = parameters
    return CurveShape(p.mu2, p.a1 / p.a2, p.a2 / p.a1, p.lambda2 / p.alpha2, p.alpha1 / p.alpha2)


@dataclass(frozen=True, slots=True)
class RogersCastroFit:
    """A Rogers-Castro curve fitted to intensities by age.

    Attributes
    ----------
    parameters : the fitted curve, in the unit of the intensities
    standard_errors : of each parameter; nan where it was not fitted or stands at an end of its range
    names : the parameters fitted, in the order of `covariance`
    covariance : [parameter, parameter], of the estimates; nan as in `standard_errors`
    fitted : [age], the curve
    residuals : [age], observed less fitted
    dispersion : with exposure, Pearson's statistic over its degrees of freedom, 1 where counts vary as Poisson counts
        do; without, the variance of the intensities around the curve
    converged : whether the best fit came to a halt by itself
    at_limits : parameters at an end of the range searched, so not settled by the data
    unsupported : parts that the data do not call for: left out one after another, the least needed first, they do not
        make the Bayesian information criterion worse
    """

    parameters: RogersCastro
    standard_errors: RogersCastro
    names: tuple[str, ...]
    covariance: Floats
    fitted: Floats
    residuals: Floats
    dispersion: float
    converged: bool
    at_limits: tuple[str, ...]
    unsupported: tuple[Part, ...]


def fit_rogers_castro(
    ages: Floats, intensities: Floats, *, components: Components = 7, exposure: Floats | None = None
) -> RogersCastroFit:
    """Fit a Rogers-Castro curve to intensities by age.

    With exposure the moves are Poisson counts and the fit has the greatest likelihood; standard errors grow with the
    square root of the dispersion where it is above 1. Without, squared deviations are least and all ages weigh alike.
    The logarithms of the parameters are searched, from several fixed starts, and the best end is taken. Standard errors
    come from the information at that end by the delta method.

    Parameters
    ----------
    ages : [age], years at which the curve is compared, of any spacing
    intensities : [age], moves over people at risk
    components : number of parameters: 7; 9 with the late rise; 11 with the retirement peak; 13 with both
    exposure : [age], people at risk

    Raises
    ------
    InputError
        If shapes disagree, an age or intensity is negative or not finite, nobody moves, an exposure is not positive, or
        there are not more ages than parameters.
    """
    observed = _observed(ages, intensities, exposure, components)
    parts = MODELS[components]
    search = _search(observed, parts)
    return _report(observed, search, _unsupported(observed, search, parts))


@dataclass(frozen=True, slots=True)
class _Observed:
    """What is fitted: intensities over their mean, `scale`, and exposure times it, so that their product is moves."""

    ages: Floats
    rates: Floats
    exposure: Floats | None
    scale: float


@dataclass(frozen=True, slots=True)
class _Search:
    """Where a search ended: the logarithms of the parameters, and the sum of squares or the deviance there."""

    names: tuple[str, ...]
    logs: Floats
    deviance: float
    converged: bool


def _profile_problems(years: Floats, rates: Floats, adult: Booleans) -> list[Problem]:
    if years.ndim != 1 or years.shape != rates.shape:
        found = (years.shape, rates.shape)
        return [Problem("the numbers of ages and of intensities differ", "Give two arrays of one length", value=found)]
    problems = _rate_problems(rates, "intensity")
    if (np.diff(years) != 1.0).any():
        problems.append(
            Problem("the ages are not consecutive single years", "Sort them, and graduate age groups first")
        )
    if adult.sum() < 2:
        problems.append(Problem("fewer than two ages lie between the youngest and the oldest", "Widen the range"))
    elif not (rates[adult] > 0).any():
        problems.append(Problem("nobody moves between the youngest and the oldest age", "Widen the range"))
    return problems


def _rate_problems(rates: Floats, name: str) -> list[Problem]:
    return [
        Problem(f"an {name} is negative or not finite", "Correct it", row=int(place), value=float(rates[place]))
        for place in np.flatnonzero(~(np.isfinite(rates) & (rates >= 0)))
    ]


def _observed(ages: Floats, intensities: Floats, exposure: Floats | None, components: Components) -> _Observed:
    years, rates = np.asarray(ages, dtype=np.float64), np.asarray(intensities, dtype=np.float64)
    people = None if exposure is None else np.asarray(exposure, dtype=np.float64)
    problems = _fit_problems(years, rates, people, components)
    if problems:
        raise InputError(problems)
    scale = float(rates.mean())
    return _Observed(years, rates / scale, None if people is None else people * scale, scale)


def _fit_problems(years: Floats, rates: Floats, people: Floats | None, components: Components) -> list[Problem]:
    if components not in MODELS:
        return [
            Problem(
                "no curve has this number of parameters, only 7, 9, 11 or 13", "Choose one of them", value=components
            )
        ]
    if years.ndim != 1 or rates.shape != years.shape or (people is not None and people.shape != years.shape):
        return [Problem("the numbers of ages, intensities and exposures differ", "Give arrays of one length")]
    problems = _rate_problems(rates, "intensity") + _rate_problems(years, "age")
    if people is not None and not (np.isfinite(people) & (people > 0)).all():
        problems.append(Problem("an exposure is not finite and positive", "Leave ages without people out"))
    if len(years) <= components:
        problems.append(Problem("there are no more ages than parameters", "Fit fewer components", value=len(years)))
    if not problems and not rates.any():
        problems.append(Problem("nobody moves", "Give an intensity above zero"))
    return problems


def _names(parts: tuple[Part, ...]) -> tuple[str, ...]:
    return tuple(name for part in parts for name in PARTS[part])


def _curve(names: tuple[str, ...], values: Floats, other: float = 0.0) -> RogersCastro:
    """Return the values under their names, `other` for the rest."""
    given = dict(zip(names, values.tolist(), strict=True))
    return RogersCastro(**{field.name: given.get(field.name, other) for field in fields(RogersCastro)})


def _search(observed: _Observed, parts: tuple[Part, ...]) -> _Search:
    """Return the best end of the searches from the most promising starts."""
    from scipy.optimize import least_squares  # noqa: PLC0415 - slow to import, and only a fit needs it

    names = _names(parts)
    lower, upper = np.log([(LEVELS | SHAPES)[name] for name in names]).T

    def deviations(logs: Floats) -> Floats:
        """Return what is squared and summed; shape (age,)."""
        return _deviations(observed, names, logs)[0]

    def slopes(logs: Floats) -> Floats:
        """Return its derivatives; shape (age, parameter)."""
        return _deviations(observed, names, logs)[1]

    ends = [
        least_squares(
            deviations,
            start,
            jac=slopes,
            bounds=(lower, upper),
            x_scale="jac",
            max_nfev=MOST_EVALUATIONS,
            ftol=PRECISION,
            xtol=PRECISION,
            gtol=PRECISION,
        )
        for start in _starts(observed, parts)
    ]
    best = min(ends, key=lambda end: float(end.cost))
    return _Search(names, best.x, 2.0 * float(best.cost), bool(best.success))


def _deviations(observed: _Observed, names: tuple[str, ...], logs: Floats) -> tuple[Floats, Floats]:
    """Return what is squared and summed, [age], and its derivatives, [age, parameter].

    With exposure these are the signed roots of the Poisson deviance, whose squares sum to twice the lack of likelihood.
    """
    parameters = _curve(names, np.exp(logs))
    fitted = np.maximum(rogers_castro(observed.ages, parameters), LEAST_FITTED)
    slopes = _slopes(observed.ages, parameters, names)
    if observed.exposure is None:
        return observed.rates - fitted, -slopes
    excess = observed.rates / fitted - 1.0
    root = np.sqrt(_deviance_ratio(excess))
    spread = np.sqrt(observed.exposure * fitted)
    return spread * excess * root, -slopes * (observed.exposure / (spread * root))[:, None]


def _deviance_ratio(excess: Floats) -> Floats:
    """Return the Poisson deviance over Pearson's statistic, 2 ((1 + u) ln(1 + u) - u) / u^2, also about u = 0."""
    from scipy.special import xlog1py  # noqa: PLC0415 - slow to import, and only a fit needs it

    near = np.abs(excess) < 0.01
    small, large = np.where(near, excess, 0.0), np.where(near, 1.0, excess)
    series = np.polynomial.polynomial.polyval(small, [2 * (-1) ** k / ((k + 1) * (k + 2)) for k in range(8)])
    ratio: Floats = np.where(near, series, 2.0 * (xlog1py(1.0 + large, large) - large) / large**2)
    return ratio


def _slopes(ages: Floats, parameters: RogersCastro, names: tuple[str, ...]) -> Floats:
    """Return the derivatives of the curve by the logarithms of its parameters, [age, parameter]."""
    p, parts = parameters, rogers_castro_parts(ages, parameters)
    childhood, late = parts["childhood"], parts["late rise"]
    slopes = {"a1": childhood, "alpha1": -p.alpha1 * ages * childhood, "c": parts["constant"]}
    slopes |= {"a4": late, "lambda4": p.lambda4 * ages * late}
    labour, retirement = (p.alpha2, p.lambda2, p.mu2), (p.alpha3, p.lambda3, p.mu3)
    slopes |= dict(zip(PARTS["labour force"], _peak_slopes(ages, parts["labour force"], *labour), strict=True))
    slopes |= dict(zip(PARTS["retirement"], _peak_slopes(ages, parts["retirement"], *retirement), strict=True))
    return np.stack([slopes[name] for name in names], axis=1)


def _peak_slopes(
    ages: Floats, peak: Floats, descent: float, ascent: float, place: float
) -> tuple[Floats, Floats, Floats, Floats]:
    distance = ages - place
    rising = ascent * np.exp(-ascent * distance)
    return peak, -descent * distance * peak, rising * distance * peak, place * (descent - rising) * peak


def _starts(observed: _Observed, parts: tuple[Part, ...]) -> list[Floats]:
    """Return the most promising starts: shapes from lists, with the levels that fit best and are not negative."""
    from scipy.optimize import nnls  # noqa: PLC0415 - slow to import, and only a fit needs it

    weights = np.ones_like(observed.rates)
    if observed.exposure is not None:
        weights = np.sqrt(observed.exposure / np.maximum(observed.rates, 0.1))
    found = []
    for shapes in _starting_shapes(observed, parts):
        ones = _curve(_names(parts), np.array([shapes.get(name, 1.0) for name in _names(parts)]))
        columns = rogers_castro_parts(observed.ages, ones)
        design = np.stack([columns[part] for part in parts], axis=1)
        heights, misfit = nnls(design * weights[:, None], observed.rates * weights)
        levels = {PARTS[part][0]: max(float(height), 1e-3) for part, height in zip(parts, heights, strict=True)}
        found.append((misfit, np.log([(shapes | levels)[name] for name in _names(parts)])))
    return [start for _, start in sorted(found, key=lambda each: each[0])[:BEST_STARTS]]


def _starting_shapes(observed: _Observed, parts: tuple[Part, ...]) -> list[dict[str, float]]:
    peak = _young_peak(observed)
    labour = [
        (descent, ascent, float(np.clip(peak - np.log(ascent / descent) / ascent + shift, 12.0, 40.0)))
        for (descent, ascent), shift in product(LABOUR_STARTS, (-3.0, 0.0, 3.0))
    ]
    choices: dict[Part, list[tuple[float, ...]]] = {
        "childhood": [(descent,) for descent in CHILDHOOD_STARTS],
        "labour force": list(labour),
        "constant": [()],
        "retirement": list(RETIREMENT_STARTS),
        "late rise": [(ascent,) for ascent in LATE_STARTS],
    }
    shapes = [name for part in parts for name in PARTS[part][1:]]
    return [
        dict(zip(shapes, (value for values in chosen for value in values), strict=True))
        for chosen in product(*(choices[part] for part in parts))
    ]


def _young_peak(observed: _Observed) -> float:
    """Return the age of the highest intensity between 15 and 45, or 25 where no age is given there."""
    young = (observed.ages >= 15.0) & (observed.ages <= 45.0)
    return float(observed.ages[young][observed.rates[young].argmax()]) if young.any() else 25.0


def _dispersion(observed: _Observed, search: _Search) -> float:
    """Return Pearson's statistic, or the sum of squares, over the degrees of freedom."""
    freedom = len(observed.ages) - len(search.names)
    if observed.exposure is None:
        return search.deviance / freedom
    fitted = np.maximum(rogers_castro(observed.ages, _curve(search.names, np.exp(search.logs))), LEAST_FITTED)
    return float((observed.exposure * (observed.rates - fitted) ** 2 / fitted).sum()) / freedom


def _criterion(observed: _Observed, search: _Search, dispersion: float) -> float:
    """Return the Bayesian information criterion; of counts for the dispersion of the whole curve."""
    ages = len(observed.ages)
    if observed.exposure is None:
        misfit = ages * float(np.log(max(search.deviance / ages, EXACT**2)))
    else:
        misfit = search.deviance / max(dispersion, 1.0)
    return misfit + len(search.names) * float(np.log(ages))


def _unsupported(observed: _Observed, search: _Search, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Leave parts out, the least needed first, while the information criterion does not get worse."""
    dispersion = _dispersion(observed, search)
    best = _criterion(observed, search, dispersion)
    kept = parts
    while len(kept) > 1:
        fewer = [tuple(part for part in kept if part != left_out) for left_out in kept]
        trials = [_criterion(observed, _search(observed, rest), dispersion) for rest in fewer]
        if min(trials) > best:
            break
        best, kept = min(zip(trials, fewer, strict=True))
    return tuple(part for part in parts if part not in kept)


def _report(observed: _Observed, search: _Search, unsupported: tuple[Part, ...]) -> RogersCastroFit:
    """Bring a search back to the unit of the intensities, with its errors."""
    names, dispersion = search.names, _dispersion(observed, search)
    units = np.array([observed.scale if name in LEVELS else 1.0 for name in names])
    values = np.exp(search.logs) * units
    parameters = _curve(names, values)
    fitted = rogers_castro(observed.ages, parameters)
    settled, at_limits = _settled(search)
    covariance = _log_covariance(observed, search, settled, dispersion) * np.outer(values, values)
    return RogersCastroFit(
        parameters=parameters,
        standard_errors=_curve(names, np.sqrt(np.diagonal(covariance)), other=float("nan")),
        names=names,
        covariance=covariance,
        fitted=fitted,
        residuals=observed.rates * observed.scale - fitted,
        dispersion=dispersion * (observed.scale**2 if observed.exposure is None else 1.0),
        converged=search.converged,
        at_limits=at_limits,
        unsupported=unsupported,
    )


def _settled(search: _Search) -> tuple[Booleans, tuple[str, ...]]:
    """Return which parameters have errors, and the names of those at a limit; a part of level nothing has no shape."""
    limits = np.log([(LEVELS | SHAPES)[name] for name in search.names])
    limited = np.abs(search.logs[:, None] - limits).min(axis=1) < NEAR_LIMIT
    at_limits = tuple(search.names[place] for place in np.flatnonzero(limited))
    nothing = {name for level, *shape in PARTS.values() if level in at_limits for name in shape}
    shapeless = np.array([name in nothing for name in search.names])
    return ~(limited | shapeless), at_limits


def _log_covariance(observed: _Observed, search: _Search, settled: Booleans, dispersion: float) -> Floats:
    """Return the covariance of the logarithms of the parameters, [parameter, parameter], nan for those not settled."""
    parameters = _curve(search.names, np.exp(search.logs))
    slopes = _slopes(observed.ages, parameters, search.names)
    spread = dispersion
    if observed.exposure is not None:
        fitted = np.maximum(rogers_castro(observed.ages, parameters), LEAST_FITTED)
        slopes = slopes * np.sqrt(observed.exposure / fitted)[:, None]
        spread = max(dispersion, 1.0)
    norms = np.linalg.norm(slopes, axis=0)
    settled = settled & (norms > EXACT)
    slopes, norms = slopes[:, settled] / norms[settled], norms[settled]
    values, vectors = np.linalg.eigh(slopes.T @ slopes)
    inverse = (vectors / np.maximum(values, np.finfo(np.float64).eps)) @ vectors.T
    covariance = np.full((len(settled), len(settled)), np.nan)
    covariance[np.ix_(settled, settled)] = spread * inverse / np.outer(norms, norms)
    return covariance
