"""Gravity models of flows in a table, by Poisson pseudo-maximum likelihood with fixed effects of any number.

A thin door to `corridor.estimate.gravity.ppml`: names and levels go in and come out, and new rows can be predicted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from corridor.errors import InputError, Problem, spelling
from corridor.estimate.gravity.ppml import Errors, PpmlFit, fit_ppml
from corridor.estimate.gravity.ppml_separation import BY_COMBINATION, BY_LEVEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from corridor.axes import Floats, Integers

CONSTANT = "constant"
NORMAL_95 = 1.959963984540054
SEPARATED = {
    BY_LEVEL: "only zeros in a level of an effect",
    BY_COMBINATION: "a combination of covariates and effects is zero wherever the flow is not",
}


@dataclass(frozen=True, slots=True)
class Term:
    """A covariate: a column as it is, or its logarithm."""

    column: str
    logged: bool = False

    @property
    def name(self) -> str:
        """The name in tables."""
        return f"log({self.column})" if self.logged else self.column


@dataclass(frozen=True, slots=True)
class Gravity:
    """A fitted gravity model.

    Attributes
    ----------
    fit : coefficients, covariance, means and separation as arrays; rows as in the table given
    terms : the covariates, in the order of the coefficients; without effects a constant comes before them
    effect_columns : the columns whose combinations are the levels of each effect
    levels : the levels of each effect, in the order of its codes
    offset : column added to the logarithm of the mean
    """

    fit: PpmlFit
    terms: tuple[Term, ...]
    effect_columns: tuple[tuple[str, ...], ...]
    levels: tuple[pd.Index, ...]
    offset: str | None

    @property
    def names(self) -> list[str]:
        """Names of the coefficients."""
        return [CONSTANT] * (not self.effect_columns) + [term.name for term in self.terms]

    def tidy(self) -> pd.DataFrame:
        """Return a row a coefficient: term, estimate, standard_error, z, p, low and high (95 %), dropped.

        A dropped term equals effects and terms before it on the rows kept; its figures are nan.
        """
        import pandas as pd  # noqa: PLC0415 - slow to import
        from scipy.special import ndtr  # noqa: PLC0415 - slow to import

        estimate, error = self.fit.coefficients, self.fit.standard_errors
        z = estimate / error
        return pd.DataFrame(
            {
                "term": self.names,
                "estimate": estimate,
                "standard_error": error,
                "z": z,
                "p": 2.0 * ndtr(-np.abs(z)),
                "low": estimate - NORMAL_95 * error,
                "high": estimate + NORMAL_95 * error,
                "dropped": self.fit.dropped,
            }
        )

    def effects(self) -> pd.DataFrame:
        """Return a row a level: effect, level, value (added to the log mean; -inf for a level with only zeros)."""
        import pandas as pd  # noqa: PLC0415 - slow to import

        parts = [
            pd.DataFrame({"effect": _label(columns), "level": levels, "value": values})
            for columns, levels, values in zip(self.effect_columns, self.levels, self.fit.effects, strict=True)
        ]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["effect", "level", "value"])

    def separated(self) -> pd.DataFrame:
        """Return the rows that were left out, by position in the table given, and why: row, reason."""
        import pandas as pd  # noqa: PLC0415 - slow to import

        rows = np.flatnonzero(~self.fit.kept)
        return pd.DataFrame(
            {"row": rows, "reason": [SEPARATED[int(code)] for code in self.fit.separation.reason[rows]]}
        )

    def predict(self, table: pd.DataFrame, *, unseen: Literal["raise", "nan"] = "raise") -> Floats:
        """Return the mean flows of new rows: [row].

        Zero where the model says never (a level with only zeros, a combination that separated zeros). Not a number
        where the data do not settle the mean: effects that no row ties together meet, or a separating combination
        points the other way.

        Parameters
        ----------
        table : the columns of covariates, effects and offset
        unseen : what a level of an effect that was not in the data leads to

        Raises
        ------
        InputError
            If a column is missing, a number cannot be used, or (with "raise") a level was not in the data.
        """
        if problems := _missing(table, [*_columns(self.terms, self.effect_columns), *_given(self.offset)]):
            raise InputError(problems)
        X = _regressors(table, self.terms, constant=not self.effect_columns)
        codes = [
            levels.get_indexer(_keys(table, columns))
            for columns, levels in zip(self.effect_columns, self.levels, strict=True)
        ]
        known = np.all([each >= 0 for each in codes], axis=0) if codes else np.ones(len(table), dtype=np.bool_)
        if unseen == "raise" and not known.all():
            raise InputError(_unknown_levels(table, self.effect_columns, codes))
        offset = None if self.offset is None else _numbers(table, self.offset)[known]
        means: Floats = np.full(len(table), np.nan)
        means[known] = self.fit.predict(X[known], [each[known] for each in codes], offset=offset)
        return means


def gravity(
    flows: pd.DataFrame,
    *,
    flow: str = "flow",
    covariates: Sequence[str] = (),
    logged: Sequence[str] = (),
    effects: Sequence[str | Sequence[str]] = ("orig", "dest"),
    weights: str | None = None,
    offset: str | None = None,
    errors: Errors = "hetero",
    cluster: Sequence[str | Sequence[str]] = (),
) -> Gravity:
    """Fit a gravity model to a table of flows by Poisson pseudo-maximum likelihood.

    Zeros stay in. Those that no finite coefficients fit are found, explained and predicted as zeros; covariates that
    effects and covariates before them equal are dropped and named.

    Parameters
    ----------
    flows : a row a flow, zeros among them
    flow : column of the flows, any unit
    covariates : columns that enter as they are
    logged : columns whose logarithm enters, before the others
    effects : a column, or several whose combinations are the levels (("orig", "year")), for each effect; with none
        there is a constant
    weights, offset : columns, of positive weights and of what is added to the logarithm of the mean
    errors : without clusters: "hetero" for the sandwich, "iid" for the inverse information
    cluster : as `effects`, at most two

    Raises
    ------
    InputError
        If a column is missing or a number cannot be used.
    NotConverged
        If the likeliest coefficients are not found.
    """
    terms = (*(Term(name, logged=True) for name in logged), *(Term(name) for name in covariates))
    effect_columns, cluster_columns = (
        tuple((each,) if isinstance(each, str) else tuple(each) for each in given) for given in (effects, cluster)
    )
    wanted = [flow, *_columns(terms, (*effect_columns, *cluster_columns)), *_given(weights), *_given(offset)]
    if problems := _missing(flows, wanted):
        raise InputError(problems)
    codes, levels = _coded(flows, effect_columns)
    fit = fit_ppml(
        _numbers(flows, flow),
        _regressors(flows, terms, constant=not effect_columns),
        codes,
        weights=None if weights is None else _numbers(flows, weights),
        offset=None if offset is None else _numbers(flows, offset),
        errors=errors,
        cluster=_coded(flows, cluster_columns)[0],
    )
    return Gravity(fit, terms, effect_columns, levels, offset)


def _given(column: str | None) -> list[str]:
    return [] if column is None else [column]


def _label(columns: tuple[str, ...]) -> str:
    return " x ".join(columns)


def _columns(terms: Sequence[Term], groups: Sequence[tuple[str, ...]]) -> list[str]:
    return [*(term.column for term in terms), *(column for group in groups for column in group)]


def _missing(table: pd.DataFrame, wanted: Sequence[str]) -> list[Problem]:
    known = [str(column) for column in table.columns]
    problems = [
        Problem("the table has no such column", spelling(name, known), column=name)
        for name in dict.fromkeys(wanted)
        if name not in known
    ]
    for name in dict.fromkeys(wanted):
        if name in known and table[name].isna().any():
            position = int(np.flatnonzero(table[name].isna().to_numpy())[0])
            problems.append(Problem("a cell is empty", f"Fill or leave out row at position {position}", column=name))
    return problems


def _numbers(table: pd.DataFrame, column: str) -> Floats:
    try:
        return table[column].to_numpy(dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(
            Problem("the column holds a value that is not a number", "Convert the column to numbers", column=column)
        ) from error


def _regressors(table: pd.DataFrame, terms: Sequence[Term], *, constant: bool) -> Floats:
    """Return [row, term], after a column of ones where there is a constant."""
    parts = [np.ones(len(table))] * constant
    problems = []
    for term in terms:
        values = _numbers(table, term.column)
        if term.logged and (values <= 0).any():
            position = int(np.flatnonzero(values <= 0)[0])
            remedy = f"Correct row at position {position}, or give the column as a covariate without logarithm"
            problems.append(Problem("a number is not positive and has no logarithm", remedy, column=term.column))
            continue
        parts.append(np.log(values) if term.logged else values)
    if problems:
        raise InputError(problems)
    return np.stack(parts, axis=1) if parts else np.zeros((len(table), 0))


def _keys(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.Index:
    import pandas as pd  # noqa: PLC0415 - slow to import

    return pd.Index(table[columns[0]]) if len(columns) == 1 else pd.MultiIndex.from_frame(table[list(columns)])


def _coded(table: pd.DataFrame, groups: Sequence[tuple[str, ...]]) -> tuple[list[Integers], tuple[pd.Index, ...]]:
    """Return codes [row] and levels of each group of columns."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    found = [_keys(table, columns).factorize(sort=True) for columns in groups]
    return [codes.astype(np.int64) for codes, _ in found], tuple(pd.Index(levels) for _, levels in found)


def _unknown_levels(table: pd.DataFrame, groups: Sequence[tuple[str, ...]], codes: Sequence[Integers]) -> list[Problem]:
    remedy = 'Leave such rows out, or ask for nan with unseen="nan"'
    return [
        Problem("this level of the effect was not in the data", remedy, column=_label(columns), value=level)
        for columns, each in zip(groups, codes, strict=True)
        for level in _keys(table, columns)[each < 0].unique()
    ]
