"""Gravity models of flows in a table, by Poisson pseudo-maximum likelihood with fixed effects of any number.

A thin door to `corridor.estimate.gravity.ppml`: names and levels go in and come out, and new rows can be predicted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from corridor.errors import InputError, Problem
from corridor.estimate.gravity.flow_columns import (
    Role,
    empty_rows,
    keys_in,
    levels_in,
    list_problems,
    name_problems,
    numbers_in,
    table_problems,
)
from corridor.estimate.gravity.ppml import PpmlFit, fit_ppml
from corridor.estimate.gravity.ppml_checks import option_problems
from corridor.estimate.gravity.ppml_separation import BY_COMBINATION, BY_LEVEL
from corridor.estimate.own.checked import choice_problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from corridor.axes import Booleans, Floats, Integers
    from corridor.estimate.gravity.ppml_errors import Errors
    from corridor.estimate.gravity.regressor_basis import Combination

Unseen: TypeAlias = Literal["raise", "nan"]
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

        A dropped term is not identified, and its figures are nan: `not_identified` says why.
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

    def not_identified(self) -> pd.DataFrame:
        """Return a row a dropped term: term, and `because`, what it equals on the rows that are not separated."""
        import pandas as pd  # noqa: PLC0415 - slow to import

        rows = [(self.names[place], self._equals(made)) for place, made in self.fit.equals.items()]
        return pd.DataFrame(rows, columns=["term", "because"])

    def _equals(self, made: Combination) -> str:
        terms, effects = (self._parts(part) for part in ((made.regressors, ()), ((), made.effects)))
        others = [name for name in terms if name != CONSTANT]
        if not others and not effects:
            return "it does not vary on the rows that are not separated"
        if not others and len(effects) == 1:
            return f"it does not vary within {effects[0]}"
        return f"{_listed(others + [f'effects of {_listed(effects)}'] * bool(effects))} determine it"

    def _parts(self, made: tuple[tuple[int, ...], tuple[int, ...]]) -> list[str]:
        regressors, effects = made
        return [self.names[place] for place in regressors] + [_label(self.effect_columns[place]) for place in effects]

    def separated(self) -> pd.DataFrame:
        """Return the rows that were left out, by position in the table given, and why: row, reason, because.

        `because` names the level with only zeros, or the covariates and effects of the combination.
        """
        import pandas as pd  # noqa: PLC0415 - slow to import

        rows, separation = np.flatnonzero(~self.fit.kept), self.fit.separation
        reason, rounds = separation.reason[rows], separation.rounds[rows]
        made = [_listed(self._parts((each.regressors, each.effects))) for each in self.fit.separated_by]
        empty = self._empty_levels(rows)
        because = [made[number] if number >= 0 else empty[place] for place, number in enumerate(rounds)]
        return pd.DataFrame({"row": rows, "reason": [SEPARATED[int(code)] for code in reason], "because": because})

    def _empty_levels(self, rows: Integers) -> list[str]:
        """Name the levels with only zeros that rows are in."""
        places = self.fit.design.dummies[rows].indices.reshape(len(rows), -1)
        starts, empty = self.fit.design.starts, self.fit.separation.empty_levels
        return [
            _listed(
                [
                    f"{_label(self.effect_columns[effect])} {self.levels[effect][level - starts[effect]]}"
                    for effect, level in enumerate(row)
                    if empty[level]
                ]
            )
            for row in places
        ]

    def predict(self, table: pd.DataFrame, *, unseen: Unseen = "raise") -> Floats:
        """Return the mean flows of new rows: [row].

        Zero where the model says never (a level with only zeros, a combination that separated zeros). Not a number
        where a cell is empty, and where the data do not settle the mean: effects that no row ties together meet, or a
        separating combination points the other way.

        Parameters
        ----------
        table : the columns of covariates, effects and offset
        unseen : what a level of an effect that was not in the data leads to

        Raises
        ------
        InputError
            If a column is missing, a number cannot be used, or (with "raise") a level was not in the data.
        """
        wanted = [*_columns(self.terms, self.effect_columns), *_given(self.offset)]
        problems = choice_problems("unseen", unseen, get_args(Unseen)) + table_problems(table, wanted)
        if problems:
            raise InputError(problems)
        X = _regressors(table, self.terms, problems, constant=not self.effect_columns, gaps=True)
        offset = None if self.offset is None else numbers_in(table, self.offset, Role.OFFSET, problems, gaps=True)
        whole = ~empty_rows(table, wanted)
        codes = [
            levels.get_indexer(keys_in(table, columns))
            for columns, levels in zip(self.effect_columns, self.levels, strict=True)
        ]
        known = np.all([each >= 0 for each in codes], axis=0) if codes else np.ones(len(table), dtype=np.bool_)
        if unseen == "raise":
            problems += _unknown_levels(table, self.effect_columns, codes, whole)
        if problems:
            raise InputError(problems)
        known &= whole
        means: Floats = np.full(len(table), np.nan)
        beside = None if offset is None else offset[known]
        means[known] = self.fit.predict(X[known], [each[known] for each in codes], offset=beside)
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
    effects and covariates before them equal are dropped and named. Truth values count as 1 and 0 in covariates.

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
        If a column is missing, stands twice or holds numbers that cannot be used, an option is none of its choices, or
        all rows are in one cluster.
    NotConverged
        If the likeliest coefficients are not found.
    """
    lists = {"covariates": covariates, "logged": logged, "effects": effects, "cluster": cluster}
    problems = _option_problems(flow, {"weights": weights, "offset": offset}, lists)
    problems = problems or option_problems(errors, 1.0, cluster)
    if problems:
        raise InputError(problems)
    terms = (*(Term(name, logged=True) for name in logged), *(Term(name) for name in covariates))
    effect_columns, cluster_columns = (
        tuple((each,) if isinstance(each, str) else tuple(each) for each in given) for given in (effects, cluster)
    )
    wanted = [flow, *_columns(terms, (*effect_columns, *cluster_columns)), *_given(weights), *_given(offset)]
    if problems := table_problems(flows, wanted):
        raise InputError(problems)
    codes, levels = levels_in(flows, (*effect_columns, *cluster_columns), problems)
    weight, shift = (
        None if name is None else numbers_in(flows, name, role, problems)
        for name, role in ((weights, Role.WEIGHT), (offset, Role.OFFSET))
    )
    y = numbers_in(flows, flow, Role.FLOW, problems)
    X = _regressors(flows, terms, problems, constant=not effect_columns)
    if problems:
        raise InputError(problems)
    count = len(effect_columns)
    fit = fit_ppml(y, X, codes[:count], weights=weight, offset=shift, errors=errors, cluster=codes[count:])
    return Gravity(fit, terms, effect_columns, levels[:count], offset)


def _option_problems(flow: object, single: Mapping[str, object], lists: Mapping[str, object]) -> list[Problem]:
    """Name the arguments that are no name, or no list of names."""
    problems = name_problems("flow", flow)
    for argument, given in single.items():
        problems += name_problems(argument, given, optional=True)
    for argument, given in lists.items():
        problems += list_problems(argument, given, groups=argument in ("effects", "cluster"))
    return problems


def _given(column: str | None) -> list[str]:
    return [] if column is None else [column]


def _label(columns: tuple[str, ...]) -> str:
    return " x ".join(columns)


def _listed(names: Sequence[str]) -> str:
    return " and ".join([*([", ".join(names[:-1])] if names[1:] else []), *names[-1:]])


def _columns(terms: Sequence[Term], groups: Sequence[tuple[str, ...]]) -> list[str]:
    return [*(term.column for term in terms), *(column for group in groups for column in group)]


def _regressors(
    table: pd.DataFrame, terms: Sequence[Term], problems: list[Problem], *, constant: bool, gaps: bool = False
) -> Floats:
    """Return [row, term], after a column of ones where there is a constant."""
    parts = [np.ones(len(table))] * constant
    for term in terms:
        values = numbers_in(table, term.column, Role.LOGGED if term.logged else Role.COVARIATE, problems, gaps=gaps)
        parts.append(np.log(values, out=np.full_like(values, np.nan), where=values > 0) if term.logged else values)
    return np.stack(parts, axis=1) if parts else np.zeros((len(table), 0))


def _unknown_levels(
    table: pd.DataFrame, groups: Sequence[tuple[str, ...]], codes: Sequence[Integers], whole: Booleans
) -> list[Problem]:
    remedy = 'Leave such rows out, or ask for nan with unseen="nan"'
    return [
        Problem("this level of the effect was not in the data", remedy, column=_label(columns), value=level)
        for columns, each in zip(groups, codes, strict=True)
        for level in keys_in(table, columns)[(each < 0) & whole].unique()
    ]
